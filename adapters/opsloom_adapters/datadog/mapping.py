"""What Datadog's words mean.

Sources: https://docs.datadoghq.com/monitors/status/, https://docs.datadoghq.com/logs/log_configuration/processors/,
https://docs.datadoghq.com/service_management/incident_management/
"""

from opsloom.model.alerts import AlertStatus, Severity
from opsloom.model.incidents import IncidentStatus
from opsloom.model.logs import LogSeverity

STATUS_OF_STATE = {
    "Alert": AlertStatus.FIRING,
    "Warn": AlertStatus.FIRING,
    "No Data": AlertStatus.FIRING,  # Datadog counts it among the triggered ones
    "OK": AlertStatus.RESOLVED,
    "Ignored": AlertStatus.SUPPRESSED,
    "Skipped": AlertStatus.SUPPRESSED,
}
"""``Unknown`` is Datadog's own word for what it does not know."""

_SEVERITY_OF_PRIORITY = {
    "P1": Severity.CRITICAL,
    "P2": Severity.ERROR,
    "P3": Severity.WARNING,
    "P4": Severity.INFO,
    "P5": Severity.INFO,
}
_SEVERITY_OF_THRESHOLD = {"Alert": Severity.CRITICAL, "Warn": Severity.WARNING}
"""A monitor in Alert is over its threshold ``critical``, one in Warn over ``warning``."""

_SEVERITY_OF_LOG_STATUS = {
    "emergency": LogSeverity.FATAL,
    "emerg": LogSeverity.FATAL,
    "fatal": LogSeverity.FATAL,
    "alert": LogSeverity.FATAL,
    "critical": LogSeverity.FATAL,
    "error": LogSeverity.ERROR,
    "warn": LogSeverity.WARN,
    "warning": LogSeverity.WARN,
    "notice": LogSeverity.INFO,
    "info": LogSeverity.INFO,
    "ok": LogSeverity.INFO,
    "debug": LogSeverity.DEBUG,
    "trace": LogSeverity.TRACE,
}

STATUS_OF_INCIDENT = {
    "active": IncidentStatus.TRIGGERED,
    "stable": IncidentStatus.MITIGATED,
    "resolved": IncidentStatus.RESOLVED,
    "completed": IncidentStatus.RESOLVED,
}

_SEVERITY_OF_INCIDENT = {
    "SEV-0": Severity.CRITICAL,
    "SEV-1": Severity.CRITICAL,
    "SEV-2": Severity.ERROR,
    "SEV-3": Severity.WARNING,
    "SEV-4": Severity.INFO,
    "SEV-5": Severity.INFO,
}


def status_of(state: str, *, muted: bool = False) -> AlertStatus:
    """Where a monitor or one of its groups stands; a muted one that has triggered is suppressed."""
    status = STATUS_OF_STATE.get(state, AlertStatus.UNKNOWN)
    return AlertStatus.SUPPRESSED if muted and status is AlertStatus.FIRING else status


def severity_word(state: str, priority: int | None) -> str:
    """What tells how bad an alert is: the priority that people gave its monitor, else the threshold it is over."""
    return state if priority is None else f"P{priority}"


def severity_of(word: str) -> Severity:
    """Of a priority, a threshold's state, or the severity of an incident."""
    for known in (_SEVERITY_OF_PRIORITY, _SEVERITY_OF_THRESHOLD, _SEVERITY_OF_INCIDENT):
        if word in known:
            return known[word]
    return Severity.UNKNOWN


def log_severity_of(status: str) -> LogSeverity:
    """Of a log's status, in any case."""
    return _SEVERITY_OF_LOG_STATUS.get(status.casefold(), LogSeverity.UNKNOWN)


def log_statuses_below(severity: LogSeverity) -> tuple[str, ...]:
    """The statuses that are less than ``severity``."""
    return tuple(word for word, meant in _SEVERITY_OF_LOG_STATUS.items() if meant.rank < severity.rank)


def incident_status_of(state: str) -> IncidentStatus:
    """Of an incident's state; an organization may have states of its own."""
    return STATUS_OF_INCIDENT.get(state, IncidentStatus.UNKNOWN)
