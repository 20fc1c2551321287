"""TopologyReader on Backstage: the dependencies that somebody declared."""

from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.backstage.entity_ref import EntityRef
from opsloom.model.limits import DEPENDENCIES_MAX
from opsloom.model.page import Page
from opsloom.model.topology import Dependency, DependencyQuery
from opsloom_adapters.backstage.client import ENDS, BackstageClient
from opsloom_adapters.backstage.config import BackstageConfig
from opsloom_adapters.backstage.edges import Edge, dependency_of, edges_among, edges_around
from opsloom_adapters.backstage.filters import DEPENDING
from opsloom_adapters.backstage.links import graph_page
from opsloom_adapters.backstage.lookup import entities_named
from opsloom_adapters.backstage.register import Register


async def get_dependencies(
    client: BackstageClient, config: BackstageConfig, query: DependencyQuery, call: Call
) -> Page[Dependency]:
    """The declared edges of one entity or of all, by name; they hold for every window.

    :raises PermissionDeniedError: there are none, and the credential is shown no entity at all.
    """
    graph = await (_everything(client, call) if query.service is None else _around(client, call, query.service))
    if not graph.edges:
        await client.probe(call)
    shown = graph.edges[: min(query.limit, DEPENDENCIES_MAX)]
    whole = () if graph.complete else (f"only {DEPENDENCIES_MAX} entities with relations were read",)
    return Page(
        rows=tuple(dependency_of(graph.register, edge) for edge in shown),
        total=len(graph.edges) if graph.complete else None,
        complete=graph.complete and len(shown) == len(graph.edges),
        query=f"dependsOn, dependencyOf and consumesApi of {query.service or 'all entities'}",
        link=graph_page(graph.roots, config),
        notes=whole,
    )


@dataclass(frozen=True)
class _Graph:
    register: Register
    edges: list[Edge]
    roots: list[EntityRef]
    complete: bool


async def _everything(client: BackstageClient, call: Call) -> _Graph:
    found = await client.find(call, DEPENDING, ENDS, limit=DEPENDENCIES_MAX)
    register = Register(client, call, found.entities)
    return _Graph(register, edges_among(register), [], found.complete)


async def _around(client: BackstageClient, call: Call, service: str) -> _Graph:
    roots = await entities_named(client, call, service)
    register = Register(client, call, roots)
    return _Graph(register, await edges_around(register, roots), [root.ref for root in roots], True)
