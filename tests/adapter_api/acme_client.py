"""An HTTP client for a made-up instance ``acme-eu``, over whatever transport a test gives it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import anyio
import httpx
from pydantic import SecretStr

from opsloom.adapter_api.adapter import Manifest, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.config import HttpConfig, SecretSource
from opsloom.adapter_api.http import HttpClient, open_http
from opsloom.model.clock import StoppedClock

NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
TOKEN = "acme-" + "token"
MANIFEST = Manifest(
    kind="acme",
    title="Acme",
    config=HttpConfig,
    capabilities=frozenset(),
    documentation="https://docs.example.com/acme",
    scopes=(Scope("alerts:read", "to read alerts"), Scope("teams:read", "to name their owners")),
)


async def read_token(_source: SecretSource) -> SecretStr:
    return SecretStr(TOKEN)


def make_call(seconds: float = 6.0) -> Call:
    return Call("acme-eu", "acme", NOW, anyio.current_time() + seconds, StoppedClock(NOW), writing=True)


@asynccontextmanager
async def acme_client(transport: httpx.AsyncBaseTransport | None, **options: Any) -> AsyncIterator[HttpClient]:
    settings = {"adapter": "acme", "base_url": "http://acme.test/v2", **options}
    site = Site("acme-eu", HttpConfig.model_validate(settings), read_token, transport)
    async with open_http(site, MANIFEST) as client:
        yield client


def answering(status: int, body: bytes = b"{}", **headers: str) -> httpx.MockTransport:
    """Always the same answer; ``retry_after="1"`` is the header ``retry-after``."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.MockTransport(lambda _: httpx.Response(status, headers=named, content=body))
