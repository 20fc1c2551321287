"""Fixtures of the git adapter's tests."""

from pathlib import Path

import pytest

from tests.adapters.git.repository_builder import RepositoryBuilder


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def repository(tmp_path: Path) -> RepositoryBuilder:
    """An empty repository."""
    return RepositoryBuilder(tmp_path / "shop")
