"""Alerts."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from opsloom.adapter_api.capabilities import AlertReader, OwnershipReader
from opsloom.model.alerts import Alert, AlertQuery, AlertStatus, Severity
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import PROVIDER_ROWS_MAX, ROWS_DEFAULT
from opsloom.model.ownership import ServiceQuery
from opsloom.model.window import format_time, resolve_window
from opsloom.providers.operations import SEARCH_ALERTS, SEARCH_SERVICES
from opsloom.tools.answer import Answer, Cell, Source
from opsloom.tools.arguments import After, Limit, Service, Since, Text, Until
from opsloom.tools.context import ToolContext
from opsloom.tools.cursor import SortKey
from opsloom.tools.gather import collect
from opsloom.tools.listing import Listing, Span, search
from opsloom.tools.registry import tool

COLUMNS = ("ref", "name", "status", "severity", "service", "starts_at", "summary", "link")
ALERT_WINDOW_SECONDS = 24 * 3_600


class StatusFilter(StrEnum):
    """Which alerts; ``active`` are all that are not resolved."""

    ACTIVE = "active"
    FIRING = "firing"
    PENDING = "pending"
    ACKNOWLEDGED = "acknowledged"
    SUPPRESSED = "suppressed"
    RESOLVED = "resolved"
    ANY = "any"

    @property
    def statuses(self) -> frozenset[AlertStatus]:
        """The statuses meant; empty for any."""
        if self is StatusFilter.ANY:
            return frozenset()
        if self is StatusFilter.ACTIVE:
            return frozenset(AlertStatus) - {AlertStatus.RESOLVED}
        return frozenset({AlertStatus(self.value)})


@tool(AlertReader, title="Search alerts")
async def search_alerts(
    context: ToolContext,
    query: Text = None,
    service: Service = None,
    team: Annotated[str | None, Field(description="owning team", max_length=200)] = None,
    status: Annotated[StatusFilter, Field(description="active: all but resolved")] = StatusFilter.ACTIVE,
    severity: Annotated[Severity | None, Field(description="default: any")] = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = ROWS_DEFAULT,
    cursor: After = None,
    group: Annotated[bool, Field(description="one row an incident")] = False,
) -> Answer:
    """Alerts that were active in a window (default -24h), worst first."""
    if group:
        return await _incidents(context, Span(since, until, limit, cursor, ALERT_WINDOW_SECONDS), service, status, team)
    owned = await _owned_by(context, team)
    listing = Listing(
        operation=SEARCH_ALERTS,
        columns=COLUMNS,
        query=lambda window, rows: AlertQuery(
            window=window, text=query, service=service, statuses=status.statuses, severity=severity, limit=rows
        ),
        key=alert_key,
        cells=alert_cells,
        # the team is matched here, also through the owners of services
        keep=None if team is None else lambda alert: alert.team == team or alert.service in owned.services,
        ranked=True,
    )
    question = {"alerts": [query, service, team, status, severity]}
    answer = await search(context, listing, Span(since, until, limit, cursor, ALERT_WINDOW_SECONDS), question)
    answer.notes.extend(owned.notes)
    answer.sources.extend(owned.sources)
    answer.evidence.extend(owned.evidence)
    return answer


async def _incidents(
    context: ToolContext, span: Span, service: str | None, status: StatusFilter, team: str | None
) -> Answer:
    """Alerts by incident; all of them are grouped, because a part would hide what belongs together."""
    from opsloom.tools.alert_groups import grouped  # the analysis is imported by the calls that need it

    if service or team or span.cursor:
        raise InvalidRequestError("group looks at all alerts: leave out service, team and cursor")
    window, defaulted = resolve_window(span.since, span.until, context.now, default_seconds=span.default_seconds)
    query = AlertQuery(window=window, statuses=status.statuses, limit=PROVIDER_ROWS_MAX)
    answer = await grouped(context, query, span.limit)
    answer.window_defaulted = defaulted
    return answer


def alert_key(_instance: str, alert: Alert) -> SortKey:
    """Unresolved first, worst first, newest first."""
    resolved = alert.status is AlertStatus.RESOLVED
    return (float(resolved), float(alert.severity.rank), -alert.starts_at.timestamp(), str(alert.ref))


def alert_cells(_instance: str, alert: Alert) -> list[Cell]:
    """One row."""
    return [
        str(alert.ref),
        alert.name,
        alert.status,
        alert.severity,
        alert.service,
        format_time(alert.starts_at),
        alert.summary,
        alert.link,
    ]


@dataclass(frozen=True)
class _Owned:
    """The services of a team, and how well that is known."""

    services: frozenset[str | None] = frozenset()
    sources: Sequence[Source] = ()
    evidence: Sequence[str] = ()
    notes: Sequence[str] = ()


async def _owned_by(context: ToolContext, team: str | None) -> _Owned:
    """What ``team`` owns: most alerts name a service and no team."""
    if team is None:
        return _Owned()
    if not (context.hub.capable(OwnershipReader) or context.hub.misconfigured(OwnershipReader)):
        return _Owned(notes=["no ownership source is configured: only alerts that name the team are found"])
    found = await collect(context, SEARCH_SERVICES, ServiceQuery(limit=PROVIDER_ROWS_MAX))
    services = frozenset[str | None](row.name for _, row in found.rows if row.owner == team)
    return _Owned(services, found.sources, found.evidence)
