"""Edges from several sources as one: what telemetry saw and what somebody declared, and where the two disagree.

Source: telemetry tells what is, and only where it is instrumented and while there is traffic; a catalogue tells what is
meant, and goes stale unseen. Each is therefore evidence about the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from opsloom.model.topology import Dependency, DependencyKind, DependencySource
from opsloom.model.window import Window

W = TypeVar("W", bound=StrEnum)
Ends = tuple[str, str]
"""Caller and callee."""

_SPECIFIC = (DependencyKind.SYNC, DependencyKind.ASYNC, DependencyKind.DATA)


@dataclass(frozen=True)
class Disagreement:
    """Edges that only one side knows although the other one speaks about their caller."""

    never_seen: frozenset[Ends]
    not_declared: frozenset[Ends]


def merge(edges: Iterable[Dependency]) -> list[Dependency]:
    """One edge per caller and callee, whatever the order of ``edges``.

    Two sources that see the same edge usually count the same requests, so the rates are those of the one that saw
    more of them, never a sum.
    """
    merged: dict[Ends, Dependency] = {}
    for edge in edges:
        ends = ends_of(edge)
        other = merged.get(ends)
        merged[ends] = edge if other is None else _one_of(edge, other)
    return list(merged.values())


def within(edges: Iterable[Dependency], window: Window) -> list[Dependency]:
    """Those that may have carried a request in ``window``; one without times may always have."""
    return [
        edge
        for edge in edges
        if (edge.first_seen is None or edge.first_seen < window.end)
        and (edge.last_seen is None or edge.last_seen >= window.start)
    ]


def disagreement_of(edges: Iterable[Dependency]) -> Disagreement:
    """Where merged edges contradict each other.

    Silence is a contradiction only from a side that speaks about this caller: telemetry cannot see the calls of a
    service without instrumentation, and nobody declares all edges of a service of which none is declared.
    """
    by_source: dict[DependencySource, set[Ends]] = {source: set() for source in DependencySource}
    for edge in edges:
        by_source[edge.source].add(ends_of(edge))
    both = by_source[DependencySource.BOTH]
    observed, declared = by_source[DependencySource.OBSERVED], by_source[DependencySource.DECLARED]
    seen = {caller for caller, _ in observed | both}
    declaring = {caller for caller, _ in declared | both}
    return Disagreement(
        frozenset(ends for ends in declared if ends[0] in seen),
        frozenset(ends for ends in observed if ends[0] in declaring),
    )


def ends_of(edge: Dependency) -> Ends:
    """What tells merged edges apart."""
    return edge.caller, edge.callee


def _one_of(left: Dependency, right: Dependency) -> Dependency:
    busier = max(left, right, key=_busyness)
    observed = [edge for edge in (left, right) if edge.source is not DependencySource.DECLARED]
    return Dependency(
        caller=left.caller,
        callee=left.callee,
        kind=max(left.kind, right.kind, key=_SPECIFIC.index),
        source=left.source if left.source is right.source else DependencySource.BOTH,
        # One source that hears from the callee itself outweighs any number that do not.
        external=bool(observed) and all(edge.external for edge in observed),
        caller_kind=_told(left.caller_kind, right.caller_kind),
        callee_kind=_told(left.callee_kind, right.callee_kind),
        first_seen=_earlier(left.first_seen, right.first_seen),
        last_seen=_later(left.last_seen, right.last_seen),
        request_rate=busier.request_rate,
        error_rate=busier.error_rate,
    )


def _busyness(edge: Dependency) -> tuple[float, float]:
    rates = (edge.request_rate, edge.error_rate)
    requests, errors = (-1.0 if rate is None else rate for rate in rates)
    return requests, errors


def _told(left: W | None, right: W | None) -> W | None:
    told = [word for word in (left, right) if word is not None]
    return min(told, default=None)


def _earlier(left: datetime | None, right: datetime | None) -> datetime | None:
    return min((moment for moment in (left, right) if moment is not None), default=None)


def _later(left: datetime | None, right: datetime | None) -> datetime | None:
    return max((moment for moment in (left, right) if moment is not None), default=None)
