"""Alerts and call graphs for the tests of grouping, written as an operator would tell them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from opsloom.analysis.graph import ServiceGraph
from opsloom.analysis.grouping import AlertGroup, group_alerts
from opsloom.model.alerts import Alert, AlertStatus, Severity
from opsloom.model.metrics import MetricKind
from opsloom.model.refs import Ref, RefKind
from opsloom.model.topology import Dependency, DependencySource

START = datetime(2026, 3, 3, 9, 14, tzinfo=UTC)
NOW = START + timedelta(minutes=30)


def after(minutes: float) -> datetime:
    """A time around the incident."""
    return START + timedelta(minutes=minutes)


def alert(service: str | None, minutes: float = 0, name: str = "", **fields: object) -> Alert:
    """A firing, critical alert about errors that began ``minutes`` after ``START``."""
    name = name or "HighErrorRate"
    told: dict[str, object] = {
        "ref": Ref(RefKind.ALERT, "am-eu", f"{name}-{service}-{minutes}"),
        "name": name,
        "service": service,
        "starts_at": after(minutes),
        "status": AlertStatus.FIRING,
        "severity": Severity.CRITICAL,
        "signal": MetricKind.ERRORS,
    }
    return Alert.model_validate({**told, **fields})


def calls(*chains: str) -> ServiceGraph:
    """The graph of chains such as ``"storefront checkout payments"``; capitals are seen by clients only."""
    return ServiceGraph.of(
        Dependency(caller=caller, callee=callee, source=DependencySource.OBSERVED, external=callee.isupper())
        for chain in chains
        for caller, callee in zip(chain.split(), chain.split()[1:], strict=False)
    )


def grouped(alerts: Sequence[Alert], *chains: str) -> list[AlertGroup]:
    """The groups of ``alerts`` among services that call one another as ``chains`` say."""
    return group_alerts(alerts, calls(*chains), NOW)


def partition(groups: Iterable[AlertGroup]) -> set[tuple[str | None, frozenset[str | None]]]:
    """The primary service of each group and all services of it."""
    return {
        (group.primary.alert.service, frozenset(folded.alert.service for folded in group.alerts)) for group in groups
    }
