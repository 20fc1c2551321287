"""The alerts that a silence hides, as an approver wants to see them: the worst first, with their services."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.alertmanager import wire
from opsloom.adapter_api.dialects.alertmanager.matchers import equals
from opsloom.adapter_api.dialects.alertmanager.silence_server import SilenceServer
from opsloom.model.alerts import Alert, AlertStatus
from opsloom.model.limits import PLAN_AFFECTED_MAX


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


def affected_alerts(heard: Iterable[wire.GettableAlert], server: SilenceServer, call: Call) -> AffectedAlerts:
    return AffectedAlerts([server.alert_of(one, call) for one in heard], server.service_labels)


def counted(count: int, noun: str) -> str:
    """``1 alert``, ``2 alerts``."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
