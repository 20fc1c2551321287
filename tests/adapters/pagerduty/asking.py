"""How these tests ask PagerDuty: canned replies at the edge of the network."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from json import loads
from typing import Any

from opsloom.adapter_api.contract_kit.fake_provider import FakeProvider, Replies
from opsloom.model.window import Window
from opsloom_adapters.pagerduty import PagerdutyAdapter
from tests.adapters.canned import Configured

INSTANCE = "pd"
NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
URL = "https://api.pagerduty.test"
WINDOW = Window(start=NOW - timedelta(hours=2), end=NOW)

PAGERDUTY = Configured(
    PagerdutyAdapter,
    INSTANCE,
    NOW,
    {
        "base_url": URL,
        "token": {"env": "T"},
        "write_token": {"env": "W"},
        "from_email": "opsloom@example.com",
    },
    writing=True,
)
connected, call = PAGERDUTY.connected, PAGERDUTY.call_at


def provider(replies: Replies) -> FakeProvider:
    return FakeProvider(replies, URL)


def asked(transport: FakeProvider) -> list[str]:
    """``GET /incidents since=... limit=25``, in the order of the requests."""
    return [
        " ".join((transport.name_of(one), *(f"{name}={value}" for name, value in one.url.params.multi_items())))
        for one in transport.requests
    ]


def changes_in(transport: FakeProvider) -> list[tuple[str, Mapping[str, Any]]]:
    """What was sent to change something."""
    return [(transport.name_of(one), loads(one.content)) for one in transport.requests if one.method != "GET"]
