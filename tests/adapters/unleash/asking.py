"""How these tests ask an Unleash: the real one, or canned replies at the edge of the network.

The shapes: https://docs.getunleash.io/reference/api/unleash (search features, search events, get feature, project
overview), held against the real server's own description in ``test_real_schema.py``.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import httpx
from pydantic import SecretStr

from opsloom.adapter_api.adapter import Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.config import SecretSource
from opsloom.model.changes import ChangePlan, Order, ToggleFlag
from opsloom.model.deploys import DeployQuery
from opsloom.model.window import Window
from opsloom_adapters.unleash import UnleashAdapter

INSTANCE = "flags-eu"
NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
URL = "https://unleash.test/shop"
TOKEN, WRITE_TOKEN = "user:look-" + "only", "user:may-" + "switch"
FEATURES = "/api/admin/search/features"
EVENTS = "/api/admin/search/events"
NEW_POOL = "/api/admin/projects/default/features/new-pool"
OVERVIEW = "/api/admin/projects/default/overview"
ROLLOUT: Mapping[str, Any] = {
    "name": "flexibleRollout",
    "constraints": [],
    "variants": [],
    "parameters": {"groupId": "new-pool", "rollout": "50", "stickiness": "default"},
    "segments": [],
    "sortOrder": 0,
    "id": "396f7643-e821-4c45-b557-fd5602194eb0",
    "title": None,
    "disabled": False,
}


def call_at(now: datetime = NOW) -> Call:
    return Call(INSTANCE, "unleash", now, anyio.current_time() + 5, writing=True)


def deploy_query(now: datetime = NOW, hours: float = 24, **asked: Any) -> DeployQuery:
    window = Window(start=now - timedelta(hours=hours), end=now)
    return DeployQuery(**{"window": window, "limit": 50, **asked})


def switch(flag: str = "new-pool", environment: str = "production", *, on: bool = True) -> ToggleFlag:
    return ToggleFlag(flag=flag, environment=environment, enabled=on)


def order_of(plan: ChangePlan) -> Order:
    return Order(plan=plan, marker="opsloom-7k2m9q4r", requester="oncall-a", approver="lead-b")


def listed(name: str, **said: Any) -> dict[str, Any]:
    """A flag as the search of flags sends it, on in production."""
    return {
        "type": "release",
        "description": None,
        "project": "default",
        "favorite": False,
        "name": name,
        "createdAt": "2026-02-01T08:00:00.000Z",
        "stale": False,
        "archivedAt": None,
        "impressionData": False,
        "lastSeenAt": None,
        "dependencyType": None,
        "environments": [in_search("development", on=False), in_search("production", on=True)],
        "segments": [],
        "createdBy": {"id": 2, "name": "oncall-a", "imageUrl": "https://avatars.test/2"},
        "lifecycle": {"stage": "initial", "enteredStageAt": "2026-02-01T08:00:10.000Z"},
        **said,
    }


def in_search(name: str, *, on: bool) -> dict[str, Any]:
    return {
        "name": name,
        "enabled": on,
        "type": name,
        "sortOrder": 2,
        "variantCount": 0,
        "lastSeenAt": "2026-03-03T09:20:58.000Z",
        "hasStrategies": on,
        "hasEnabledStrategies": on,
        "yes": 12,
        "no": 3,
        "changeRequestIds": [],
    }


def flags(*rows: Mapping[str, Any], total: int | None = None) -> dict[str, Any]:
    return {"features": list(rows), "total": len(rows) if total is None else total}


def environment(name: str, *strategies: Mapping[str, Any], on: bool = False, **said: Any) -> dict[str, Any]:
    """One of those of a single flag."""
    told = {"name": name, "lastSeenAt": None, "enabled": on, "yes": 0, "no": 0, "type": name, "sortOrder": 3}
    return {**told, "strategies": list(strategies), **said}


def one_flag(*environments: Mapping[str, Any], **said: Any) -> dict[str, Any]:
    """``new-pool`` with all that Unleash tells of it; off in production, with a rollout to a half."""
    return {
        "environments": list(environments) or [environment("development"), environment("production", ROLLOUT)],
        "name": "new-pool",
        "favorite": False,
        "impressionData": False,
        "description": None,
        "project": "default",
        "stale": False,
        "createdAt": "2026-02-01T08:00:00.000Z",
        "createdBy": {"id": 2, "name": "oncall-a", "imageUrl": "https://avatars.test/2"},
        "type": "release",
        "lastSeenAt": None,
        "variants": [],
        "archived": False,
        "dependencies": [],
        "children": [],
        "lifecycle": {"stage": "initial", "enteredStageAt": "2026-02-01T08:00:10.000Z"},
        "links": [],
        "collaborators": {"users": []},
        **said,
    }


def overview(*environments: Mapping[str, Any]) -> dict[str, Any]:
    """A project, as far as its schema requires, and its environments."""
    told = environments or ({"environment": "development"}, {"environment": "production"})
    return {"version": 1, "name": "Default", "onboardingStatus": {"status": "onboarded"}, "environments": list(told)}


def event(number: int, kind: str = "feature-environment-enabled", **said: Any) -> dict[str, Any]:
    """An entry of the event log; a larger ``number`` is a later one, minute by minute."""
    return {
        "id": number,
        "type": kind,
        "createdBy": "oncall-a",
        "createdAt": (NOW - timedelta(hours=2) + timedelta(minutes=number)).isoformat().replace("+00:00", ".000Z"),
        "createdByUserId": 2,
        "data": None,
        "preData": None,
        "tags": [],
        "featureName": "new-pool",
        "project": "default",
        "environment": "production",
        "label": "Flag enabled",
        "summary": "**oncall-a** enabled **new-pool** for the **production** environment",
        **said,
    }


def events(*rows: Mapping[str, Any], total: int | None = None) -> dict[str, Any]:
    return {"events": list(rows), "total": len(rows) if total is None else total}


class FlagServer(httpx.MockTransport):
    """Answers by method and path, and keeps the requests. A list of replies is given one after another."""

    def __init__(self, replies: Mapping[str, Any]) -> None:
        super().__init__(self._answer)
        self.requests: list[httpx.Request] = []
        self._replies = {name: list(said) if isinstance(said, Sequence) else said for name, said in replies.items()}

    @property
    def asked(self) -> list[dict[str, str]]:
        """The parameters of each request."""
        return [dict(request.url.params) for request in self.requests]

    @property
    def changes(self) -> list[httpx.Request]:
        """The requests that were to change something."""
        return [request for request in self.requests if request.method != "GET"]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        path = request.url.path.removeprefix("/shop")
        reply = self._replies.get(path if request.method == "GET" else f"{request.method} {path}")
        if isinstance(reply, list):
            reply = reply.pop(0)
        if reply is None:
            return httpx.Response(404, json={"name": "NotFoundError", "message": "there is none"})
        return reply if isinstance(reply, httpx.Response) else httpx.Response(200, json=reply)


@asynccontextmanager
async def connected(
    transport: httpx.AsyncBaseTransport | None = None,
    base_url: str = URL,
    token: str = TOKEN,
    write_token: str = WRITE_TOKEN,
    **settings: Any,
) -> AsyncIterator[UnleashAdapter]:
    secrets = {"UNLEASH_TOKEN": token, "UNLEASH_WRITE_TOKEN": write_token}

    async def secret(source: SecretSource) -> SecretStr:
        return SecretStr(secrets[source.env or ""])

    credentials = {"token": {"env": "UNLEASH_TOKEN"}, "write_token": {"env": "UNLEASH_WRITE_TOKEN"}}
    config = UnleashAdapter.manifest.config.model_validate(
        {"adapter": "unleash", "base_url": base_url, **credentials, **settings}
    )
    async with UnleashAdapter.connect(Site(INSTANCE, config, secret, transport)) as adapter:
        yield adapter
