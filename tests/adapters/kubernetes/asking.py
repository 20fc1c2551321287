"""How these tests ask a cluster: canned replies at the edge of the network."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from opsloom.model.window import Window
from opsloom_adapters.kubernetes import KubernetesAdapter
from tests.adapters.canned import Configured, Routed, name_of

INSTANCE = "k8s-eu"
NOW = datetime(2026, 3, 3, 9, 20, tzinfo=UTC)
URL = "http://kubernetes.test"
DEPLOYMENTS = "/apis/apps/v1/namespaces/shop/deployments"
REPLICA_SETS = "/apis/apps/v1/namespaces/shop/replicasets"
PODS = "/api/v1/namespaces/shop/pods"
EVENTS = "/api/v1/namespaces/shop/events"
AUTOSCALERS = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers"

KUBERNETES = Configured(
    KubernetesAdapter,
    INSTANCE,
    NOW,
    {"base_url": URL, "token": {"env": "READ"}, "write_token": {"env": "WRITE"}, "namespaces": ["shop"]},
    writing=True,
)
connected, call_at = KUBERNETES.connected, KUBERNETES.call_at


def window(hours: float = 24, end: datetime = NOW) -> Window:
    return Window(start=end - timedelta(hours=hours), end=end)


class Cluster(Routed):
    """Answers ``path`` (or ``METHOD path``) with JSON, a response, or what a function makes of the request."""

    def reply_to(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        reply = self.replies.get(name_of(request), self.replies.get(path))
        if callable(reply):
            reply = reply(request)
        if reply is None:
            return httpx.Response(404, json={"kind": "Status", "status": "Failure", "reason": "NotFound"})
        if isinstance(reply, httpx.Response):
            return httpx.Response(reply.status_code, content=reply.content, headers=reply.headers)
        return httpx.Response(200, json=reply, headers={"date": "Tue, 03 Mar 2026 09:20:00 GMT"})

    def sent(self) -> tuple[str, httpx.URL, Any]:
        """The one request that was to change something: method and path, address, body."""
        (one,) = [request for request in self.requests if request.method == "PATCH"]
        return f"PATCH {one.url.path}", one.url, json.loads(one.content)
