"""How these tests ask an Argo CD: canned replies at the edge of the network.

The shapes: https://argo-cd.readthedocs.io/en/stable/developer-guide/api-docs/ (its Swagger document) and
https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from opsloom.model.deploys import DeployQuery
from opsloom.model.window import Window
from opsloom_adapters.argocd import ArgocdAdapter
from tests.adapters.canned import Configured, Routed, name_of

INSTANCE = "argocd-eu"
NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
URL = "https://argocd.test"
A, B, C = ("a" * 40, "b" * 40, "c" * 40)
"""Three commits, the oldest first."""

ARGOCD = Configured(
    ArgocdAdapter, INSTANCE, NOW, {"base_url": URL, "token": {"env": "READER"}, "write_token": {"env": "WRITER"}}
)
connected, call_at = ARGOCD.connected, ARGOCD.call_at


def window(hours: float = 24) -> Window:
    return Window(start=NOW - timedelta(hours=hours), end=NOW)


def deploy_query(**asked: Any) -> DeployQuery:
    return DeployQuery(**{"window": window(), "limit": 50, **asked})


def history(*revisions: str, ids_from: int = 10) -> list[dict[str, Any]]:
    """Entries an hour apart, the last one at 09:00."""
    begun = datetime(2026, 3, 3, 9, tzinfo=UTC) - timedelta(hours=len(revisions) - 1)
    return [
        {
            "id": ids_from + index,
            "revision": revision,
            "deployedAt": _time(begun + timedelta(hours=index)),
            "deployStartedAt": _time(begun + timedelta(hours=index, seconds=-20)),
            "initiatedBy": {"username": "lead-b"},
            "source": SOURCE,
        }
        for index, revision in enumerate(revisions)
    ]


SOURCE = {"repoURL": "https://git.example.com/shop.git", "path": "deploy/checkout", "targetRevision": "main"}


def application(name: str = "checkout", **parts: Any) -> dict[str, Any]:
    """An application that was synced to B an hour after A; ``metadata``, ``spec`` and ``status`` are merged into it."""
    entries = history(A, B)
    return {
        "metadata": {
            "name": name,
            "namespace": "argocd",
            "uid": "6a2d4f1e",
            "creationTimestamp": "2026-01-05T08:00:00Z",
            "labels": {"team": "payments"},
            **parts.get("metadata", {}),
        },
        "spec": {
            "project": "shop",
            "source": SOURCE,
            "destination": {"server": "https://kubernetes.default.svc", "namespace": "shop"},
            **parts.get("spec", {}),
        },
        "status": {
            "sync": {"status": "Synced", "revision": B, "comparedTo": {"source": SOURCE, "destination": {}}},
            "health": {"status": "Healthy", "lastTransitionTime": "2026-03-03T09:01:00Z"},
            "history": entries,
            "operationState": operation_state(B, startedAt=entries[-1]["deployStartedAt"]),
            "resources": [],
            "summary": {"images": ["registry.example.com/checkout:2.41.0"]},
            **parts.get("status", {}),
        },
        **parts.get("top", {}),
    }


def operation_state(revision: str, **said: Any) -> dict[str, Any]:
    """A sync that succeeded at 09:00."""
    return {
        "phase": "Succeeded",
        "message": "successfully synced (all tasks run)",
        "startedAt": "2026-03-03T08:59:40Z",
        "finishedAt": "2026-03-03T09:00:00Z",
        "operation": {"sync": {"revision": revision}, "initiatedBy": {"username": "lead-b"}},
        "syncResult": {"revision": revision, "source": SOURCE},
        **said,
    }


def listed(*apps: Mapping[str, Any]) -> dict[str, Any]:
    return {"metadata": {"resourceVersion": "1"}, "items": list(apps)}


def _time(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


class ArgoCd(Routed):
    """The credential may do everything, and there is no other page."""

    def __init__(self, *apps: Mapping[str, Any], **others: Any) -> None:
        super().__init__(
            {
                "GET /api/v1/applications": listed(*apps),
                **{f"GET /api/v1/applications/{app['metadata']['name']}": app for app in apps},
                "GET /api/v1/account/can-i/applications/get/*/*": {"value": "yes"},
            }
        )

    def sent(self, path: str) -> list[httpx.Request]:
        """The requests to addresses that end in ``path``."""
        return [request for request in self.requests if request.url.path.endswith(path)]

    def bodies(self) -> list[dict[str, Any]]:
        """What was to be changed."""
        return [json.loads(request.content) for request in self.requests if request.method == "POST"]

    def reply_to(self, request: httpx.Request) -> Any:
        if name_of(request) not in self.replies:
            return httpx.Response(404, json={"error": "not found", "code": 5})
        return super().reply_to(request)


def denied(message: str = "permission denied") -> httpx.Response:
    return httpx.Response(403, json={"error": message, "code": 7, "message": message})


Reply = Callable[[httpx.Request], Any]
