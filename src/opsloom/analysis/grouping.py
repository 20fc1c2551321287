"""Alerts as incidents: one root, one primary alert, and what only suffers from it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from opsloom.analysis.alert_folding import AlertKey, FoldedAlert, fold_alerts
from opsloom.analysis.attribution import Attribution, Cause, Relation
from opsloom.analysis.graph import ServiceGraph
from opsloom.analysis.outbreaks import Outbreak, outbreaks_of
from opsloom.model.alerts import Alert, AlertStatus, Severity


@dataclass(frozen=True, slots=True)
class SecondaryAlert:
    """An alert that the group's primary one explains. ``reason`` is a sentence about its service and ``cause``, the
    service that it is a symptom of; ``relation`` is ``None`` for another alert of the primary service.
    """

    folded: FoldedAlert
    relation: Relation | None
    cause: str | None
    distance: int
    reason: str


@dataclass(frozen=True, slots=True)
class AlertGroup:
    """Alerts of one incident.

    ``services`` begins with the primary alert's; ``severity`` is the worst of what is not over; ``why`` says in
    sentences what holds the group together.
    """

    primary: FoldedAlert
    secondary: tuple[SecondaryAlert, ...]
    services: tuple[str, ...]
    started_at: datetime
    severity: Severity
    active: bool
    why: tuple[str, ...]

    @property
    def alerts(self) -> tuple[FoldedAlert, ...]:
        """All alerts, the primary one first."""
        return self.primary, *(one.folded for one in self.secondary)

    @property
    def records(self) -> int:
        """How many records of providers were folded into the group."""
        return sum(one.records for one in self.alerts)


def group_alerts(alerts: Sequence[Alert], graph: ServiceGraph, now: datetime) -> list[AlertGroup]:
    """``alerts`` as incidents: what is not over first, then the worst, then the newest.

    Every alert is in exactly one group, whatever the order of ``alerts``. Records of the same alert are folded; the
    alerts of a service that come together are an outbreak; and an outbreak is a symptom of another one if topology
    and time say so, see :class:`~opsloom.analysis.attribution.Attribution`. An alert without a cause stands alone.
    The cost is that of sorting, plus a search of three calls' depth around each outbreak.
    """
    outbreaks = sorted(outbreaks_of(fold_alerts(alerts, now)), key=lambda one: (one.started_at, one.key))
    causes = Attribution(outbreaks, graph).causes()
    chains: defaultdict[Outbreak, list[tuple[int, Outbreak]]] = defaultdict(list)
    for outbreak, (root, distance) in _roots(outbreaks, causes).items():
        chains[root].append((distance, outbreak))
    return sorted((_group(root, members, causes) for root, members in chains.items()), key=_worst_first)


def _roots(outbreaks: Iterable[Outbreak], causes: Mapping[Outbreak, Cause]) -> dict[Outbreak, tuple[Outbreak, int]]:
    """Where the causes of each outbreak end, and how many calls away that is; each cause is followed once."""
    roots: dict[Outbreak, tuple[Outbreak, int]] = {}
    for outbreak in outbreaks:
        walked = []
        while outbreak not in roots and outbreak in causes:
            walked.append(outbreak)
            outbreak = causes[outbreak].outbreak
        root, distance = roots.setdefault(outbreak, (outbreak, 0))
        for symptom in reversed(walked):
            distance += causes[symptom].distance
            roots[symptom] = root, distance
    return roots


def _group(root: Outbreak, members: Iterable[tuple[int, Outbreak]], causes: Mapping[Outbreak, Cause]) -> AlertGroup:
    ordered = [outbreak for _, outbreak in sorted(members, key=lambda one: (one[0], one[1].started_at, one[1].key))]
    primary = root.primary
    secondary = tuple(
        _secondary(folded, outbreak, causes.get(outbreak))
        for outbreak in ordered
        for folded in outbreak.alerts
        if folded is not primary
    )
    every = [folded for outbreak in ordered for folded in outbreak.alerts]
    active = [one for one in every if one.alert.status is not AlertStatus.RESOLVED]
    return AlertGroup(
        primary=primary,
        secondary=secondary,
        services=tuple(dict.fromkeys(outbreak.service for outbreak in ordered if outbreak.service)),
        started_at=min(outbreak.started_at for outbreak in ordered),
        severity=min((one.alert.severity for one in active or every), key=lambda severity: severity.rank),
        active=bool(active),
        why=tuple(_why(ordered, causes, every)),
    )


def _secondary(folded: FoldedAlert, outbreak: Outbreak, cause: Cause | None) -> SecondaryAlert:
    if cause is None:
        same = f"another alert of {outbreak.service}" if outbreak.service else "the same rule as the primary alert"
        return SecondaryAlert(folded, None, outbreak.service, 0, same)
    name, blamed = outbreak.service, cause.outbreak.service
    needs = f"calls {blamed}" if cause.distance == 1 else f"depends on {blamed}, {cause.distance} calls away"
    reasons = {
        Relation.CALLS: f"{name} {needs}, which alerts too",
        Relation.STARVED: f"{name} gets its requests from {blamed}, which alerts too",
        Relation.OVERLOADED: f"{name} is called by {blamed}, which gets more requests than usual",
        Relation.SHARED_DEPENDENCY: f"{name} and {blamed} both call {cause.via}, which has no alert of its own",
    }
    return SecondaryAlert(folded, cause.relation, blamed, cause.distance, reasons[cause.relation])


_WHY_OF_RELATION = {
    Relation.CALLS: "depend on a service that alerts too",
    Relation.STARVED: "lack the requests of a service that alerts too",
    Relation.OVERLOADED: "are called by a service with more requests than usual",
    Relation.SHARED_DEPENDENCY: "share a dependency that has no alert of its own",
}


def _why(ordered: Sequence[Outbreak], causes: Mapping[Outbreak, Cause], every: Sequence[FoldedAlert]) -> Iterator[str]:
    relations = Counter(causes[one].relation for one in ordered if one in causes)
    for relation, words in _WHY_OF_RELATION.items():
        if relations[relation]:
            yield f"services that {words}: {relations[relation]}"
    if len(ordered) > 1:
        starts = [one.started_at for one in ordered]
        yield f"all began within {(max(starts) - min(starts)).total_seconds():.0f} s"
    repeated = sum(one.records - 1 for one in every)
    if repeated:
        yield f"records of alerts that are here already: {repeated}"
    flapping = sum(one.flapping for one in every)
    if flapping:
        yield f"alerts that start again and again: {flapping}"


def _worst_first(group: AlertGroup) -> tuple[bool, int, float, AlertKey]:
    return not group.active, group.severity.rank, -group.started_at.timestamp(), group.primary.key
