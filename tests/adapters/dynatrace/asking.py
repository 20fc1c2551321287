"""How these tests ask Dynatrace: canned replies at the edge of the network."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from json import loads
from typing import Any

import anyio
import httpx
from pydantic import SecretStr

from opsloom.adapter_api.adapter import Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.config import SecretSource
from opsloom.adapter_api.contract_kit.fake_provider import FakeProvider, Replies
from opsloom.model.changes import ChangePlan, Order
from opsloom.model.window import Window
from opsloom_adapters.dynatrace import DynatraceAdapter

INSTANCE = "dt"
NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
URL = "https://dynatrace.test/e/abc12345"
WINDOW = Window(start=NOW - timedelta(hours=2), end=NOW)
MARKER = "opsloom-7k2m9q4r"
_SETTINGS = {"adapter": "dynatrace", "base_url": URL, "token": {"env": "T"}, "write_token": {"env": "W"}}


def call() -> Call:
    return Call(INSTANCE, "dynatrace", NOW, anyio.current_time() + 5, writing=True)


def provider(replies: Replies) -> FakeProvider:
    return FakeProvider(replies, URL)


async def _secret(source: SecretSource) -> SecretStr:
    return SecretStr("write-token" if source.env == "W" else "read-token")


@asynccontextmanager
async def connected(transport: httpx.AsyncBaseTransport, **settings: Any) -> AsyncIterator[DynatraceAdapter]:
    config = DynatraceAdapter.manifest.config.model_validate({**_SETTINGS, **settings})
    async with DynatraceAdapter.connect(Site(INSTANCE, config, _secret, transport)) as adapter:
        yield adapter


def asked(transport: FakeProvider, path: str = "") -> list[dict[str, str]]:
    """The parameters of each request to a path that ends so."""
    return [dict(one.url.params) for one in transport.requests if one.url.path.endswith(path)]


def paths(transport: FakeProvider) -> list[str]:
    return [transport.name_of(one).replace("/api/v2", "") for one in transport.requests]


def changes_in(transport: FakeProvider) -> list[tuple[str, Mapping[str, Any]]]:
    """What was sent to change something."""
    return [
        (transport.name_of(one).replace("/api/v2", ""), loads(one.content or b"{}"))
        for one in transport.requests
        if one.method != "GET"
    ]


def order_of(plan: ChangePlan) -> Order:
    return Order(plan=plan, marker=MARKER, requester="oncall-a", approver="lead-b")
