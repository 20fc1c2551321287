"""Declared dependencies, from the relations of entities.

``dependsOn`` and ``dependencyOf`` are edges as they stand. A component that consumes an API depends on those that
provide it; an API that nobody in the catalog provides stands for itself.
https://backstage.io/docs/features/software-catalog/well-known-relations
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from opsloom.adapter_api.dialects.backstage.entity_ref import EntityRef
from opsloom.model.topology import Dependency, DependencyKind, DependencySource
from opsloom_adapters.backstage.mapping import dependency_kind_of, node_kind_of
from opsloom_adapters.backstage.register import Register
from opsloom_adapters.backstage.wire import Entity

_Ends = tuple[EntityRef, EntityRef]
_RELATIONS = ("dependsOn", "dependencyOf", "consumesApi", "providesApi", "apiConsumedBy", "apiProvidedBy")


@dataclass(frozen=True, slots=True)
class Edge:
    """``needing`` depends on ``needed``."""

    needing: EntityRef
    needed: EntityRef
    kind: DependencyKind


def ends_of(entity: Entity) -> tuple[EntityRef, ...]:
    """What the entity's relations say about dependencies: other ends, and APIs in between."""
    return tuple(target for relation in _RELATIONS for target in entity.related(relation))


async def edges_around(register: Register, roots: Sequence[Entity]) -> list[Edge]:
    """The edges of ``roots``, by name; what is needed to tell them is read."""
    await register.read(ref for root in roots for ref in ends_of(root))
    apis = (register.get(ref) for root in roots for ref in ends_of(root) if ref.kind == "api")
    await register.read(ref for api in apis if api is not None for ref in ends_of(api))
    refs = {root.ref for root in roots}
    return [edge for edge in edges_among(register) if edge.needing in refs or edge.needed in refs]


def edges_among(register: Register) -> list[Edge]:
    """The edges that the known entities tell of, by name."""
    kinds: dict[_Ends, set[DependencyKind]] = {
        ends: set() for entity in register.entities() for ends in _own_edges(entity)
    }
    for api, ends in _edges_by_api(register.entities()):
        kinds.setdefault(ends, set()).add(dependency_kind_of(register.get(api)))
    edges = (Edge(*ends, _kind_of(told)) for ends, told in kinds.items())
    return sorted(edges, key=lambda edge: (str(edge.needing), str(edge.needed)))


def dependency_of(register: Register, edge: Edge) -> Dependency:
    return Dependency(
        caller=register.label(edge.needing),
        callee=register.label(edge.needed),
        kind=edge.kind,
        source=DependencySource.DECLARED,
        caller_kind=node_kind_of(register.get(edge.needing)),
        callee_kind=node_kind_of(register.get(edge.needed)),
    )


def _own_edges(entity: Entity) -> Iterator[_Ends]:
    yield from ((entity.ref, needed) for needed in entity.related("dependsOn"))
    yield from ((needing, entity.ref) for needing in entity.related("dependencyOf"))


def _edges_by_api(entities: Iterable[Entity]) -> Iterator[tuple[EntityRef, _Ends]]:
    providers: defaultdict[EntityRef, set[EntityRef]] = defaultdict(set)
    consumers: defaultdict[EntityRef, set[EntityRef]] = defaultdict(set)
    for entity in entities:
        providers[entity.ref].update(entity.related("apiProvidedBy"))
        consumers[entity.ref].update(entity.related("apiConsumedBy"))
        for api in entity.related("providesApi"):
            providers[api].add(entity.ref)
        for api in entity.related("consumesApi"):
            consumers[api].add(entity.ref)
    for api, consuming in consumers.items():
        for consumer in consuming:
            for provider in (providers[api] or {api}) - {consumer}:
                yield api, (consumer, provider)


def _kind_of(told: set[DependencyKind]) -> DependencyKind:
    """One request among the ways to use it is enough to wait for it."""
    return DependencyKind.ASYNC if told == {DependencyKind.ASYNC} else DependencyKind.SYNC
