"""Who depends on whom."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from opsloom.adapter_api.capabilities import TopologyReader
from opsloom.analysis.dependencies import Disagreement, Ends, disagreement_of, ends_of
from opsloom.analysis.graph import ServiceGraph
from opsloom.model.limits import DEPENDENCIES_MAX, DEPENDENCY_DEPTH_MAX
from opsloom.model.topology import Dependency, DependencyQuery, DependencySource
from opsloom.model.window import Window, format_time, resolve_window
from opsloom.providers.operations import GET_DEPENDENCIES
from opsloom.tools.answer import Answer, Cell
from opsloom.tools.arguments import Since
from opsloom.tools.context import ToolContext
from opsloom.tools.gather import Gathered, collect, gather
from opsloom.tools.registry import tool

COLUMNS = (
    "side", "distance", "caller", "callee", "kind", "source", "requests_per_second", "errors_per_second",
    "first_seen", "last_seen", "marks",
)  # fmt: skip
DEPTH_DEFAULT = 2

NEVER_SEEN = "never seen"
NOT_DECLARED = "not declared"
UNINSTRUMENTED = "uninstrumented"
_MEANING = {
    NEVER_SEEN: "declared, and without a request in this window although telemetry sees other calls of the caller",
    NOT_DECLARED: "seen, and missing among the declared dependencies of the caller",
    UNINSTRUMENTED: "the callee is seen only from its clients, so its own state and what lies behind it are unknown",
}


class Direction(StrEnum):
    """``upstream``: who depends on the service; ``downstream``: on whom it depends."""

    UPSTREAM = "upstream"
    DOWNSTREAM = "downstream"
    BOTH = "both"

    @property
    def sides(self) -> tuple["Direction", ...]:
        """The directions to go."""
        return (Direction.UPSTREAM, Direction.DOWNSTREAM) if self is Direction.BOTH else (self,)


@dataclass(frozen=True)
class _Row:
    """``distance`` is how many calls lie between the service and the far end of ``edge``."""

    side: Direction
    distance: int
    edge: Dependency
    marks: Sequence[str]


@tool(TopologyReader, title="Map the dependencies of a service")
async def map_dependencies(
    context: ToolContext,
    service: Annotated[str, Field(description="service name", min_length=1, max_length=200)],
    direction: Annotated[Direction, Field(description="upstream: callers")] = Direction.BOTH,
    depth: Annotated[int, Field(description="calls", ge=1, le=DEPENDENCY_DEPTH_MAX)] = DEPTH_DEFAULT,
    since: Since = None,
) -> Answer:
    """Who calls a service and whom it calls, nearest first: seen by telemetry (default -1h) and declared."""
    window, defaulted = resolve_window(since, None, context.now)
    found = await _gather_edges(context, window, service)
    graph = ServiceGraph.of(edge for _, edge in found.rows)
    rows = list(_rows(graph, service, direction, depth))
    return Answer(
        columns=COLUMNS,
        rows=[_cells(row) for row in rows],
        sources=found.sources,
        window=window,
        window_defaulted=defaulted,
        now=context.now,
        total=len(rows) if found.complete else None,
        notes=[*dict.fromkeys(found.notes), *_notes(graph, service, rows, found)],
        evidence=found.evidence,
    )


async def _gather_edges(context: ToolContext, window: Window, service: str) -> Gathered[Dependency]:
    """The whole graph, as a source cannot tell what lies further away than one call; where it is too large, the
    edges of the service itself at least.
    """
    every = DependencyQuery(window=window, limit=DEPENDENCIES_MAX)
    found = await gather(context, GET_DEPENDENCIES, every)
    if found.cut:
        near = await collect(context, GET_DEPENDENCIES, every.model_copy(update={"service": service}))
        found.rows.extend(near.rows)
        found.sources.extend(source for source in near.sources if source.status != "ok")
        found.evidence.extend(near.evidence)
    return found


def _rows(graph: ServiceGraph, service: str, direction: Direction, depth: int) -> Iterator[_Row]:
    """Nearest first, and each edge once: in a cycle, on the side where it is nearer."""
    nearest: dict[Ends, tuple[int, Direction]] = {}
    for side in direction.sides:
        for ends, distance in _steps(graph, service, side, depth):
            nearest[ends] = min((distance, side), nearest.get(ends, (distance, side)))
    disagreement = disagreement_of(graph.edges)
    for ends, (distance, side) in sorted(nearest.items(), key=lambda item: (item[1], item[0])):
        edge = graph.edge(*ends)
        if edge is not None:
            yield _Row(side, distance, edge, list(_marks(edge, graph, disagreement)))


def _steps(graph: ServiceGraph, service: str, side: Direction, depth: int) -> Iterator[tuple[Ends, int]]:
    """The edges that lead one call further, from the service and from what is reached within ``depth`` less one."""
    if side is Direction.UPSTREAM:
        for near, distance in {**graph.upstream(service, depth - 1), service: 0}.items():
            yield from (((far, near), distance + 1) for far in graph.callers(near))
    else:
        for near, distance in {**graph.downstream(service, depth - 1), service: 0}.items():
            yield from (((near, far), distance + 1) for far in graph.callees(near))


def _marks(edge: Dependency, graph: ServiceGraph, disagreement: Disagreement) -> Iterator[str]:
    """What there is to say about the edge and its callee, in a word each."""
    if edge.callee_kind is not None:
        yield edge.callee_kind
    if edge.callee in graph.uninstrumented:
        yield UNINSTRUMENTED
    if ends_of(edge) in disagreement.never_seen:
        yield NEVER_SEEN
    if ends_of(edge) in disagreement.not_declared:
        yield NOT_DECLARED


def _cells(row: _Row) -> list[Cell]:
    edge = row.edge
    return [
        row.side,
        row.distance,
        edge.caller,
        edge.callee,
        edge.kind,
        edge.source,
        edge.request_rate,
        edge.error_rate,
        _time(edge.first_seen),
        _time(edge.last_seen),
        list(row.marks),
    ]


def _notes(graph: ServiceGraph, service: str, rows: Sequence[_Row], found: Gathered[Dependency]) -> Iterator[str]:
    """Numbers and no names: those are the providers' words, and stand in the rows."""
    if service not in graph.services:
        yield "no source knows an edge of this service: it may be written otherwise, or not be instrumented"
    counts = Counter(mark for row in rows for mark in row.marks)
    yield from (f"{mark} ({counts[mark]}): {meaning}" for mark, meaning in _MEANING.items() if counts[mark])
    if rows and all(row.edge.source is DependencySource.DECLARED for row in rows):
        yield "all of this is only declared; telemetry saw none of it"
    if found.cut:
        cut = ", ".join(sorted(found.cut))
        yield f"{cut}: holds more edges than can be read, so services further away than one call may be missing"


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else format_time(moment)
