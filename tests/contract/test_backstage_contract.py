"""The contract of adapters, kept by the Backstage adapter.

A question here takes one ``by-refs`` at most: the kit tells requests apart by their address alone. Those that take more
are in ``tests/adapters/backstage``.
"""

import json
from typing import Any, ClassVar

import httpx

from opsloom.adapter_api.capabilities import OwnershipReader, TopologyReader
from opsloom.adapter_api.contract_kit import HttpAdapterContract
from opsloom.model.ownership import OwnershipQuery
from opsloom.model.topology import DependencyQuery
from opsloom.model.window import Window
from opsloom_adapters.backstage import BackstageAdapter
from tests.adapters.backstage.asking import entity, query_page, ref_of
from tests.contract.spec import SpecContract

_ENTITIES = [
    entity(
        "component:default/checkout",
        {
            "ownedBy": ["group:default/payments"],
            "partOf": ["system:default/shop"],
            "dependsOn": ["component:default/inventory"],
        },
        spec={"type": "service", "lifecycle": "production"},
    ),
    entity("component:default/inventory", {"dependencyOf": ["component:default/checkout"]}, spec={"type": "service"}),
]
_KNOWN = {
    ref_of(one): one
    for one in [
        *_ENTITIES,
        entity("system:default/shop"),
        entity("group:default/payments", spec={"type": "team"}),
    ]
}


def _by_query(request: httpx.Request) -> dict[str, Any]:
    """As much of a search as the contract needs: one entity is found by its name, and a page holds ``limit``."""
    limit = int(request.url.params["limit"])
    filters = request.url.params.get_list("filter")
    found = [
        one for one in _ENTITIES if not any("metadata.name=" in given for given in filters) or _is_named(one, filters)
    ]
    return query_page(*found[:limit], total=len(found), next_cursor="bmV4dA==" if len(found) > limit else None)


def _is_named(one: dict[str, Any], filters: list[str]) -> bool:
    return any(given.endswith(f"metadata.name={one['metadata']['name']}") for given in filters)


def _by_refs(request: httpx.Request) -> dict[str, Any]:
    return {"items": [_KNOWN.get(ref) for ref in json.loads(request.content)["entityRefs"]]}


class TestBackstage(SpecContract):
    adapter = BackstageAdapter
    settings: ClassVar = {
        "adapter": "backstage",
        "base_url": "https://backstage.test/portal",
        "token": {"env": "BACKSTAGE_TOKEN"},
    }
    specs: ClassVar = {"backstage": ""}
    replies: ClassVar = {
        "GET /api/catalog/entities/by-query": _by_query,
        "POST /api/catalog/entities/by-refs": _by_refs,
    }
    questions: ClassVar = {
        OwnershipReader.get_ownership: [
            OwnershipQuery(at=HttpAdapterContract.now, service="checkout"),
        ],
        TopologyReader.get_dependencies: [
            DependencyQuery(
                window=Window(start=HttpAdapterContract.now.replace(hour=8), end=HttpAdapterContract.now),
                service=service,
                limit=100,
            )
            for service in (None, "checkout")
        ],
    }
