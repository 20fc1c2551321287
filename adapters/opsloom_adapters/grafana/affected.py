"""The alerts that a silence hides, as an approver wants to see them: the worst first, with their services."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from opsloom.model.alerts import Alert, AlertStatus
from opsloom.model.limits import PLAN_AFFECTED_MAX
from opsloom_adapters.grafana import wire
from opsloom_adapters.grafana.config import GrafanaConfig
from opsloom_adapters.grafana.mapping import alert_of
from opsloom_adapters.grafana.matchers import equals


@dataclass(frozen=True)
class AffectedAlerts:
    """``alerts`` with the names and services by which people know them."""

    alerts: Sequence[Alert]
    service_labels: Sequence[str]

    def lines(self) -> tuple[str, ...]:
        """``CheckoutErrors{service="checkout"}``, at most ``limits.PLAN_AFFECTED_MAX``, the worst first."""
        lines = sorted((alert.severity.rank, self._line(alert)) for alert in self.alerts)
        return tuple(line for _, line in lines[:PLAN_AFFECTED_MAX])

    def services(self) -> frozenset[str]:
        return frozenset(alert.service for alert in self.alerts if alert.service)

    def without_service(self) -> int:
        return sum(not alert.service for alert in self.alerts)

    def suppressed(self) -> int:
        """How many are silenced or inhibited already."""
        return sum(alert.status is AlertStatus.SUPPRESSED for alert in self.alerts)

    def _line(self, alert: Alert) -> str:
        label = next((label for label in self.service_labels if alert.labels.get(label)), None)
        return f"{alert.name}{{{equals(label, alert.labels[label]) if label else ''}}}"


def affected_alerts(
    heard: Iterable[wire.GettableAlert], config: GrafanaConfig, instance: str, now: datetime
) -> AffectedAlerts:
    return AffectedAlerts([alert_of(one, config, instance, now) for one in heard], config.service_labels)


def counted(count: int, noun: str) -> str:
    """``1 alert``, ``2 alerts``."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
