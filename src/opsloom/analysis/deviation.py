"""How far a series is from what was normal for it, in the direction that hurts."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from opsloom.analysis.baseline import POINTS_MIN, Baseline, quantile
from opsloom.analysis.onset import NOTICEABLE_SIGMAS, onset_index, quiet_points
from opsloom.analysis.scene import Cited, Scene
from opsloom.model.metrics import MetricKind, Series

LONE_POINT_TRUST = 0.7  # one point may be a flicker: the error of a mean of n falls with the root of n
FAILURES = frozenset({MetricKind.ERRORS, MetricKind.SUCCESS})
SYMPTOMS = frozenset({MetricKind.TRAFFIC, MetricKind.CONFIG, None})
"""Kinds without a bad direction: they tell that something is different, not that it is worse."""


@dataclass(frozen=True)
class Deviation:
    """``level`` is the present one; ``sigmas`` counts the noise of the baseline, positive where it hurts.

    ``onset`` (unix seconds) is the first point that was away for good, ``None`` if it is not noticeably away.
    ``precedented`` is the share of the points before the onset that were as bad as the present.
    """

    service: str
    metric: str
    kind: MetricKind | None
    baseline: Baseline
    level: float
    sigmas: float
    onset: float | None
    evidence: tuple[str, ...] = ()
    precedented: float = 0.0

    @property
    def harm(self) -> float:
        """The step in the unit of the series, positive where it hurts."""
        step = abs(self.level - self.baseline.level)
        return step if self.sigmas >= 0 else -step

    @property
    def noticeable(self) -> bool:
        return self.sigmas >= NOTICEABLE_SIGMAS

    @property
    def told(self) -> str:
        return f"{self.metric} {self.baseline.level:.4g} -> {self.level:.4g}"


Deviations = Mapping[str, tuple[Deviation, ...]]
"""By service."""


def deviations_of(scene: Scene) -> Deviations:
    """The deviations of all series that belong to a service and have points on both sides of the alert."""
    found: dict[str, list[Deviation]] = {}
    alerted_at, now = scene.alerted_at.timestamp(), scene.now.timestamp()
    for cited in scene.series:
        deviation = deviation_of(cited, alerted_at, now)
        if deviation is not None:
            found.setdefault(deviation.service, []).append(deviation)
    return {service: tuple(sorted(several, key=lambda one: one.metric)) for service, several in sorted(found.items())}


def deviation_of(cited: Cited[Series], alerted_at: float, now: float) -> Deviation | None:
    """How ``cited`` deviates since ``alerted_at`` (unix seconds); ``None`` if there is no baseline, or no present.

    Missing is not zero: nothing is put in for points that are not there, and old points are not the present.
    """
    series = cited.value
    if series.service is None:
        return None
    times = [at for at, _ in series.points]
    end = bisect_right(times, now)
    begin = bisect_left(times, alerted_at)
    if begin < POINTS_MIN or begin >= end:
        return None
    values = [value for _, value in series.points[:end]]
    history, level = values[:begin], _present(values[begin:], series.kind)
    quiet = history[: quiet_points(history, level, series.kind)]
    baseline = Baseline.of(quiet, series.kind)
    sigmas = baseline.sigmas(level) * (LONE_POINT_TRUST if end - begin == 1 else 1.0)
    index = onset_index(values, baseline) if sigmas >= NOTICEABLE_SIGMAS else None
    onset = None if index is None else times[index]
    return Deviation(
        series.service,
        series.metric,
        series.kind,
        baseline,
        level,
        sigmas,
        onset,
        cited.evidence,
        _share_as_bad(quiet if index is None else quiet[:index], level, baseline),
    )


def _share_as_bad(values: Sequence[float], level: float, baseline: Baseline) -> float:
    present = baseline.sigmas(level)
    if present <= 1 or not values:  # within the noise: nobody asks how usual that is
        return 0.0
    return sum(baseline.sigmas(value) >= present for value in values) / len(values)


def _present(values: Sequence[float], kind: MetricKind | None) -> float:
    """Requests that failed stay failed, so a share of them is averaged; of all else the median is typical."""
    if kind in FAILURES:
        return sum(values) / len(values)
    return quantile(sorted(values), 0.5)
