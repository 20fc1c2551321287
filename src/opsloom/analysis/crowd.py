"""How many of a set of services alert around a time: counted once, asked often."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import inf, nextafter


class Crowd:
    """A step function of time, from spans in unix seconds during which one service each counts."""

    def __init__(self, spans_of_services: Iterable[Iterable[tuple[float, float]]]) -> None:
        turns = sorted(turn for spans in spans_of_services for turn in _turns(spans))
        self._times = [at for at, _ in turns]
        self._counts = list(accumulate(by for _, by in turns))

    def count(self, at: float) -> int:
        """How many services count at that time; both ends of a span belong to it."""
        place = bisect_right(self._times, at)
        return self._counts[place - 1] if place else 0


def _turns(spans: Iterable[tuple[float, float]]) -> Iterable[tuple[float, int]]:
    """Where one service begins and ends to count, overlapping spans as one."""
    for start, end in _merged(sorted(spans)):
        yield start, 1
        yield nextafter(end, inf), -1


def _merged(spans: Sequence[tuple[float, float]]) -> Iterable[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
