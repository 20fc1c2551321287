"""How many calls a service makes per request that it gets: its own behaviour, whatever the load is."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from opsloom.analysis.baseline import POINTS_MIN, Baseline, quantile
from opsloom.analysis.graph import ServiceGraph
from opsloom.analysis.scene import Cited, Scene
from opsloom.model.metrics import MetricKind, Series

SAME_TIME_SECONDS = 90.0  # scrapes of two services are not aligned
SIGMAS_MIN = 4.0
FACTOR_MIN = 1.5
CALLS_MIN = 0.05  # fewer per request are a side path, whose few calls come and go


@dataclass(frozen=True)
class FanOut:
    """Calls from ``caller`` to ``callee`` per request to ``caller``, before and at present."""

    caller: str
    callee: str
    before: float
    present: float
    sigmas: float
    evidence: tuple[str, ...]

    @property
    def told(self) -> str:
        return f"calls {self.callee} {self.present:.3g} times per request instead of {self.before:.3g}"


def changed_fan_outs(scene: Scene, graph: ServiceGraph) -> list[FanOut]:
    """Where the number of calls per request is noticeably another than before, more or less.

    Source: a query in a loop, a cache that no longer holds and a retry storm multiply calls; a crash before the call
    and an open circuit breaker end them. Load alone changes neither. Only edges with traffic of the same metric at both
    ends count, and per callee the busiest caller: from the others' share nothing can be read.
    """
    traffic = _traffic(scene)
    found = []
    for callee, to_callee in sorted(traffic.items()):
        callers = [
            name
            for name in graph.callers(callee)
            if name in traffic and traffic[name].value.metric == to_callee.value.metric
        ]
        if callers:
            caller = max(callers, key=lambda name: (_typical(traffic[name].value), name))
            fan_out = _fan_out(scene, traffic[caller], to_callee)
            if fan_out is not None:
                found.append(fan_out)
    return found


def _traffic(scene: Scene) -> dict[str, Cited[Series]]:
    found: dict[str, Cited[Series]] = {}
    for cited in sorted(scene.series, key=lambda one: one.value.metric):
        if cited.value.kind is MetricKind.TRAFFIC and cited.value.service is not None:
            found.setdefault(cited.value.service, cited)
    return found


def _typical(series: Series) -> float:
    return quantile(sorted(value for _, value in series.points) or [0.0], 0.5)


def _fan_out(scene: Scene, to_caller: Cited[Series], to_callee: Cited[Series]) -> FanOut | None:
    ratios = _ratios(to_caller.value.points, to_callee.value.points)
    alerted_at, now = scene.alerted_at.timestamp(), scene.now.timestamp()
    before = [ratio for at, ratio in ratios if at < alerted_at]
    present = [ratio for at, ratio in ratios if alerted_at <= at <= now]
    if len(before) < POINTS_MIN or not present:
        return None
    baseline = Baseline.of(before, None)
    level = quantile(sorted(present), 0.5)
    sigmas = baseline.sigmas(level)
    small, large = sorted((level, baseline.level))
    if baseline.level < CALLS_MIN or sigmas < SIGMAS_MIN or large < FACTOR_MIN * small:
        return None
    evidence = (*to_caller.evidence, *to_callee.evidence)
    return FanOut(to_caller.value.service or "", to_callee.value.service or "", baseline.level, level, sigmas, evidence)


def _ratios(
    to_caller: Sequence[tuple[float, float]], to_callee: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    """(time, calls per request) at each point of the caller that got requests and has a point of the callee near."""
    times = [at for at, _ in to_callee]
    found = []
    for at, requests in to_caller:
        place = bisect_left(times, at)
        near = min(range(max(0, place - 1), min(place + 1, len(times))), key=lambda i: abs(times[i] - at), default=None)
        if requests > 0 and near is not None and abs(times[near] - at) <= SAME_TIME_SECONDS:
            found.append((at, to_callee[near][1] / requests))
    return found
