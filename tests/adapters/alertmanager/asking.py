"""How these tests ask an Alertmanager: a real one, or canned replies at the edge of the network."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import httpx
from pydantic import SecretStr

from opsloom.adapter_api.adapter import Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.config import SecretSource
from opsloom.model.alerts import AlertQuery
from opsloom.model.window import Window
from opsloom_adapters.alertmanager import AlertmanagerAdapter

INSTANCE = "am-eu"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
URL = "http://alertmanager.test"


def call_at(now: datetime = NOW) -> Call:
    return Call(INSTANCE, "alertmanager", now, anyio.current_time() + 5, writing=True)


def alert_query(now: datetime = NOW, **asked: Any) -> AlertQuery:
    window = Window(start=now - timedelta(hours=1), end=now)
    return AlertQuery(**{"window": window, "limit": 50, **asked})


def gettable_alert(**said: Any) -> dict[str, Any]:
    """An alert as Alertmanager 0.25 sends it."""
    return {
        "fingerprint": "4fd330cae5107462",
        "labels": {
            "alertname": "HighErrorRate",
            "service": "checkout",
            "severity": "page",
            "team": "payments",
        },
        "annotations": {"summary": "5 % of requests fail"},
        "receivers": [{"name": "oncall"}],
        "startsAt": "2026-03-01T11:30:00.123456789Z",
        "updatedAt": "2026-03-01T11:59:00Z",
        "endsAt": "2026-03-01T12:04:00Z",
        "generatorURL": "http://prometheus.test/graph?g0.expr=up",
        "status": {"state": "active", "silencedBy": [], "inhibitedBy": []},
        **said,
    }


class Answering(httpx.MockTransport):
    """Gives ``reply`` to every request and keeps the requests."""

    def __init__(self, reply: Any, status: int = 200) -> None:
        super().__init__(self._answer)
        self.requests: list[httpx.Request] = []
        self._reply = reply
        self._status = status

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        headers = {"date": "Sun, 01 Mar 2026 12:00:00 GMT"}
        return httpx.Response(self._status, json=self._reply, headers=headers)


async def _no_secret(source: SecretSource) -> SecretStr:
    raise AssertionError(f"nothing here needs the secret {source}")


@asynccontextmanager
async def connected(
    transport: httpx.AsyncBaseTransport | None = None, base_url: str = URL, **settings: Any
) -> AsyncIterator[AlertmanagerAdapter]:
    config = AlertmanagerAdapter.manifest.config.model_validate(
        {"adapter": "alertmanager", "base_url": base_url, **settings}
    )
    async with AlertmanagerAdapter.connect(Site(INSTANCE, config, _no_secret, transport)) as adapter:
        yield adapter
