"""How these tests ask an OpsOrch: canned replies at the edge of the network."""

import json
from datetime import UTC, datetime, timedelta

import httpx

from opsloom.model.window import Window
from opsloom_adapters.opsorch import OpsorchAdapter
from tests.adapters.canned import MARKER, Configured, Routed, name_of

INSTANCE = "orch-eu"
NOW = datetime(2026, 3, 3, 9, 20, tzinfo=UTC)
SIGNED = f"[{MARKER}] asked for by oncall-a, approved by lead-b"
WINDOW = Window(start=NOW - timedelta(hours=2), end=NOW)

OPSORCH = Configured(
    OpsorchAdapter,
    INSTANCE,
    NOW,
    {"base_url": "http://opsorch.test", "token": {"env": "READ"}, "write_token": {"env": "WRITE"}},
    writing=True,
)
connected, call_at = OPSORCH.connected, OPSORCH.call_at


class Core(Routed):
    """Answers ``METHOD path`` with JSON, a response, or what a function makes of the request's body."""

    def reply_to(self, request: httpx.Request) -> httpx.Response:
        name = name_of(request)
        if name not in self.replies:
            return httpx.Response(404, json={"code": "not_found", "message": "not found"})
        reply = self.replies[name]
        if callable(reply):
            reply = reply(json.loads(request.content or b"null"))
        if isinstance(reply, httpx.Response):
            return httpx.Response(reply.status_code, content=reply.content, headers=reply.headers)
        headers = {"content-type": "application/json", "date": "Tue, 03 Mar 2026 09:20:00 GMT"}
        return httpx.Response(200, content=json.dumps(reply), headers=headers)
