"""Where a series stepped from one level to another, if it did."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

SEGMENT_POINTS_MIN = 3
NOISE_MULTIPLE = 5.0
RELATIVE_FLOOR = 0.05


@dataclass(frozen=True)
class ChangePoint:
    """The first point of the new level (its index), and the medians before and after."""

    index: int
    before: float
    after: float


def find_change_point(values: Sequence[float]) -> ChangePoint | None:
    """The split with the largest step between medians' levels that stands out from the noise, or ``None``.

    The place is the maximum of the mean-adjusted cumulative sum (CUSUM; Page, "Continuous inspection
    schemes", Biometrika 1954, in its off-line form). The step counts when it is over ``NOISE_MULTIPLE`` times
    the median absolute deviation around the two levels and over ``RELATIVE_FLOOR`` of the larger level: a
    ratio that sits at exactly 0 or 1 has a deviation of 0, and the least flicker would count otherwise.
    A multiple of 4 would be a coin's toss on ramps, whose halves lie just 4 deviations apart. A level needs
    ``SEGMENT_POINTS_MIN`` points: fewer at an end of the series are an outlier as well as a step.
    """
    if len(values) < 2 * SEGMENT_POINTS_MIN:
        return None
    index = steepest_split(values, SEGMENT_POINTS_MIN)
    before, after = median(values[:index]), median(values[index:])
    spread = median(
        [abs(value - before) for value in values[:index]] + [abs(value - after) for value in values[index:]]
    )
    step = abs(after - before)
    if step <= NOISE_MULTIPLE * spread or step <= RELATIVE_FLOOR * max(abs(before), abs(after)):
        return None
    return ChangePoint(index, before, after)


def steepest_split(values: Sequence[float], points_min: int) -> int:
    """The index that maximises the variance between the two sides, of which each has at least ``points_min`` points."""
    total, count = sum(values), len(values)
    left, best, best_index = sum(values[: points_min - 1]), -1.0, points_min
    for index in range(points_min, count - points_min + 1):
        left += values[index - 1]
        gap = left / index - (total - left) / (count - index)
        score = gap * gap * index * (count - index)
        if score > best:
            best, best_index = score, index
    return best_index
