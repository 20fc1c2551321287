"""From the lines of a recording to the shared model; a word that we do not know becomes ``unknown``."""

import re

from opsloom.model.alerts import Alert, AlertStatus, Severity
from opsloom.model.deploys import ChangeKind, Deploy, DeployStatus
from opsloom.model.limits import DIFF_MAX_CHARS, FILES_PER_CHANGE_MAX
from opsloom.model.logs import LogEntry, LogSeverity
from opsloom.model.metrics import MetricDescriptor, MetricKind
from opsloom.model.refs import Ref, RefKind
from opsloom.model.tickets import Ticket, TicketStatus
from opsloom_adapters.recording.links import Links
from opsloom_adapters.recording.wire import AlertLine, ChangeLine, LogLine, MetricEntry, TicketLine

_ALERT_STATUSES = {status.value: status for status in AlertStatus}
_SEVERITIES = {severity.value: severity for severity in Severity} | {
    "high": Severity.ERROR,
    "warn": Severity.WARNING,
    "low": Severity.INFO,
}
_DEPLOY_STATUSES = {status.value: status for status in DeployStatus}
_LOG_SEVERITIES = {severity.value: severity for severity in LogSeverity} | {
    "warning": LogSeverity.WARN,
    "critical": LogSeverity.FATAL,
}
_TICKET_STATUSES = {status.value: status for status in TicketStatus}
_METRIC_KINDS = {kind.value: kind for kind in MetricKind}

_UNIT_IN_NAME = re.compile(r"\(([^()]+)\)$")


def alert_status_of(word: str) -> AlertStatus:
    return _ALERT_STATUSES.get(word.casefold(), AlertStatus.UNKNOWN)


def severity_of(word: str) -> Severity:
    return _SEVERITIES.get(word.casefold(), Severity.UNKNOWN)


def deploy_status_of(word: str) -> DeployStatus:
    return _DEPLOY_STATUSES.get(word.casefold(), DeployStatus.UNKNOWN)


def log_severity_of(word: str) -> LogSeverity:
    return _LOG_SEVERITIES.get(word.casefold(), LogSeverity.UNKNOWN)


def ticket_status_of(word: str) -> TicketStatus:
    return _TICKET_STATUSES.get(word.casefold(), TicketStatus.UNKNOWN)


def metric_kind_of(word: str) -> MetricKind | None:
    return _METRIC_KINDS.get(word.casefold())


def alert_of(line: AlertLine, instance: str, links: Links) -> Alert:
    """An alert that has an end is over, whatever its recorded status."""
    return Alert(
        ref=Ref(RefKind.ALERT, instance, line.id),
        link=links.to_record("alert", line.id),
        name=line.name,
        status=AlertStatus.RESOLVED if line.ends_at else alert_status_of(line.status),
        status_raw=line.status,
        severity=severity_of(line.severity),
        severity_raw=line.severity,
        service=line.service,
        team=line.team,
        summary=line.summary,
        starts_at=line.starts_at,
        ends_at=line.ends_at,
        updated_at=line.updated_at,
        fingerprint=line.id,
        labels=line.labels,
        annotations=line.annotations,
        signal=metric_kind_of(line.signal),
        metric=line.metric,
        threshold=line.threshold,
        observed=line.observed,
    )


def deploy_of(line: ChangeLine, instance: str, links: Links) -> Deploy:
    """The id of a recorded commit is its hash; a change without a status is one that happened."""
    return Deploy(
        ref=Ref(RefKind.DEPLOY, instance, line.id),
        link=links.to_record(line.kind, line.id),
        kind=line.kind,
        at=line.at,
        service=line.service,
        environment=line.environment,
        status=deploy_status_of(line.status) if line.status else DeployStatus.SUCCEEDED,
        status_raw=line.status,
        version=line.version,
        previous_version=line.previous_version,
        commit=line.commit or (line.id if line.kind is ChangeKind.COMMIT else ""),
        author=line.actor,
        title=line.title,
        files=line.files[:FILES_PER_CHANGE_MAX],
        diff=line.diff[:DIFF_MAX_CHARS],
    )


def log_entry_of(line: LogLine) -> LogEntry:
    """One line of a log."""
    return LogEntry(
        at=line.at,
        service=line.service,
        severity=log_severity_of(line.severity),
        severity_raw=line.severity,
        message=line.message,
        trace_id=line.trace_id,
        attributes=line.attributes,
    )


def ticket_of(line: TicketLine, instance: str, links: Links) -> Ticket:
    """One ticket."""
    return Ticket(
        ref=Ref(RefKind.TICKET, instance, line.id),
        link=links.to_record("ticket", line.id),
        key=line.key or line.id,
        title=line.title,
        status=ticket_status_of(line.status),
        status_raw=line.status,
        priority=line.priority,
        service=line.service,
        assignee=line.assignee,
        reporter=line.reporter,
        created_at=line.created_at,
        updated_at=line.updated_at,
        description=line.description,
    )


def descriptor_of(entry: MetricEntry) -> MetricDescriptor:
    """Without a unit of its own, a metric has the one that its name ends with: ``Latency(s)``."""
    in_name = _UNIT_IN_NAME.search(entry.metric)
    return MetricDescriptor(
        name=entry.metric,
        service=entry.service,
        kind=metric_kind_of(entry.kind),
        unit=entry.unit or (in_name[1] if in_name else ""),
        help=entry.help,
    )
