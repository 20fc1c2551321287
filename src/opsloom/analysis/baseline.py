"""What is normal for a series: its level, and how much it flickers around it."""

from collections.abc import Sequence
from dataclasses import dataclass

from opsloom.model.metrics import MetricKind

POINTS_MIN = 4
SIGMAS_MAX = 100.0
MAD_TO_DEVIATION = 1.4826  # of a normal distribution
DECILES_TO_DEVIATION = 2.563  # from the 10th to the 90th percentile of a normal distribution
RELATIVE_FLOOR = {
    MetricKind.LATENCY: 0.10,
    MetricKind.ERRORS: 0.10,
    MetricKind.SATURATION: 0.10,
    MetricKind.SUCCESS: 0.001,  # a share near 1: what counts is how much is missing
    MetricKind.TRAFFIC: 0.20,
    MetricKind.CONFIG: 0.01,
    None: 0.10,
}
_BAD_UPWARDS = frozenset({MetricKind.LATENCY, MetricKind.ERRORS, MetricKind.SATURATION})


@dataclass(frozen=True)
class Baseline:
    """``level`` is a median, ``noise`` a standard deviation, both in the unit of the series."""

    level: float
    noise: float
    kind: MetricKind | None

    @classmethod
    def of(cls, values: Sequence[float], kind: MetricKind | None) -> "Baseline":
        """The baseline of ``values``, of which there is at least one, in any order.

        The noise is the median absolute deviation: half of the values may be outliers (Rousseeuw and Croux,
        "Alternatives to the median absolute deviation", 1993). It is 0 for a share that mostly sits at 1, where the
        spread between the deciles steps in; and never under a floor by kind, a flicker that is no news to anybody.
        """
        ordered = sorted(values)
        level = quantile(ordered, 0.5)
        noise = quantile(sorted(abs(value - level) for value in ordered), 0.5) * MAD_TO_DEVIATION
        if noise == 0:
            noise = (quantile(ordered, 0.9) - quantile(ordered, 0.1)) / DECILES_TO_DEVIATION
        return cls(level, max(noise, RELATIVE_FLOOR[kind] * abs(level)), kind)

    def sigmas(self, value: float) -> float:
        """How many times the noise ``value`` is away, positive where it hurts, within ``SIGMAS_MAX``.

        Latency, errors and saturation hurt upwards and success downwards; all else hurts either way.
        """
        step = value - self.level
        if self.kind is MetricKind.SUCCESS:
            step = -step
        elif self.kind not in _BAD_UPWARDS:
            step = abs(step)
        if step == 0:
            return 0.0
        if self.noise == 0:
            return SIGMAS_MAX if step > 0 else -SIGMAS_MAX
        return max(-SIGMAS_MAX, min(SIGMAS_MAX, step / self.noise))


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value at ``share`` (0 to 1) of ascending ``ordered``, interpolated."""
    place = share * (len(ordered) - 1)
    low = int(place)
    if low + 1 >= len(ordered):
        return ordered[-1]
    return ordered[low] + (ordered[low + 1] - ordered[low]) * (place - low)
