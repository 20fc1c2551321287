"""PagerDuty's incidents, change events and services as ours."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from opsloom.model.alerts import Alert, AlertStatus, Severity
from opsloom.model.deploys import ChangeKind, Deploy
from opsloom.model.incidents import Incident, IncidentStatus
from opsloom.model.ownership import Service
from opsloom.model.refs import Ref, RefKind
from opsloom.model.timeline import TimelineEntry
from opsloom.model.window import format_time
from opsloom_adapters.pagerduty import wire

TRIGGERED = "triggered"
ACKNOWLEDGED = "acknowledged"
RESOLVED = "resolved"
ALERT_STATUS = {
    TRIGGERED: AlertStatus.FIRING,
    ACKNOWLEDGED: AlertStatus.ACKNOWLEDGED,
    RESOLVED: AlertStatus.RESOLVED,
}
INCIDENT_STATUS = {
    TRIGGERED: IncidentStatus.TRIGGERED,
    ACKNOWLEDGED: IncidentStatus.ACKNOWLEDGED,
    RESOLVED: IncidentStatus.RESOLVED,
}


def alert_of(
    heard: wire.Incident, instance: str, alerts: Sequence[wire.Alert] = (), *, team: str | None = None
) -> Alert:
    """The incident as an alert. Of its teams, ``team`` is named where it is one of them."""
    severity, severity_raw = severity_of(heard, alerts)
    return Alert(
        ref=Ref(RefKind.ALERT, instance, heard.id),
        link=safe_link(heard.html_url),
        name=heard.title,
        status=ALERT_STATUS.get(heard.status, AlertStatus.UNKNOWN),
        status_raw=heard.status,
        severity=severity,
        severity_raw=severity_raw,
        service=_name(heard.service),
        team=_team(heard, team),
        summary="; ".join(dict.fromkeys(one.summary for one in alerts if one.summary)),
        starts_at=heard.created_at,
        ends_at=_end_of(heard),
        updated_at=heard.updated_at,
        fingerprint=heard.incident_key,
        attributes=_attributes(heard),
    )


def incident_of(
    heard: wire.Incident,
    instance: str,
    alerts: Sequence[wire.Alert] = (),
    log_entries: Iterable[wire.LogEntry] = (),
) -> Incident:
    """The incident, with what fired for it and its history where they were read."""
    severity, severity_raw = severity_of(heard, alerts)
    return Incident(
        ref=Ref(RefKind.INCIDENT, instance, heard.id),
        link=safe_link(heard.html_url),
        key=f"#{heard.incident_number}" if heard.incident_number is not None else heard.id,
        title=heard.title,
        status=INCIDENT_STATUS.get(heard.status, IncidentStatus.UNKNOWN),
        status_raw=heard.status,
        severity=severity,
        severity_raw=severity_raw,
        service=_name(heard.service),
        team=_team(heard, None),
        assignees=assignees_of(heard),
        starts_at=heard.created_at,
        ends_at=_end_of(heard),
        updated_at=heard.updated_at,
        alerts=tuple(one.summary for one in alerts if one.summary),
        timeline=tuple(sorted(map(_timeline_entry, log_entries), key=lambda entry: entry.at)),
    )


def severity_of(heard: wire.Incident, alerts: Sequence[wire.Alert]) -> tuple[Severity, str]:
    """By the priority, which people set; else by the worst alert, where they were read; else by the urgency."""
    if heard.priority is not None and heard.priority.summary:
        return Severity.from_word(heard.priority.summary), heard.priority.summary
    words = sorted((one.severity for one in alerts if one.severity), key=lambda word: Severity.from_word(word).rank)
    word = words[0] if words else heard.urgency
    return Severity.from_word(word), word


def deploy_of(
    heard: wire.ChangeEvent, native_id: str, instance: str, names: dict[str, str], *, service: str | None = None
) -> Deploy:
    """The change event. Of its services (``names`` by id), ``service`` is named where it is one of them."""
    services = [names.get(one.id) or one.summary or one.id for one in heard.services]
    told = {
        "source": heard.source,
        "integration": heard.integration.summary if heard.integration else "",
        "services": ", ".join(services) if len(services) > 1 else "",
        "links": ", ".join(filter(None, (safe_link(one.href) for one in heard.links))),
        **{f"detail.{name}": _said(value) for name, value in heard.custom_details.items()},
    }
    return Deploy(
        ref=Ref(RefKind.DEPLOY, instance, native_id),
        link=safe_link(heard.html_url),
        kind=ChangeKind.DEPLOY,
        at=heard.timestamp,
        service=service if service in services else next(iter(services), None),
        title=heard.summary,
        attributes={name: value for name, value in told.items() if value},
    )


def service_of(heard: wire.Service, instance: str) -> Service:
    return Service(
        ref=Ref(RefKind.SERVICE, instance, heard.id),
        link=safe_link(heard.html_url),
        name=heard.name,
        description=heard.description,
        owner=heard.teams[0].summary or None if heard.teams else None,
    )


def assignees_of(heard: wire.Incident) -> tuple[str, ...]:
    return tuple(one.assignee.summary or one.assignee.id for one in heard.assignments)


def snoozed_until(heard: wire.Incident) -> str:
    """When it is triggered again by itself: after a snooze or the service's acknowledgement timeout."""
    times = [one.at for one in heard.pending_actions if one.type == "unacknowledge"]
    return format_time(min(times)) if times else ""


def safe_link(url: str) -> str | None:
    """``url`` if a person can open it."""
    return url if urlsplit(url).scheme in ("http", "https") else None


def _end_of(heard: wire.Incident) -> datetime | None:
    if heard.resolved_at is not None:
        return heard.resolved_at
    return heard.last_status_change_at if heard.status == RESOLVED else None


def _timeline_entry(heard: wire.LogEntry) -> TimelineEntry:
    """A note is worth more than the sentence that there is one."""
    note = (heard.channel.content or heard.channel.summary) if heard.channel and heard.channel.type == "note" else ""
    return TimelineEntry(
        at=heard.created_at,
        kind=heard.type.removesuffix("_log_entry"),
        author=heard.agent.summary if heard.agent else "",
        text=note or heard.summary,
    )


def _attributes(heard: wire.Incident) -> dict[str, str]:
    counts = heard.alert_counts
    said = {
        "number": "" if heard.incident_number is None else str(heard.incident_number),
        "urgency": heard.urgency,
        "escalation_policy": _name(heard.escalation_policy) or "",
        "assigned_to": ", ".join(assignees_of(heard)),
        "acknowledged_by": ", ".join(one.acknowledger.summary for one in heard.acknowledgements),
        "triggers_again_at": snoozed_until(heard),
        "alerts": f"{counts.triggered} of {counts.all} triggered" if counts and counts.all else "",
    }
    return {name: value for name, value in said.items() if value}


def _team(heard: wire.Incident, wanted: str | None) -> str | None:
    names = [one.summary for one in heard.teams if one.summary]
    return wanted if wanted in names else next(iter(names), None)


def _name(reference: wire.Reference | None) -> str | None:
    return (reference.summary or reference.id) if reference else None


def _said(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
