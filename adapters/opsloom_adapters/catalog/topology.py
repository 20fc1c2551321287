"""TopologyReader: the dependencies that somebody declared."""

from collections.abc import Iterator

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.backstage.entity_ref import EntityRef
from opsloom.adapter_api.dialects.backstage.mapping import node_kind_of
from opsloom.model.limits import DEPENDENCIES_MAX
from opsloom.model.page import Page
from opsloom.model.topology import Dependency, DependencyQuery, DependencySource, NodeKind
from opsloom_adapters.catalog.catalog import Catalog
from opsloom_adapters.catalog.source import CatalogSource

_Ends = tuple[EntityRef, EntityRef]


async def get_dependencies(source: CatalogSource, query: DependencyQuery, call: Call) -> Page[Dependency]:
    """The declared edges of one entity or of all, by name; they hold for every window."""
    snapshot = await source.read(call)
    catalog = snapshot.catalog
    found = sorted(_edges(catalog, query.service), key=lambda ends: tuple(map(str, ends)))
    shown = found[: min(query.limit, DEPENDENCIES_MAX)]
    # Either end may be the one that declares it.
    snapshot.capture(call, {catalog.entities[ref].source for ends in shown for ref in ends if ref in catalog.entities})
    return Page(
        rows=tuple(_dependency_of(catalog, ends) for ends in shown),
        total=len(found) if snapshot.whole else None,
        complete=snapshot.complete and len(shown) == len(found),
        query=f"dependsOn and dependencyOf of {'all entities' if query.service is None else query.service}",
        link=f"{source.config.web_url}/catalog-graph" if source.config.web_url else None,
        notes=snapshot.notes(),
    )


def _edges(catalog: Catalog, service: str | None) -> Iterator[_Ends]:
    edges = ((needing, needed) for needing, all_needed in catalog.needs.items() for needed in all_needed)
    return (ends for ends in edges if service is None or any(_is_called(ref, service) for ref in ends))


def _is_called(ref: EntityRef, name: str) -> bool:
    """Whether ``name`` means ``ref``: by its label, with or without its kind."""
    return EntityRef.parse(name, ref.kind) == ref


def _dependency_of(catalog: Catalog, ends: _Ends) -> Dependency:
    needing, needed = ends
    return Dependency(
        caller=catalog.label(needing),
        callee=catalog.label(needed),
        source=DependencySource.DECLARED,
        caller_kind=_kind_of(catalog, needing),
        callee_kind=_kind_of(catalog, needed),
    )


def _kind_of(catalog: Catalog, ref: EntityRef) -> NodeKind | None:
    entity = catalog.entities.get(ref)
    return node_kind_of(entity.wire.spec.type) if entity else None
