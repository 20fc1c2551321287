"""Pure functions over points: means per step, rates of counters, several series as one."""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TypeAlias

from opsloom.model.metrics import Aggregate

Point: TypeAlias = tuple[float, float]
"""Unix seconds, value."""

Buckets: TypeAlias = Mapping[int, Point]
"""By the number of the step since 1970; a step without data is absent."""

_QUANTILES = {Aggregate.P50: 0.5, Aggregate.P90: 0.9, Aggregate.P95: 0.95, Aggregate.P99: 0.99}


def means(points: Iterable[Point], step_seconds: int) -> Buckets:
    """The mean of each step, at the time of its last point.

    Not at the start of the step: an effect would seem to come before its cause.
    """
    grouped: dict[int, list[Point]] = {}
    for point in points:
        grouped.setdefault(int(point[0] // step_seconds), []).append(point)
    return {step: (inside[-1][0], _mean([value for _, value in inside])) for step, inside in grouped.items()}


def rates(points: Sequence[Point]) -> list[Point]:
    """The increase per second of a counter; a fall is a restart from 0, as Prometheus' ``rate`` has it."""
    return [
        (at, (value - before if value >= before else value) / (at - earlier))
        for (earlier, before), (at, value) in pairwise(points)
        if at > earlier
    ]


def combined(series: Sequence[Buckets], aggregate: Aggregate) -> tuple[Point, ...]:
    """Several series as one: per step, over those that have data there; rates are summed."""
    steps = sorted(set().union(*series))
    points = ([buckets[step] for buckets in series if step in buckets] for step in steps)
    return tuple((max(at for at, _ in there), _one([value for _, value in there], aggregate)) for there in points)


def _one(values: Sequence[float], aggregate: Aggregate) -> float:
    if aggregate in _QUANTILES:
        return _quantile(sorted(values), _QUANTILES[aggregate])
    if aggregate is Aggregate.AVG:
        return _mean(values)
    if aggregate is Aggregate.MIN:
        return min(values)
    if aggregate is Aggregate.MAX:
        return max(values)
    return math.fsum(values)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _quantile(ascending: Sequence[float], quantile: float) -> float:
    """Linear interpolation between the closest ranks, as PromQL's ``quantile``."""
    rank = quantile * (len(ascending) - 1)
    below, above = math.floor(rank), math.ceil(rank)
    return ascending[below] + (ascending[above] - ascending[below]) * (rank - below)
