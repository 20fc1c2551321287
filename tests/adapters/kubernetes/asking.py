"""How these tests ask a cluster: canned replies at the edge of the network."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
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
from opsloom_adapters.kubernetes import KubernetesAdapter
from opsloom_adapters.kubernetes.config import KubernetesConfig

INSTANCE = "k8s-eu"
NOW = datetime(2026, 3, 3, 9, 20, tzinfo=UTC)
URL = "http://kubernetes.test"
MARKER = "opsloom-7k2m9q4r"
DEPLOYMENTS = "/apis/apps/v1/namespaces/shop/deployments"
REPLICA_SETS = "/apis/apps/v1/namespaces/shop/replicasets"
PODS = "/api/v1/namespaces/shop/pods"
EVENTS = "/api/v1/namespaces/shop/events"
AUTOSCALERS = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers"


def call_at(now: datetime = NOW) -> Call:
    return Call(INSTANCE, "kubernetes", now, anyio.current_time() + 5, StoppedClock(now), writing=True)


def window(hours: float = 24, end: datetime = NOW) -> Window:
    return Window(start=end - timedelta(hours=hours), end=end)


class Cluster(httpx.MockTransport):
    """Answers ``path`` (or ``METHOD path``) with JSON, a response, or what a function makes of the request."""

    def __init__(self, replies: Mapping[str, Any]) -> None:
        super().__init__(self._answer)
        self.requests: list[httpx.Request] = []
        self._replies = replies

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        path = request.url.path
        reply = self._replies.get(f"{request.method} {path}", self._replies.get(path))
        if callable(reply):
            reply = reply(request)
        if reply is None:
            return httpx.Response(404, json={"kind": "Status", "status": "Failure", "reason": "NotFound"})
        if isinstance(reply, httpx.Response):
            return httpx.Response(reply.status_code, content=reply.content, headers=reply.headers)
        return httpx.Response(200, json=reply, headers={"date": "Tue, 03 Mar 2026 09:20:00 GMT"})

    @property
    def asked(self) -> list[str]:
        return [f"{request.method} {request.url.path}" for request in self.requests]

    def sent(self) -> tuple[str, httpx.URL, Any]:
        """The one request that was to change something: method and path, address, body."""
        (one,) = [request for request in self.requests if request.method == "PATCH"]
        return f"PATCH {one.url.path}", one.url, json.loads(one.content)


async def made_up_secret(source: SecretSource) -> SecretStr:
    return SecretStr(f"secret-of-{source.env}")


@asynccontextmanager
async def connected(
    transport: httpx.AsyncBaseTransport,
    *,
    secret: Callable[[SecretSource], Any] = made_up_secret,
    **settings: Any,
) -> AsyncIterator[KubernetesAdapter]:
    usual = {
        "adapter": "kubernetes",
        "base_url": URL,
        "token": {"env": "READ"},
        "write_token": {"env": "WRITE"},
        "namespaces": ["shop"],
    }
    config = KubernetesConfig.model_validate({**usual, **settings})
    async with KubernetesAdapter.connect(Site(INSTANCE, config, secret, transport)) as adapter:
        yield adapter


def order_of(plan: ChangePlan) -> Order:
    return Order(plan=plan, marker=MARKER, requester="oncall-a", approver="lead-b")
