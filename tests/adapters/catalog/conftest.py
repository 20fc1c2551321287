"""Fixtures of the catalog adapter's tests."""

from pathlib import Path

import pytest

from tests.adapters.catalog.documents import PAYMENTS, SHOP, write


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with a small catalogue."""
    write(tmp_path, {"shop.yaml": SHOP, "teams/payments.yaml": PAYMENTS})
    return tmp_path
