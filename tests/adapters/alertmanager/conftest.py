"""The real Alertmanager, and a service of whose alerts no other test knows."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.adapters.alertmanager.real import Alertmanager


@pytest.fixture
async def alertmanager(bed: Any) -> AsyncIterator[Alertmanager]:
    async with httpx.AsyncClient() as client:
        yield Alertmanager(client, bed.alertmanager.url)


@pytest.fixture
def service() -> str:
    return f"cart-{uuid4().hex}"
