"""The reasons for and against a change as the cause, each a function of its own. Weights are log-odds."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log

from opsloom.analysis.deviation import Deviation
from opsloom.analysis.graph import ServiceGraph
from opsloom.analysis.outside_causes import OutsideCause
from opsloom.analysis.signal import Signal
from opsloom.analysis.substance import Reading, Substance
from opsloom.model.deploys import ChangeKind, Deploy

KIND = "kind"
LAG = "lag"
OUTSIDE = "outside_cause"
OVERLAP = "overlap"
SERVICE = "service"
SUBSTANCE = "substance"

CLOCK_TOLERANCE_SECONDS = 150.0  # two clocks, and a sample a minute
LAG_SECONDS = 30 * 60.0
HORIZON_SECONDS = 6 * 3_600.0
LAG_WEIGHT = 1.5
AFTER_ONSET_WEIGHT = -6.0
BEYOND_HORIZON_WEIGHT = -3.0
OVERLAP_WEIGHT = 2.5
NO_OVERLAP_WEIGHT = -0.2
OVERLAP_HALF_NATS = 6.0
IDENTIFIER_FACTOR = 1.5
OUTSIDE_WEIGHT = -2.5
_SUBSTANCE_WEIGHTS = {
    Substance.LIMIT_LOWERED: 2.0,
    Substance.GUARD_REMOVED: 1.8,
    Substance.NEW_WORK: 1.5,
    Substance.LIMIT_ADDED: 1.2,
    Substance.DEPENDENCY: 0.0,
    Substance.OTHER: 0.0,
    Substance.UNKNOWN: 0.0,
    Substance.LIMIT_RAISED: -0.3,
    Substance.MOVED: -1.5,
    Substance.TELEMETRY: -1.5,
    Substance.PRESENTATION: -2.5,
    Substance.INERT: -4.0,
}
_NAMED_WEIGHT = 1.5
_NAMED_FLAG_WEIGHT = 0.5
_UNNAMED_WEIGHT = -0.7
_SAYS_LITTLE = frozenset({Substance.MOVED, Substance.TELEMETRY})
_KIND_WEIGHTS = {ChangeKind.COMMIT: -0.5, ChangeKind.FLAG: 0.0}
_DEPLOYED_WEIGHT = 0.3


@dataclass(frozen=True)
class Circumstances:
    """What changes are held against: since when (unix seconds), where, and in which words it fails.

    ``rarity`` tells for a word how few changes share it, in nats.
    """

    onset: float
    primary: str | None
    deviations: tuple[Deviation, ...]
    graph: ServiceGraph
    complaints: frozenset[str]
    rarity: Mapping[str, float]
    outside: OutsideCause | None


def lag(change: Deploy, service: str | None, at: Circumstances) -> Signal:
    """How long before the onset it happened, down to a horizon of hours; what came after the onset cannot be it.

    The onset is that of the incident, or of a metric of the changed service that left its level: a leak shows in a
    counter long before it shows in an alert. Most regressions show within minutes of their push, yet a flag, a cache or
    a batch job may take hours; so the weight decays slowly and does not end at a look-back of five minutes.
    """
    happened = change.at.timestamp()
    before = at.onset - happened
    if before < -CLOCK_TOLERANCE_SECONDS:
        return Signal(LAG, before, AFTER_ONSET_WEIGHT, f"it happened {_minutes(-before)} after the onset")
    if before > HORIZON_SECONDS:
        return Signal(LAG, before, BEYOND_HORIZON_WEIGHT, f"it happened {_minutes(before)} before the onset, too long")
    steps = [
        (one.onset - happened, one)
        for one in at.deviations
        if one.onset is not None and one.onset >= happened and service in (None, one.service)
    ]
    after, step = min(steps, key=lambda found: (found[0], found[1].metric), default=(abs(before), None))
    weight = LAG_WEIGHT * exp(-min(abs(before), after) / LAG_SECONDS)
    told = f"it happened {_minutes(before)} before the onset"
    if step is not None:
        told += f"; {_minutes(after)} after it, {step.told}"
    return Signal(LAG, before, weight, told, step.evidence if step is not None else ())


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if abs(seconds) < 120 else f"{seconds / 60:.0f} min"


def fits_service(service: str | None, at: Circumstances) -> Signal:
    """Whether it changed the primary service, one that it calls, or one that calls it: a caller can flood a callee.

    A push acts through its own service: without a known path to the failure it needs another way, which nobody named.
    """
    if service is None or at.primary is None:
        return Signal(SERVICE, 0.0, 0.0, "")
    if service == at.primary:
        return Signal(SERVICE, 0.0, 1.0, f"it changed {service}, where it starts")
    down, up = at.graph.distance(at.primary, service), at.graph.distance(service, at.primary)
    if down is not None:
        return Signal(SERVICE, down, 0.5, f"it changed {service}, which {at.primary} depends on")
    if up == 1:
        return Signal(SERVICE, up, 0.5, f"it changed {service}, which calls {at.primary}")
    if up is not None:
        return Signal(SERVICE, up, -0.5, f"it changed {service}, {up} calls above {at.primary}")
    return Signal(SERVICE, -1.0, -1.5, f"it changed {service}, and no known call connects that with {at.primary}")


def substance(change: Deploy, reading: Reading, shared: frozenset[str]) -> Signal:
    """What it does: see :func:`opsloom.analysis.substance.substance_of`.

    A library, or a flag of whose code nothing is known, is suspect when the failure names it, and else is not: there
    are too many of both.
    """
    weight = _SUBSTANCE_WEIGHTS[reading.substance]
    if reading.substance is Substance.DEPENDENCY:
        weight = _NAMED_WEIGHT if shared else _UNNAMED_WEIGHT
    elif reading.substance is Substance.UNKNOWN and change.kind is ChangeKind.FLAG:
        weight = _NAMED_FLAG_WEIGHT if shared else _UNNAMED_WEIGHT
    return Signal(SUBSTANCE, list(Substance).index(reading.substance), weight, f"it {_third_person(reading.told)}")


def _third_person(told: str) -> str:
    return told if not told.startswith("its ") else f"tells little: {told}"


def overlap(shared: frozenset[str], reading: Reading, at: Circumstances) -> Signal:
    """How much of the wording of the failure stands in the lines that it changed, rare words counting more.

    Source: inverse document frequency (Sparck Jones, 1972) over the changes at hand. An identifier of several parts is
    worth more than a word. What only moves code or logs talks about the same things without doing anything to them,
    and counts half.
    """
    nats = sum(at.rarity.get(word, 0.0) * (IDENTIFIER_FACTOR if "_" in word else 1.0) for word in sorted(shared))
    weight = OVERLAP_WEIGHT * nats / (nats + OVERLAP_HALF_NATS)
    if reading.substance in _SAYS_LITTLE:
        weight /= 2
    words = ", ".join(sorted(shared, key=lambda word: (-at.rarity.get(word, 0.0), word))[:5])
    told = (
        f"the failure speaks of what it changed: {words}" if shared else "the failure says nothing of what it changed"
    )
    return Signal(OVERLAP, nats, weight, told)


def kind(change: Deploy) -> Signal:
    """A commit is not in production before somebody deploys it; all else took effect when it happened."""
    weight = _KIND_WEIGHTS.get(change.kind, _DEPLOYED_WEIGHT)
    return Signal(KIND, 0.0, weight, "whether it was deployed is not known" if weight < 0 else "")


def outside_cause(at: Circumstances) -> Signal | None:
    """The failure itself names a cause that no change of one's own made."""
    if at.outside is None:
        return None
    told = f"{at.outside.told} ({at.outside.complaint.count} log lines)"
    return Signal(OUTSIDE, 1.0, OUTSIDE_WEIGHT, told, at.outside.complaint.evidence)


def rarity_of(word_sets: list[frozenset[str]]) -> dict[str, float]:
    """``log((n + 1) / k)`` for a word of k among n changes."""
    counts: dict[str, int] = {}
    for words in word_sets:
        for word in words:
            counts[word] = counts.get(word, 0) + 1
    return {word: log((len(word_sets) + 1) / count) for word, count in counts.items()}
