"""How these tests ask a Backstage: the real one, or canned replies at the edge of the network.

The shapes: https://backstage.io/docs/features/software-catalog/software-catalog-api
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from pydantic import SecretStr

from opsloom.adapter_api.config import SecretSource
from opsloom.model.topology import DependencyQuery
from opsloom.model.window import Window
from opsloom_adapters.backstage import BackstageAdapter
from tests.adapters.canned import Answering, Configured

INSTANCE = "backstage-eu"
NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
URL = "https://backstage.test"

BACKSTAGE = Configured(BackstageAdapter, INSTANCE, NOW, {"base_url": URL, "token": {"env": "BACKSTAGE_TOKEN"}})
connected, call_at = BACKSTAGE.connected, BACKSTAGE.call_at


def dependency_query(service: str | None = None, limit: int = 100) -> DependencyQuery:
    return DependencyQuery(window=Window(start=NOW - timedelta(hours=1), end=NOW), service=service, limit=limit)


def entity(ref: str, relations: Mapping[str, Sequence[str]] | None = None, **parts: Any) -> dict[str, Any]:
    """An entity as the catalog sends it: ``entity("component:default/pay", {"ownedBy": ["group:default/payments"]})``.

    ``metadata`` and ``spec`` are added to what every entity has.
    """
    kind, _, rest = ref.partition(":")
    namespace, _, name = rest.partition("/")
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": kind.capitalize(),
        "metadata": {"namespace": namespace, "name": name, "uid": ref, "etag": "1", **parts.get("metadata", {})},
        "spec": parts.get("spec", {}),
        "relations": [
            {"type": relation, "targetRef": target}
            for relation, targets in (relations or {}).items()
            for target in targets
        ],
    }


def query_page(*items: Mapping[str, Any], total: int | None = None, next_cursor: str | None = None) -> dict[str, Any]:
    """An answer of ``by-query``."""
    page_info = {} if next_cursor is None else {"nextCursor": next_cursor}
    return {"items": list(items), "totalItems": len(items) if total is None else total, "pageInfo": page_info}


class Catalog(Answering):
    """Gives ``pages`` one after another to ``by-query``, looks ``known`` up for ``by-refs``, and keeps the requests."""

    def __init__(self, *pages: Mapping[str, Any], known: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__()
        self._pages = list(pages)
        self._known = {ref_of(one): one for one in known}

    @property
    def queries(self) -> list[httpx.QueryParams]:
        """What was asked of ``by-query``."""
        return [request.url.params for request in self.requests if request.method == "GET"]

    @property
    def looked_up(self) -> list[list[str]]:
        """The refs that were asked of ``by-refs``, request by request."""
        return [json.loads(request.content)["entityRefs"] for request in self.requests if request.method == "POST"]

    def reply_to(self, request: httpx.Request) -> Any:
        if request.method == "POST":
            return {"items": [self._known.get(ref) for ref in json.loads(request.content)["entityRefs"]]}
        return httpx.Response(200, json=self._pages.pop(0), headers={"date": "Tue, 03 Mar 2026 09:21:00 GMT"})


def ref_of(one: Mapping[str, Any]) -> str:
    metadata = one["metadata"]
    return f"{one['kind']}:{metadata['namespace']}/{metadata['name']}".lower()


def connected_as(token: str, base_url: str) -> AbstractAsyncContextManager[BackstageAdapter]:
    """To a real one."""

    async def secret(_source: SecretSource) -> SecretStr:
        return SecretStr(token)

    return replace(BACKSTAGE, secret=secret).connected(base_url=base_url)
