"""How these tests ask PagerDuty: canned replies at the edge of the network."""

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
from opsloom_adapters.pagerduty import PagerdutyAdapter

INSTANCE = "pd"
NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
URL = "https://api.pagerduty.test"
WINDOW = Window(start=NOW - timedelta(hours=2), end=NOW)
MARKER = "opsloom-7k2m9q4r"
_SETTINGS = {
    "adapter": "pagerduty",
    "base_url": URL,
    "token": {"env": "T"},
    "write_token": {"env": "W"},
    "from_email": "opsloom@example.com",
}


def call() -> Call:
    return Call(INSTANCE, "pagerduty", NOW, anyio.current_time() + 5, writing=True)


def provider(replies: Replies) -> FakeProvider:
    return FakeProvider(replies, URL)


async def _secret(source: SecretSource) -> SecretStr:
    return SecretStr("write-key" if source.env == "W" else "read-key")


@asynccontextmanager
async def connected(transport: httpx.AsyncBaseTransport, **settings: Any) -> AsyncIterator[PagerdutyAdapter]:
    config = PagerdutyAdapter.manifest.config.model_validate({**_SETTINGS, **settings})
    async with PagerdutyAdapter.connect(Site(INSTANCE, config, _secret, transport)) as adapter:
        yield adapter


def asked(transport: FakeProvider) -> list[str]:
    """``GET /incidents since=... limit=25``, in the order of the requests."""
    return [
        " ".join((transport.name_of(one), *(f"{name}={value}" for name, value in one.url.params.multi_items())))
        for one in transport.requests
    ]


def changes_in(transport: FakeProvider) -> list[tuple[str, Mapping[str, Any]]]:
    """What was sent to change something."""
    return [(transport.name_of(one), loads(one.content)) for one in transport.requests if one.method != "GET"]


def order_of(plan: ChangePlan) -> Order:
    return Order(plan=plan, marker=MARKER, requester="oncall-a", approver="lead-b")
