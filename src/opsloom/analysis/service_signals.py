"""The reasons for and against a service as the place where it starts, each a function of its own."""

from dataclasses import dataclass
from math import log1p

from opsloom.analysis.deviation import FAILURES, SYMPTOMS, Deviation, Deviations
from opsloom.analysis.fan_out import FanOut
from opsloom.analysis.graph import ServiceGraph
from opsloom.analysis.signal import Signal
from opsloom.model.metrics import MetricKind

ALERTED = "alerted"
CONTRIBUTION = "contribution"
DEVIATION = "deviation"
ELSEWHERE = "elsewhere"
EXPLAINED = "explained"
FAN_OUT = "fan_out"
OTHER_KIND = "other_kind"
UNINSTRUMENTED = "uninstrumented"
UNSEEN = "unseen"
USUAL = "usual"

EXPLAINS_SIGMAS = 2.5
OTHER_KIND_WEIGHT = 0.7
SYMPTOM_WEIGHT = 0.2
FAN_OUT_WEIGHT = 0.6
ENOUGH_SHARE = 0.5  # percentiles of different calls do not add up
FULLY_EXPLAINED_SHARE = 0.8  # two services are never sampled at the same requests
OTHER_METRIC_SHARE = 0.7
ALERTED_WEIGHT = 0.25
UNSEEN_WEIGHT = 0.3
USUAL_FACTOR = 6.0
USUAL_SHARE_MAX = 0.7
UNSEEN_SHARE = 0.5
UNINSTRUMENTED_SHARE = 0.5
ADDRESS_SHARE = 0.8
ELSEWHERE_SHARE = 0.7


@dataclass(frozen=True)
class Surroundings:
    """What a service is looked at against; ``focus`` is the service that alerted or was asked about.

    ``alerted`` is the kind of metric that the alert is about, where there is one and that is known.
    """

    graph: ServiceGraph
    deviations: Deviations
    fan_outs: tuple[FanOut, ...]
    focus: str | None
    alerted: MetricKind | None
    has_alert: bool = True

    def callees(self, service: str) -> tuple[str, ...]:
        """Those that can answer for themselves."""
        return tuple(name for name in self.graph.callees(service) if name not in self.graph.uninstrumented)


def strength(sigmas: float) -> float:
    """Logarithmic, because a hundred times the noise is not ten times as guilty as ten times; nothing under one."""
    return log1p(max(0.0, sigmas - 1.0))


def deviates(deviation: Deviation) -> Signal:
    """A metric left its own normal. Source: the golden signals (Google SRE book, chapter 6)."""
    told = f"{deviation.told} ({deviation.sigmas:.1f} times its noise)"
    return Signal(DEVIATION, deviation.sigmas, strength(deviation.sigmas), told, deviation.evidence)


def usual(deviation: Deviation) -> Signal | None:
    """It has been as bad before, and nobody was alerted: heavy tails are normal for a percentile of few requests."""
    lost = min(USUAL_SHARE_MAX, USUAL_FACTOR * deviation.precedented)
    if lost <= 0 or deviation.sigmas <= 0:
        return None
    told = f"{deviation.metric} was as bad as this in {deviation.precedented:.0%} of the time before"
    return Signal(USUAL, deviation.precedented, -lost, told, deviation.evidence)


def other_kind(deviation: Deviation, around: Surroundings) -> Signal | None:
    """An alert for errors is first of all explained by errors; traffic alone is a symptom (starved, or flooded)."""
    if deviation.kind in SYMPTOMS:
        kept = SYMPTOM_WEIGHT
    elif around.alerted in (None, deviation.kind) or {deviation.kind, around.alerted} <= FAILURES:
        return None
    else:
        kept = OTHER_KIND_WEIGHT
    told = f"{deviation.metric} is not what the alert is about"
    return Signal(OTHER_KIND, kept, (kept - 1) * strength(deviation.sigmas), told)


def explained(deviation: Deviation, around: Surroundings) -> Signal | None:
    """A callee that is as slow, or fails as much, explains its caller: the deepest one is primary, the rest suffers.

    The share is that of the callee's step in the caller's, where both have the same metric; otherwise the like kinds
    are compared by their noise, with less trust. Source: graph traversal from the alert to the deepest anomalous
    service, as in Chen et al., "CauseInfer" (INFOCOM 2014), and in any on-call's head. A saturated service is its own
    explanation: nobody else uses its CPU.
    """
    if deviation.kind is MetricKind.SATURATION or deviation.sigmas <= 0:
        return None
    best: tuple[float, Deviation] | None = None
    for callee in around.callees(deviation.service):
        for other in around.deviations.get(callee, ()):
            share = _share_explained(deviation, other)
            if share > 0 and (best is None or share > best[0]):
                best = share, other
    if best is None:
        return None
    share, other = best
    told = f"{other.service} explains {share:.0%} of it: {other.told}"
    return Signal(EXPLAINED, share, -share, told, other.evidence)


def _share_explained(deviation: Deviation, by: Deviation) -> float:
    if by.sigmas < EXPLAINS_SIGMAS or by.kind in SYMPTOMS:
        return 0.0
    if by.metric == deviation.metric:
        return min(1.0, by.harm / (FULLY_EXPLAINED_SHARE * deviation.harm))
    if by.kind is deviation.kind or {by.kind, deviation.kind} <= FAILURES:
        return OTHER_METRIC_SHARE * min(1.0, log1p(by.sigmas) / log1p(deviation.sigmas))
    return 0.0


def contribution(deviation: Deviation, around: Surroundings) -> Signal | None:
    """A few milliseconds more cannot make the alerting service seconds slower, however unusual they are.

    Source: a request is at most as much slower as its calls together; latency times calls per request.
    """
    if deviation.kind is not MetricKind.LATENCY or around.focus is None or deviation.service == around.focus:
        return None
    for focus in around.deviations.get(around.focus, ()):
        if focus.metric == deviation.metric and focus.harm > 0 and deviation.harm > 0:
            calls = _calls_per_request(deviation.service, around.focus, around)
            share = min(1.0, deviation.harm * calls / (ENOUGH_SHARE * focus.harm))
            told = f"it accounts for {share:.0%} of what {around.focus} lost"
            return Signal(CONTRIBUTION, share, -(1 - share), told, focus.evidence) if share < 1 else None
    return None


def _calls_per_request(callee: str, caller: str, around: Surroundings) -> float:
    """At least one: a request that does not call it is not the one that waits for it."""
    requests = {one.metric: one.baseline.level for one in around.deviations[caller] if one.kind is MetricKind.TRAFFIC}
    for one in around.deviations[callee]:
        if one.kind is MetricKind.TRAFFIC and requests.get(one.metric, 0) > 0:
            return max(1.0, one.baseline.level / requests[one.metric])
    return 1.0


def fan_out(service: str, around: Surroundings) -> Signal | None:
    """Its calls per request changed, and nothing is wrong with whom it calls: then it is the caller's own doing."""
    best = max(
        (one for one in around.fan_outs if one.caller == service and not _suffers(one.callee, around.deviations)),
        key=lambda one: (one.sigmas, one.callee),
        default=None,
    )
    if best is None:
        return None
    return Signal(FAN_OUT, best.sigmas, FAN_OUT_WEIGHT * strength(best.sigmas), best.told, best.evidence)


def _suffers(service: str, deviations: Deviations) -> bool:
    return any(one.sigmas >= EXPLAINS_SIGMAS and one.kind not in SYMPTOMS for one in deviations.get(service, ()))


def alerted(service: str, around: Surroundings) -> Signal | None:
    """Without anything better, it is where the alert is."""
    if service != around.focus:
        return None
    return Signal(ALERTED, 1.0, ALERTED_WEIGHT, "it is the one that alerted, or was asked about")


def unseen(service: str, around: Surroundings) -> Signal | None:
    """Somebody who calls it is ill, and what would show whether it is ill itself is missing: so it is not cleared.

    Reasoning by elimination: where all that can be seen is quiet, it is in what cannot be seen.
    """
    if service == around.focus or any(_is_telling(one, around) for one in around.deviations.get(service, ())):
        return None
    callers = [name for name in around.graph.callers(service) if name == around.focus or name in around.deviations]
    ill = [(_illness(name, around), name) for name in callers]
    if not ill:
        return None
    illness, caller = max(ill)
    weight = max(UNSEEN_WEIGHT if caller == around.focus else 0.0, UNSEEN_SHARE * illness)
    return Signal(UNSEEN, illness, weight, f"{caller} calls it, and no metric of it is there that could clear it")


def _is_telling(deviation: Deviation, around: Surroundings) -> bool:
    return other_kind(deviation, around) is None


def _illness(service: str, around: Surroundings) -> float:
    """How strongly it deviates in the kind of the alert, less what its callees explain."""
    strengths = [
        strength(one.sigmas) * (1 - (reason.value if (reason := explained(one, around)) else 0.0))
        for one in around.deviations.get(service, ())
        if _is_telling(one, around) and one.kind is not MetricKind.SATURATION
    ]
    return max(strengths, default=0.0)


def uninstrumented(service: str, around: Surroundings) -> Signal | None:
    """Seen only from its clients: what looks like this end may be the way to it, or the client itself.

    It may even be the address of a service that is seen: where its client calls one that is ill in the same way, that
    one is it. Source: the semantics of client spans (OpenTelemetry, ``peer.service``), where an address behind a load
    balancer and the service behind it are two nodes.
    """
    if service not in around.graph.uninstrumented:
        return None
    ill = {one.kind for one in around.deviations.get(service, ()) if one.sigmas >= EXPLAINS_SIGMAS}
    siblings = {name for caller in around.graph.callers(service) for name in around.callees(caller)}
    for sibling in sorted(siblings):
        if any(one.kind in ill and one.sigmas >= EXPLAINS_SIGMAS for one in around.deviations.get(sibling, ())):
            told = f"it is seen only from its clients, which also call {sibling}"
            return Signal(UNINSTRUMENTED, 1.0, -ADDRESS_SHARE, told)
    return Signal(UNINSTRUMENTED, 1.0, -UNINSTRUMENTED_SHARE, "it is seen only from its clients")


def elsewhere(service: str, around: Surroundings) -> Signal | None:
    """No call leads from the alerting service to it, so it cannot be what the alert felt, as far as calls are known."""
    if around.focus is None or around.focus not in around.graph.services or service == around.focus:
        return None
    if around.graph.distance(around.focus, service) is not None:
        return None
    return Signal(ELSEWHERE, 1.0, -ELSEWHERE_SHARE, f"no known call leads from {around.focus} to it")
