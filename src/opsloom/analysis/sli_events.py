"""What an indicator measured, as good and bad events."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, pairwise

from opsloom.model.metrics import Series
from opsloom.model.slo import RatioIndicator, ThresholdIndicator

_PER_SECOND = "/s"


@dataclass(frozen=True, slots=True)
class SliEvents:
    """``total`` events, ``bad`` ones among them, in the time that ends at ``at`` (unix seconds)."""

    at: float
    bad: float
    total: float


def ratio_events(indicator: RatioIndicator, numerator: Series, total: Series) -> list[SliEvents]:
    """The events of a ratio, at the times at which both series have a point.

    Running totals are turned into their increases; a total that fell has started again from 0. Rates per second (by
    the series' unit) are multiplied by the time since the point before, so the first point of both gives no events.
    """
    totals = dict(total.points)
    pairs = [(at, value, totals[at]) for at, value in numerator.points if at in totals]
    if indicator.counter:
        counted = [(at, _increase(a, value), _increase(b, of)) for (_, a, b), (at, value, of) in pairwise(pairs)]
    elif total.unit.endswith(_PER_SECOND):
        counted = [
            (at, value * (at - before), of * (at - before)) for (before, _, _), (at, value, of) in pairwise(pairs)
        ]
    else:
        counted = pairs
    return [_events(at, of - value if indicator.counts_good else value, of) for at, value, of in counted]


def threshold_events(indicator: ThresholdIndicator, series: Series) -> list[SliEvents]:
    """Each point as one event."""
    return [
        SliEvents(at, float(not indicator.comparison.holds(value, indicator.value)), 1.0) for at, value in series.points
    ]


class EventCounts:
    """Sums of events over any time, in the time of a search."""

    def __init__(self, events: Iterable[SliEvents]) -> None:
        ordered = sorted(events, key=lambda one: one.at)
        self.times = [one.at for one in ordered]
        self._bad = [0.0, *accumulate(one.bad for one in ordered)]
        self._total = [0.0, *accumulate(one.total for one in ordered)]

    def within(self, after: float, until: float) -> tuple[float, float]:
        """Bad and all events in ``after < t <= until``."""
        start, end = bisect_right(self.times, after), bisect_right(self.times, until)
        return self._bad[end] - self._bad[start], self._total[end] - self._total[start]


def _increase(before: float, after: float) -> float:
    return after - before if after >= before else after


def _events(at: float, bad: float, total: float) -> SliEvents:
    """Two series are never read at quite the same instant: bad stays within 0 and all."""
    return SliEvents(at, min(max(bad, 0.0), total), total)
