"""How these tests ask Opsgenie: canned replies at the edge of the network, in the shapes that it documents.

The shapes: https://docs.opsgenie.com/docs/alert-api, https://github.com/opsgenie/opsgenie-oas
"""

import json
from collections.abc import AsyncIterator, Mapping
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
from opsloom.model.changes import ChangePlan, Order
from opsloom.model.window import Window
from opsloom_adapters.opsgenie import OpsgenieAdapter

INSTANCE = "opsgenie-eu"
NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
URL = "https://api.eu.opsgenie.com"
ID = "70413a06-38d6-4c85-92b8-5ebc900d42e2-1772528400000"
TEAM_ID = "90098alp9-f0e3-41d3-a060-0ea895027630"
ALERTS = "GET /v2/alerts"
ALERT = f"GET /v2/alerts/{ID}"
NOTES = f"{ALERT}/notes"
TEAMS = "GET /v2/teams"
MARKER = "opsloom-7k2m9q4r"


def call_at(now: datetime = NOW) -> Call:
    return Call(INSTANCE, "opsgenie", now, anyio.current_time() + 5, writing=True)


def alert_query(now: datetime = NOW, **asked: Any) -> AlertQuery:
    window = Window(start=now - timedelta(hours=1), end=now)
    return AlertQuery(**{"window": window, "limit": 50, **asked})


def said(data: Any, *, more: bool = False) -> dict[str, Any]:
    paging = {"next": f"{URL}/v2/alerts?offset=100"} if more else {}
    return {"data": data, "took": 0.011, "requestId": "ddbba4fb", "paging": paging}


def alert(alert_id: str = ID, **more: Any) -> dict[str, Any]:
    """An alert as ``GET /v2/alerts`` lists it."""
    return {
        "id": alert_id,
        "tinyId": "1791",
        "alias": "checkout/HighErrorRate",
        "message": "5 % of requests fail",
        "status": "open",
        "acknowledged": False,
        "isSeen": True,
        "tags": ["service:checkout", "critical", "https://wiki.test/x"],
        "snoozed": False,
        "count": 79,
        "lastOccurredAt": "2026-03-03T09:19:09.123Z",
        "createdAt": "2026-03-03T09:00:00.511Z",
        "updatedAt": "2026-03-03T09:20:01.5Z",
        "source": "prometheus",
        "owner": "",
        "priority": "P2",
        "responders": [{"type": "user", "id": "u1"}, {"type": "team", "id": TEAM_ID}],
        "integration": {"id": "i1", "name": "prometheus-eu", "type": "Prometheus"},
        **more,
    }


TEAM_LIST = said([{"id": TEAM_ID, "name": "payments", "description": ""}])
ACCEPTED = httpx.Response(202, json={"result": "Request will be processed", "took": 0.1, "requestId": "43a29c5c"})


class Opsgenie(httpx.MockTransport):
    """Answers ``METHOD path`` and keeps the requests. A reply may be JSON, a tuple of them in turn, a whole response,
    or an error to raise; nothing else is expected."""

    def __init__(self, replies: Mapping[str, Any]) -> None:
        super().__init__(self._answer)
        self._replies = {TEAMS: TEAM_LIST, **replies}
        self.requests: list[httpx.Request] = []

    @property
    def asked(self) -> list[str]:
        return [f"{request.method} {request.url.path}" for request in self.requests]

    def body(self) -> Any:
        return json.loads(self.requests[-1].content)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        reply = self._replies[self.asked[-1]]
        if isinstance(reply, tuple):
            reply, self._replies[self.asked[-1]] = reply[0], reply[1:]
        if isinstance(reply, Exception):
            raise reply
        return reply if isinstance(reply, httpx.Response) else httpx.Response(200, json=reply)


@asynccontextmanager
async def connected(transport: httpx.AsyncBaseTransport, **settings: Any) -> AsyncIterator[OpsgenieAdapter]:
    async def secret(source: SecretSource) -> SecretStr:
        return SecretStr(f"value-of-{source.env}")

    keys = {"token": {"env": "OPSGENIE_KEY"}, "write_token": {"env": "OPSGENIE_WRITE_KEY"}}
    config = OpsgenieAdapter.manifest.config.model_validate(
        {"adapter": "opsgenie", "base_url": URL, **keys, **settings}
    )
    async with OpsgenieAdapter.connect(Site(INSTANCE, config, secret, transport)) as adapter:
        yield adapter


def order_of(plan: ChangePlan) -> Order:
    return Order(plan=plan, marker=MARKER, requester="oncall-a", approver="lead-b")
