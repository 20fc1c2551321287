"""How these tests ask Opsgenie: canned replies at the edge of the network, in the shapes that it documents.

The shapes: https://docs.opsgenie.com/docs/alert-api, https://github.com/opsgenie/opsgenie-oas
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from opsloom.model.alerts import AlertQuery
from opsloom.model.window import Window
from opsloom_adapters.opsgenie import OpsgenieAdapter
from tests.adapters.canned import Configured, Routed

INSTANCE = "opsgenie-eu"
NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
URL = "https://api.eu.opsgenie.com"
ID = "70413a06-38d6-4c85-92b8-5ebc900d42e2-1772528400000"
TEAM_ID = "90098alp9-f0e3-41d3-a060-0ea895027630"
ALERTS = "GET /v2/alerts"
ALERT = f"GET /v2/alerts/{ID}"
NOTES = f"{ALERT}/notes"
TEAMS = "GET /v2/teams"

OPSGENIE = Configured(
    OpsgenieAdapter,
    INSTANCE,
    NOW,
    {"base_url": URL, "token": {"env": "OPSGENIE_KEY"}, "write_token": {"env": "OPSGENIE_WRITE_KEY"}},
    writing=True,
)
connected, call_at = OPSGENIE.connected, OPSGENIE.call_at


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


class Opsgenie(Routed):
    """Knows its teams, and answers all else as told."""

    def __init__(self, replies: Mapping[str, Any]) -> None:
        super().__init__({TEAMS: TEAM_LIST, **replies})
