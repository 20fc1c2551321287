"""Which service it starts at, ranked: how far each has left its normal, less what others explain of that."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from opsloom.analysis import service_signals as reasons
from opsloom.analysis.deviation import Deviation
from opsloom.analysis.onset import NOTICEABLE_SIGMAS
from opsloom.analysis.service_signals import Surroundings
from opsloom.analysis.signal import Signal, against, score_of

CERTAIN_SCORE = 1.0
UNALERTED_SCORE = 2.0  # nobody was alerted, and among many metrics some are always odd


@dataclass(frozen=True)
class ServiceSuspect:
    """``score`` is the sum of the signals' weights, ``confidence`` 0 to 1, ``against`` what speaks against it."""

    service: str
    score: float
    confidence: float
    signals: tuple[Signal, ...]
    against: tuple[str, ...]


def rank_services(around: Surroundings, without: frozenset[str] = frozenset()) -> tuple[ServiceSuspect, ...]:
    """All services that may be it, the likeliest first; signals named in ``without`` are left out (for ablation)."""
    found = {service: _signals(service, around, without) for service in sorted(_candidates(around))}
    scores = {service: score_of(signals) for service, signals in found.items()}
    shown = (service for service in found if scores[service] > 0 or _suffers(found[service]))
    ranked = sorted(shown, key=lambda name: (-scores[name], name))
    return tuple(
        ServiceSuspect(
            service,
            scores[service],
            _confidence(service, ranked, scores, CERTAIN_SCORE if around.has_alert else UNALERTED_SCORE),
            found[service],
            against(found[service]),
        )
        for service in ranked
    )


def _suffers(signals: tuple[Signal, ...]) -> bool:
    """It is noticeably ill, though others explain all of it."""
    return any(signal.name == reasons.DEVIATION and signal.value >= NOTICEABLE_SIGMAS for signal in signals)


def _confidence(service: str, ranked: list[str], scores: dict[str, float], certain: float) -> float:
    """High if it stands out from nothing and from the next one; the reliability is measured by the bench."""
    mine = scores[service] ** 2
    others = max((scores[name] ** 2 for name in ranked if name != service), default=0.0)
    return mine / (mine + others + certain**2)


def _candidates(around: Surroundings) -> set[str]:
    """Those with metrics, the one asked about, and those whom these call and of whom more is known than the call."""
    found = {*around.deviations}
    if around.focus is not None:
        found.add(around.focus)
    called = {name for service in found for name in around.callees(service)}
    return found | {name for name in called if _is_known(name, around)}


def _is_known(name: str, around: Surroundings) -> bool:
    """Whether it is a service: it calls somebody itself, or somebody says what it is.

    An end that was only seen to be called may be an address, a port or a proxy of something else. The name does not
    tell: an address in one cluster is a word in another.
    """
    graph = around.graph
    edges = (graph.edge(caller, name) for caller in graph.callers(name))
    return bool(graph.callees(name)) or any(edge and edge.callee_kind for edge in edges)


def _signals(service: str, around: Surroundings, without: frozenset[str]) -> tuple[Signal, ...]:
    """The one line of reasons with the largest sum, and what holds for the service as a whole."""
    own = [_own(one, around, without) for one in around.deviations.get(service, ()) if one.sigmas > 0]
    own.append(_kept([reasons.fan_out(service, around)], without))
    own.append(_kept([reasons.alerted(service, around)], without))
    own.append(_kept([reasons.unseen(service, around)], without))
    found = max(own, key=score_of)
    for share in _kept([reasons.uninstrumented(service, around), reasons.elsewhere(service, around)], without):
        found.append(replace(share, weight=share.weight * max(0.0, score_of(found))))
    return tuple(found)


def _own(deviation: Deviation, around: Surroundings, without: frozenset[str]) -> list[Signal]:
    """The deviation, and what it loses: each loss is a share of what is left by then."""
    found = [reasons.deviates(deviation), *_kept([reasons.other_kind(deviation, around)], without)]
    for share in _kept(
        [reasons.usual(deviation), reasons.contribution(deviation, around), reasons.explained(deviation, around)],
        without,
    ):
        found.append(replace(share, weight=share.weight * score_of(found)))
    return found


def _kept(signals: Iterable[Signal | None], without: frozenset[str]) -> list[Signal]:
    return [signal for signal in signals if signal is not None and signal.name not in without]
