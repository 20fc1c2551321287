"""When a series left its normal level for good."""

from collections.abc import Sequence

from opsloom.analysis.baseline import POINTS_MIN, Baseline, quantile
from opsloom.analysis.change_point import steepest_split
from opsloom.model.metrics import MetricKind

NOTICEABLE_SIGMAS = 4.0
STAYS_AWAY_SHARE = 0.7


def quiet_points(history: Sequence[float], level: float, kind: MetricKind | None) -> int:
    """How many points of ``history`` came before it began to leave for the present ``level``.

    An alert is late by its own window, and a slow leak is late by hours: a baseline up to the alert would call the
    leak normal. So the history is split where the means differ most (CUSUM, as
    :func:`~opsloom.analysis.change_point.find_change_point` does), and only the left side kept, as long as the right
    side stands out from it on the way to the present level; a ramp is so cut shorter and shorter, down to its foot.
    """
    end = len(history)
    while end >= 2 * POINTS_MIN:
        split = steepest_split(history[:end], POINTS_MIN)
        left = Baseline.of(history[:split], kind)
        right = quantile(sorted(history[split:end]), 0.5)
        same_way = (right - left.level) * (level - left.level) > 0
        if not same_way or min(left.sigmas(right), left.sigmas(level)) < NOTICEABLE_SIGMAS:
            break
        end = split
    return end


def onset_index(values: Sequence[float], baseline: Baseline) -> int | None:
    """The first point that is away from ``baseline`` and from which on most are; ``None`` if none is.

    Most and not all: a series crosses the line on its way back for a moment, and one spike long ago is no onset.
    """
    away, onset = 0, None
    for index in range(len(values) - 1, -1, -1):
        if baseline.sigmas(values[index]) >= NOTICEABLE_SIGMAS:
            away += 1
            if away >= STAYS_AWAY_SHARE * (len(values) - index):
                onset = index
    return onset
