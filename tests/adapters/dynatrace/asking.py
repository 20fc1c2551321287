"""How these tests ask Dynatrace: canned replies at the edge of the network."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from json import loads
from typing import Any

from opsloom.adapter_api.contract_kit.fake_provider import FakeProvider, Replies
from opsloom.model.window import Window
from opsloom_adapters.dynatrace import DynatraceAdapter
from tests.adapters.canned import Configured

INSTANCE = "dt"
NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
URL = "https://dynatrace.test/e/abc12345"
WINDOW = Window(start=NOW - timedelta(hours=2), end=NOW)

DYNATRACE = Configured(
    DynatraceAdapter, INSTANCE, NOW, {"base_url": URL, "token": {"env": "T"}, "write_token": {"env": "W"}}, writing=True
)
connected, call = DYNATRACE.connected, DYNATRACE.call_at


def provider(replies: Replies) -> FakeProvider:
    return FakeProvider(replies, URL)


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
