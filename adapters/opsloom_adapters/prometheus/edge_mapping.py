"""Series of the edges of one metric as dependencies."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from opsloom.adapter_api.dialects.prometheus.wire import HeardSeries
from opsloom.adapter_api.json_shapes import Labels
from opsloom.model.topology import Dependency, DependencyKind, DependencySource, NodeKind
from opsloom_adapters.prometheus.edge_metrics import EdgeMetric
from opsloom_adapters.prometheus.edge_promql import NAMELESS

# Tempo's words: https://grafana.com/docs/tempo/latest/metrics-from-traces/service_graphs/
_DATABASE = "database"
_MESSAGING = "messaging_system"
_VIRTUAL = "virtual_node"
_VIRTUAL_CALLER = "user"  # whoever is in front of the first span


class Ends(NamedTuple):
    """Caller and callee."""

    caller: str
    callee: str


@dataclass
class _Side:
    """What one reporter counted on an edge, per second."""

    requests: float = 0.0
    failed: float = 0.0


class EdgeCounts:
    """Collects what is heard about the edges of ``metric``."""

    def __init__(self, metric: EdgeMetric) -> None:
        self._metric = metric
        self._sides: defaultdict[Ends, defaultdict[str, _Side]] = defaultdict(lambda: defaultdict(_Side))
        self._types: defaultdict[Ends, set[str]] = defaultdict(set)
        self._in_mesh: set[Ends] = set()
        self._first: dict[Ends, float] = {}
        self._last: dict[Ends, float] = {}
        self._nameless = 0

    @property
    def ends(self) -> Iterable[Ends]:
        """The edges heard of."""
        return self._sides.keys()

    def add_requests(self, heard: Iterable[HeardSeries]) -> None:
        """All requests; this is what decides which edges there are."""
        for series in heard:
            ends, rate = self._ends(series.metric), _value(series)
            if ends is None or rate is None:
                self._nameless += ends is None
                continue
            self._side(ends, series.metric).requests += rate
            self._types[ends].add(self._type(series.metric))
            if _name(series.metric, self._metric.callee[:1]):
                self._in_mesh.add(ends)

    def add_failed(self, heard: Iterable[HeardSeries]) -> None:
        """Failed requests."""
        for ends, rate, series in self._known(heard):
            self._side(ends, series.metric).failed += rate

    def add_first_seen(self, heard: Iterable[HeardSeries]) -> None:
        """Unix seconds of first requests."""
        for ends, moment, _ in self._known(heard):
            self._first[ends] = min(moment, self._first.get(ends, moment))

    def add_last_seen(self, heard: Iterable[HeardSeries]) -> None:
        """Unix seconds of last requests."""
        for ends, moment, _ in self._known(heard):
            self._last[ends] = max(moment, self._last.get(ends, moment))

    def edges(self) -> Iterator[Dependency]:
        """One per pair of ends, as counted by the side that counted more: the other one misses what never arrived."""
        for ends, sides in self._sides.items():
            side = max(sides.values(), key=lambda one: (one.requests, one.failed))
            yield Dependency(
                caller=ends.caller,
                callee=ends.callee,
                kind=DependencyKind.ASYNC if self._types[ends] == {_MESSAGING} else DependencyKind.SYNC,
                source=DependencySource.OBSERVED,
                external=self._is_external(ends),
                callee_kind=NodeKind.DATASTORE if self._types[ends] == {_DATABASE} else None,
                first_seen=_moment(self._first.get(ends)),
                last_seen=_moment(self._last.get(ends)),
                request_rate=side.requests,
                error_rate=side.failed if self._metric.failed else None,
            )

    def notes(self) -> list[str]:
        """What had to be left out."""
        if not self._nameless:
            return []
        return [f"edges of {self._metric.requests} that do not name both ends, left out: {self._nameless}"]

    def _is_external(self, ends: Ends) -> bool:
        """A database has no spans of its own, and a virtual node is what a client says of somebody without any."""
        if ends not in self._in_mesh:
            return True
        virtual = ends.caller != _VIRTUAL_CALLER and self._types[ends] == {_VIRTUAL}
        return virtual or self._types[ends] == {_DATABASE}

    def _known(self, heard: Iterable[HeardSeries]) -> Iterator[tuple[Ends, float, HeardSeries]]:
        for series in heard:
            ends, value = self._ends(series.metric), _value(series)
            if ends in self._sides and ends is not None and value is not None:
                yield ends, value, series

    def _ends(self, labels: Labels) -> Ends | None:
        caller, callee = _name(labels, self._metric.caller), _name(labels, self._metric.callee)
        return Ends(caller, callee) if caller and callee else None

    def _side(self, ends: Ends, labels: Labels) -> _Side:
        return self._sides[ends][labels.get(self._metric.reporter_label or "", "")]

    def _type(self, labels: Labels) -> str:
        return labels.get(self._metric.type_label or "", "")


def _name(labels: Labels, names: Sequence[str]) -> str | None:
    values = (labels.get(name, "") for name in names)
    return next((value for value in values if value not in NAMELESS), None)


def _value(series: HeardSeries) -> float | None:
    if series.value is None or not math.isfinite(series.value[1]):
        return None
    return series.value[1]


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
