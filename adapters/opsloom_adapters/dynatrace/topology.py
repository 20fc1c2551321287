"""TopologyReader on Dynatrace: which services call which, as Smartscape saw it."""

from collections.abc import Iterable, Iterator, Mapping

from opsloom.adapter_api.call import Call
from opsloom.model.limits import DEPENDENCIES_MAX
from opsloom.model.page import Page
from opsloom.model.topology import Dependency, DependencyKind, DependencyQuery, DependencySource, NodeKind
from opsloom_adapters.dynatrace import wire
from opsloom_adapters.dynatrace.client import DynatraceClient
from opsloom_adapters.dynatrace.selectors import criterion, services_with
from opsloom_adapters.dynatrace.services import find_services, no_such_service, seen_around

_TYPE = "+properties.serviceType"
_CALLS = f"+fromRelationships.calls,{_TYPE}"
_BOTH_WAYS = f"+toRelationships.calls,{_CALLS}"
_SERVICES_MAX = 5_000
_IDS_PER_QUESTION = 40  # a selector has 2,000 characters at most
_KIND_OF_TYPE = {
    "DATABASE_SERVICE": NodeKind.DATASTORE,
    "CICS_SERVICE": NodeKind.BATCH,
    "IMS_SERVICE": NodeKind.BATCH,
}
_KIND_OF_CALL = {
    "DATABASE_SERVICE": DependencyKind.DATA,
    "MESSAGING_SERVICE": DependencyKind.ASYNC,
    "QUEUE_LISTENER_SERVICE": DependencyKind.ASYNC,
}
_UNMONITORED = "EXTERNAL"


async def get_dependencies(client: DynatraceClient, query: DependencyQuery, call: Call) -> Page[Dependency]:
    """The calls from and to one service, or between all services, by name."""
    if query.service is None:
        heard = await client.entities(call, services_with(None), seen_around(query.window), _CALLS, limit=_SERVICES_MAX)
        services, complete = heard.rows, heard.complete
    else:
        services, complete = await find_services(client, query.service, query.window, call, _BOTH_WAYS), True
        if not services:
            return no_such_service(query.service)
    ends = {one.entity_id: one for one in services}
    calls = sorted(set(_calls_of(services)))
    ends |= await _missing(client, query, call, ends, calls)
    edges = sorted({_dependency(ends, *one) for one in calls}, key=lambda edge: (edge.caller, edge.callee))
    rows = edges[: min(query.limit, DEPENDENCIES_MAX)]
    return Page(
        rows=tuple(rows),
        total=len(edges) if complete else None,
        complete=complete and len(rows) == len(edges),
        query=f"calls of {query.service or 'all services'}",
    )


def _calls_of(services: Iterable[wire.Entity]) -> Iterator[tuple[str, str]]:
    """Caller and callee, by their ids."""
    for one in services:
        yield from ((one.entity_id, callee.id) for callee in one.from_relationships.calls)
        yield from ((caller.id, one.entity_id) for caller in one.to_relationships.calls)


async def _missing(
    client: DynatraceClient,
    query: DependencyQuery,
    call: Call,
    known: Mapping[str, wire.Entity],
    calls: Iterable[tuple[str, str]],
) -> dict[str, wire.Entity]:
    """The ends that calls name by id only. A question is for entities of one type, which their ids begin with."""
    by_type: dict[str, list[str]] = {}
    for end in sorted({end for one in calls for end in one} - set(known)):
        by_type.setdefault(end.partition("-")[0], []).append(end)
    found: dict[str, wire.Entity] = {}
    for ids in by_type.values():
        for start in range(0, len(ids), _IDS_PER_QUESTION):
            selector = criterion("entityId", ids[start : start + _IDS_PER_QUESTION])
            fields = _TYPE if ids[0].startswith("SERVICE-") else ""
            heard = await client.entities(call, selector, seen_around(query.window), fields)
            found |= {one.entity_id: one for one in heard.rows}
    return found


def _dependency(ends: Mapping[str, wire.Entity], caller: str, callee: str) -> Dependency:
    callee_type = ends[callee].properties.service_type if callee in ends else ""
    return Dependency(
        caller=ends[caller].display_name if caller in ends else caller,
        callee=ends[callee].display_name if callee in ends else callee,
        kind=_KIND_OF_CALL.get(callee_type, DependencyKind.SYNC),
        source=DependencySource.OBSERVED,
        external=callee_type == _UNMONITORED,
        caller_kind=_kind_of(ends.get(caller)),
        callee_kind=_kind_of(ends.get(callee)),
    )


def _kind_of(entity: wire.Entity | None) -> NodeKind | None:
    """``None`` for what is no service, such as a web application, and for what nobody looks into."""
    if entity is None or not entity.entity_id.startswith("SERVICE-"):
        return None
    kind = entity.properties.service_type
    return None if kind == _UNMONITORED else _KIND_OF_TYPE.get(kind, NodeKind.SERVICE)
