"""How these tests change silences: the changes, the orders, and an Alertmanager that has canned replies."""

from collections.abc import Mapping
from typing import Any

import httpx

from opsloom.model.changes import ChangePlan, ExpireSilence, Matcher, Order, SilenceAlerts

MARKER = "opsloom-7k2m9q"
SILENCE = "849b84ba-e62a-4b7e-8431-46aa34332a33"
OF_CHECKOUT = Matcher(name="service", value="checkout")
CREATE = "POST /api/v2/silences"
EXPIRE = f"DELETE /api/v2/silence/{SILENCE}"
GET_SILENCE = f"GET /api/v2/silence/{SILENCE}"
LIST_SILENCES = "GET /api/v2/silences"
LIST_ALERTS = "GET /api/v2/alerts"


def silence_alerts(*matchers: Matcher, **asked: Any) -> SilenceAlerts:
    return SilenceAlerts(**{"matchers": matchers or (OF_CHECKOUT,), "duration_seconds": 7_200, **asked})


def expire_silence(silence: str = SILENCE) -> ExpireSilence:
    return ExpireSilence(silence=silence)


def order_of(plan: ChangePlan, marker: str = MARKER) -> Order:
    return Order(plan=plan, marker=marker, requester="oncall-a", approver="lead-b")


def gettable_silence(**said: Any) -> dict[str, Any]:
    """A silence as Alertmanager 0.25 sends it."""
    return {
        "id": SILENCE,
        "status": {"state": "active"},
        "updatedAt": "2026-03-01T11:45:00.045Z",
        "comment": "known",
        "createdBy": "oncall-a",
        "startsAt": "2026-03-01T11:45:00.045Z",
        "endsAt": "2026-03-01T13:45:00.044Z",
        "matchers": [{"isEqual": True, "isRegex": False, "name": "service", "value": "checkout"}],
        **said,
    }


class Routed(httpx.MockTransport):
    """Answers ``METHOD path`` with JSON, a response, or by raising; keeps the requests. Nothing else is expected."""

    def __init__(self, replies: Mapping[str, Any]) -> None:
        super().__init__(self._answer)
        self.replies = {LIST_ALERTS: [], LIST_SILENCES: [], **replies}
        self.requests: list[httpx.Request] = []

    @property
    def asked(self) -> list[str]:
        return [f"{request.method} {request.url.path}" for request in self.requests]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        reply = self.replies[self.asked[-1]]
        if isinstance(reply, Exception):
            raise reply
        return reply if isinstance(reply, httpx.Response) else httpx.Response(200, json=reply)
