"""All alerts of one service that belong together in time: the least thing that can be a cause or a symptom."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from opsloom.analysis.alert_folding import AlertKey, FoldedAlert
from opsloom.analysis.alert_load import Load, load_of
from opsloom.model.alerts import Alert, AlertStatus, Severity

# How long after a cause its symptoms may begin. Long: rules wait for minutes, caches and queues for longer. What is
# older is chronic, and explains nothing that is new.
CAUSE_SECONDS = 3_600
# How much later than its symptom a cause may be told, or have ended before it: rules and scrapes differ by so much.
RULE_LAG_SECONDS = 600

_ENVIRONMENT_LABELS = (
    "environment", "env", "deployment_environment_name", "deployment_environment", "deployment.environment.name",
    "deployment.environment",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Outbreak:
    """``service`` is ``None`` for alerts that name none; ``environment`` is empty where no label tells it.

    ``load`` is that of all its alerts, ``usual`` as soon as one of them tells of a fault.
    """

    service: str | None
    environment: str
    alerts: tuple[FoldedAlert, ...]
    started_at: datetime
    active_until: datetime
    severity: Severity
    load: Load
    key: AlertKey

    @property
    def is_flapping(self) -> bool:
        return all(one.flapping for one in self.alerts)

    @property
    def primary(self) -> FoldedAlert:
        """The alert that says most: of a fault, not over yet, the worst, the first."""
        return min(self.alerts, key=_saying_most_first)

    def may_cause(self, symptom: "Outbreak") -> bool:
        """Whether the times and the environments fit."""
        after = (symptom.started_at - self.started_at).total_seconds()
        lasted = symptom.started_at - self.active_until <= timedelta(seconds=RULE_LAG_SECONDS)
        same_place = "" in (self.environment, symptom.environment) or self.environment == symptom.environment
        return -RULE_LAG_SECONDS <= after <= CAUSE_SECONDS and lasted and same_place


class OutbreakIndex:
    """Outbreaks by service and start."""

    def __init__(self, outbreaks: Iterable[Outbreak]) -> None:
        by_service: defaultdict[str, list[Outbreak]] = defaultdict(list)
        for outbreak in sorted(outbreaks, key=lambda one: (one.started_at, one.key)):
            if outbreak.service is not None:
                by_service[outbreak.service].append(outbreak)
        self._by_service: Mapping[str, Sequence[Outbreak]] = dict(by_service)
        self._starts = {service: [one.started_at for one in found] for service, found in by_service.items()}

    def of(self, service: str) -> Sequence[Outbreak]:
        """All of ``service``, by start."""
        return self._by_service.get(service, ())

    def started(self, service: str, after: datetime, until: datetime) -> Sequence[Outbreak]:
        """Those of ``service`` that started in ``after <= t <= until``."""
        starts = self._starts.get(service)
        if starts is None:
            return ()
        return self._by_service[service][bisect_left(starts, after) : bisect_right(starts, until)]

    def is_active(self, service: str, at: datetime) -> bool:
        """Whether ``service`` has an alert around that time, be it an old one."""
        lag = timedelta(seconds=RULE_LAG_SECONDS)
        return any(
            one.active_until >= at - lag for one in self.started(service, datetime.min.replace(tzinfo=UTC), at + lag)
        )

    def causes(self, service: str, symptom: Outbreak) -> list[Outbreak]:
        """Those of ``service`` that may have caused ``symptom``, by time and environment."""
        if service not in self._starts:
            return []
        found = self.started(
            service,
            symptom.started_at - timedelta(seconds=CAUSE_SECONDS),
            symptom.started_at + timedelta(seconds=RULE_LAG_SECONDS),
        )
        return [one for one in found if one.may_cause(symptom)]


def outbreaks_of(folded: Iterable[FoldedAlert]) -> list[Outbreak]:
    """Alerts of the same service and environment whose times fit, as outbreaks.

    Alerts that name no service belong together when they have the same name. Where only one environment of a service
    is ever told, the alerts that tell none are taken to be in it.
    """
    folded = list(folded)
    environments: defaultdict[str | None, set[str]] = defaultdict(set)
    for one in folded:
        environments[one.alert.service].update(filter(None, [_environment(one.alert)]))
    by_place: defaultdict[tuple[str | None, str, str], list[FoldedAlert]] = defaultdict(list)
    for one in folded:
        service, told = one.alert.service, environments[one.alert.service]
        environment = _environment(one.alert) or (next(iter(told)) if service and len(told) == 1 else "")
        by_place[service, environment, "" if service else one.alert.name].append(one)
    return [
        _outbreak(service, environment, run)
        for (service, environment, _), found in by_place.items()
        for run in _runs(found)
    ]


def _runs(found: Iterable[FoldedAlert]) -> Iterator[list[FoldedAlert]]:
    ordered = sorted(found, key=lambda one: (one.started_at, one.key))
    run, until = [ordered[0]], ordered[0].active_until
    for one in ordered[1:]:
        since = (one.started_at - run[-1].started_at).total_seconds()
        if since <= RULE_LAG_SECONDS or (
            since <= CAUSE_SECONDS and one.started_at - until <= timedelta(seconds=RULE_LAG_SECONDS)
        ):
            run.append(one)
            until = max(until, one.active_until)
        else:
            yield run
            run, until = [one], one.active_until
    yield run


def _outbreak(service: str | None, environment: str, run: Sequence[FoldedAlert]) -> Outbreak:
    loads = {load_of(one.alert) for one in run}
    return Outbreak(
        service=service,
        environment=environment,
        alerts=tuple(run),
        started_at=run[0].started_at,
        active_until=max(one.active_until for one in run),
        severity=min((one.alert.severity for one in run), key=lambda severity: severity.rank),
        load=loads.pop() if len(loads) == 1 else Load.USUAL,
        key=min(one.key for one in run),
    )


def _environment(alert: Alert) -> str:
    return next((alert.labels[name] for name in _ENVIRONMENT_LABELS if alert.labels.get(name)), "")


def _saying_most_first(one: FoldedAlert) -> tuple[bool, bool, int, datetime, AlertKey]:
    alert = one.alert
    starved = load_of(alert) is Load.STARVED
    return starved, alert.status is AlertStatus.RESOLVED, alert.severity.rank, one.started_at, one.key
