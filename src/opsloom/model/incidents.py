"""Incidents that somebody or something declared, in PagerDuty's words."""

from datetime import datetime
from enum import StrEnum

from opsloom.model.alerts import Severity
from opsloom.model.record import Noun, Record
from opsloom.model.timeline import TimelineEntry
from opsloom.model.window import Window


class IncidentStatus(StrEnum):
    """Where an incident stands; ``mitigated``: users are well again, the work is not done."""

    TRIGGERED = "triggered"
    ACKNOWLEDGED = "acknowledged"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
    UNKNOWN = "unknown"


class Incident(Record):
    """One incident; ``key`` is what people call it. ``timeline`` (oldest first) and ``alerts`` (what fired for it) are
    filled where one incident is asked for, not in searches.
    """

    key: str
    title: str
    status: IncidentStatus
    status_raw: str = ""
    severity: Severity = Severity.UNKNOWN
    severity_raw: str = ""
    service: str | None = None
    team: str | None = None
    assignees: tuple[str, ...] = ()
    summary: str = ""
    starts_at: datetime
    ends_at: datetime | None = None
    updated_at: datetime | None = None
    alerts: tuple[str, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()


class IncidentQuery(Noun):
    """Which incidents: those that were open at some time in ``window``, the newest ``limit``; ``None`` means any."""

    window: Window
    text: str | None = None
    service: str | None = None
    statuses: frozenset[IncidentStatus] = frozenset()
    limit: int

    def matches(self, incident: Incident) -> bool:
        """Whether ``incident`` is asked for; adapters use it for whatever their provider cannot filter."""
        return (
            incident.starts_at < self.window.end
            and (incident.ends_at is None or incident.ends_at >= self.window.start)
            and (not self.statuses or incident.status in self.statuses)
            and self.service in (None, incident.service)
            and (self.text is None or self.text.casefold() in f"{incident.title}\n{incident.summary}".casefold())
        )
