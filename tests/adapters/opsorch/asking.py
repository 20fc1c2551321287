"""How these tests ask an OpsOrch: canned replies at the edge of the network."""

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
from opsloom.model.changes import ChangePlan, Order
from opsloom.model.clock import StoppedClock
from opsloom.model.window import Window
from opsloom_adapters.opsorch import OpsorchAdapter
from opsloom_adapters.opsorch.config import OpsorchConfig

INSTANCE = "orch-eu"
NOW = datetime(2026, 3, 3, 9, 20, tzinfo=UTC)
MARKER = "opsloom-7k2m9q4r"
SIGNED = f"[{MARKER}] asked for by oncall-a, approved by lead-b"
WINDOW = Window(start=NOW - timedelta(hours=2), end=NOW)


def call_at() -> Call:
    return Call(INSTANCE, "opsorch", NOW, anyio.current_time() + 5, StoppedClock(NOW), writing=True)


class Core(httpx.MockTransport):
    """Answers ``METHOD path`` with JSON, a response, or what a function makes of the request's body."""

    def __init__(self, replies: Mapping[str, Any]) -> None:
        super().__init__(self._answer)
        self.requests: list[httpx.Request] = []
        self._replies = replies

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        name = f"{request.method} {request.url.path}"
        if name not in self._replies:
            return httpx.Response(404, json={"code": "not_found", "message": "not found"})
        reply = self._replies[name]
        if callable(reply):
            reply = reply(json.loads(request.content or b"null"))
        if isinstance(reply, httpx.Response):
            return httpx.Response(reply.status_code, content=reply.content, headers=reply.headers)
        headers = {"content-type": "application/json", "date": "Tue, 03 Mar 2026 09:20:00 GMT"}
        return httpx.Response(200, content=json.dumps(reply), headers=headers)

    @property
    def asked(self) -> list[str]:
        return [f"{request.method} {request.url.path}" for request in self.requests]

    def said(self, index: int = -1) -> Any:
        """The body of a request."""
        return json.loads(self.requests[index].content)


async def made_up_secret(source: SecretSource) -> SecretStr:
    return SecretStr(f"secret-of-{source.env}")


@asynccontextmanager
async def connected(transport: httpx.AsyncBaseTransport, **settings: Any) -> AsyncIterator[OpsorchAdapter]:
    usual = {
        "adapter": "opsorch",
        "base_url": "http://opsorch.test",
        "token": {"env": "READ"},
        "write_token": {"env": "WRITE"},
    }
    config = OpsorchConfig.model_validate({**usual, **settings})
    async with OpsorchAdapter.connect(Site(INSTANCE, config, made_up_secret, transport)) as adapter:
        yield adapter


def order_of(plan: ChangePlan) -> Order:
    return Order(plan=plan, marker=MARKER, requester="oncall-a", approver="lead-b")
