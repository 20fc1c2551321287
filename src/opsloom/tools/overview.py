"""What is going on: the first question of an incident, over everything that is configured."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import anyio

from opsloom.adapter_api.capabilities import AlertReader, DeployReader, IncidentReader, OwnershipReader, TicketReader
from opsloom.model.alerts import Alert, AlertQuery
from opsloom.model.deploys import Deploy, DeployQuery
from opsloom.model.errors import OpsloomError, ProviderTimeoutError, UnsupportedError
from opsloom.model.incidents import Incident, IncidentQuery, IncidentStatus
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.ownership import Ownership, OwnershipQuery
from opsloom.model.tickets import Ticket, TicketQuery, TicketStatus
from opsloom.model.window import Window, format_time, resolve_window
from opsloom.providers.operations import (
    GET_OWNERSHIP,
    SEARCH_ALERTS,
    SEARCH_DEPLOYS,
    SEARCH_INCIDENTS,
    SEARCH_TICKETS,
    Operation,
)
from opsloom.tools.alerts import StatusFilter, alert_key
from opsloom.tools.answer import Answer, Cell, Row, Source
from opsloom.tools.arguments import Service, Since
from opsloom.tools.context import ToolContext
from opsloom.tools.cursor import SortKey
from opsloom.tools.deploys import DEPLOYED, deploy_key
from opsloom.tools.gather import Gathered, all_failed, collect
from opsloom.tools.incidents import incident_key
from opsloom.tools.registry import tool
from opsloom.tools.tickets import ticket_key

OVERVIEW_WINDOW_SECONDS = 2 * 3_600
ROWS_PER_SECTION = 8
OWNERS_SHOWN = 3
COLUMNS = ("section", "at", "service", "state", "what", "ref")


@dataclass(frozen=True)
class _Section:
    """One part of the overview: what to ask, and how its rows look."""

    name: str
    capability: type
    operation: Operation[Any, Any]
    query: object
    key: Callable[[str, Any], SortKey]
    cells: Callable[[Any], list[Cell]]


@tool(AlertReader, DeployReader, TicketReader, OwnershipReader, IncidentReader, title="Overview")
async def overview(context: ToolContext, service: Service = None, since: Since = None) -> Answer:
    """Start here: active alerts, recent changes (default -2h), open incidents and tickets,
    who is on call for what alerts, and which sources are silent.
    """
    window, defaulted = resolve_window(since, None, context.now, default_seconds=OVERVIEW_WINDOW_SECONDS)
    sections = _served(context, _sections(window, service))
    parts = await _ask(context, sections)
    services = [service] if service else _alerting_services(sections, parts)
    owners = _served(context, [_owner_section(context.now, name) for name in services])
    parts = [*parts, *await _ask(context, owners, _too_slow(parts))]
    sections = [*sections, *owners]
    if not sections:
        raise UnsupportedError("no configured instance serves alerts, deploys, incidents, tickets or ownership")
    if not any(part.answered for part in parts):
        raise all_failed([error for part in parts for error in part.errors], context)
    answer = Answer(columns=COLUMNS, rows=[], window=window, window_defaulted=defaulted, now=context.now)
    for section, part in zip(sections, parts, strict=True):
        answer.rows = [*answer.rows, *_rows(section, part)]
        answer.notes += [*_notes(section, part), *part.notes]
        answer.sources += part.sources
        answer.evidence += part.evidence
    answer.total = len(answer.rows)
    named = {source.instance for source in answer.sources}
    answer.sources += [
        Source(one.name, "misconfigured", message=one.problem) for one in context.hub.broken if one.name not in named
    ]
    return answer


def _served(context: ToolContext, sections: Sequence[_Section]) -> list[_Section]:
    """Those that some instance serves, or would if its settings were right."""
    hub = context.hub
    return [one for one in sections if hub.capable(one.capability) or hub.misconfigured(one.capability)]


async def _ask(
    context: ToolContext, sections: Sequence[_Section], given_up: Mapping[str, OpsloomError] | None = None
) -> list[Gathered[Any]]:
    """All of them at once; in their order."""
    found: dict[int, Gathered[Any]] = {}

    async def ask(number: int, section: _Section) -> None:
        found[number] = await collect(context, section.operation, section.query, given_up)

    async with anyio.create_task_group() as tasks:
        for number, section in enumerate(sections):
            tasks.start_soon(ask, number, section)
    return [found[number] for number in range(len(sections))]


def _too_slow(parts: Sequence[Gathered[Any]]) -> dict[str, OpsloomError]:
    """Who let the first round wait for nothing: nobody who is in a hurry waits for it twice."""
    late = {
        source.instance for part in parts for source in part.sources if source.status == ProviderTimeoutError.reason
    }
    told = "did not answer in time a moment ago, and was not asked again"
    return {name: ProviderTimeoutError(f"{name} {told}", instance=name) for name in late}


def _sections(window: Window, service: str | None) -> list[_Section]:
    rows = PROVIDER_ROWS_MAX
    month, _ = resolve_window("-30d", None, window.end)
    alerts = AlertQuery(window=window, service=service, statuses=StatusFilter.ACTIVE.statuses, limit=rows)
    deploys = DeployQuery(window=window, service=service, kinds=DEPLOYED, limit=rows)
    going_on = frozenset({IncidentStatus.TRIGGERED, IncidentStatus.ACKNOWLEDGED, IncidentStatus.MITIGATED})
    incidents = IncidentQuery(window=window, service=service, statuses=going_on, limit=rows)
    unfinished = frozenset({TicketStatus.OPEN, TicketStatus.IN_PROGRESS})
    tickets = TicketQuery(window=month, service=service, statuses=unfinished, limit=rows)
    return [
        _Section("alert", AlertReader, SEARCH_ALERTS, alerts, alert_key, _alert),
        _Section("change", DeployReader, SEARCH_DEPLOYS, deploys, deploy_key, _deploy),
        _Section("incident", IncidentReader, SEARCH_INCIDENTS, incidents, incident_key, _incident),
        _Section("ticket", TicketReader, SEARCH_TICKETS, tickets, ticket_key, _ticket),
    ]


def _owner_section(now: datetime, service: str) -> _Section:
    query = OwnershipQuery(at=now, service=service)
    return _Section("owner", OwnershipReader, GET_OWNERSHIP, query, _by_source, _owner)


def _alerting_services(sections: Sequence[_Section], parts: Sequence[Gathered[Any]]) -> list[str]:
    """The services of the worst alerts, each once."""
    alerts = [
        pair for section, part in zip(sections, parts, strict=True) if section.name == "alert" for pair in part.rows
    ]
    ranked = (alert.service for _, alert in sorted(alerts, key=lambda pair: alert_key(*pair)) if alert.service)
    return list(dict.fromkeys(ranked))[:OWNERS_SHOWN]


def _rows(section: _Section, part: Gathered[Any]) -> list[Row]:
    rows = [row for _, row in sorted(part.rows, key=lambda pair: section.key(*pair))]
    return [[section.name, *section.cells(row)] for row in rows[:ROWS_PER_SECTION]]


def _notes(section: _Section, part: Gathered[Any]) -> list[str]:
    """Whether the section is an all-clear: only when every source answered and none had anything."""
    silent = [source.instance for source in part.sources if source.status != "ok"]
    if silent:
        return [f"{section.name}: NOT heard from {', '.join(silent)}; this is no all-clear"]
    if not part.rows:
        return [f"{section.name}: none, and every source answered"]
    if len(part.rows) > ROWS_PER_SECTION or not part.complete:
        of = "" if part.total is None else f" of {part.total}"
        return [f"{section.name}: {min(len(part.rows), ROWS_PER_SECTION)}{of} shown; search for the rest"]
    return []


def _alert(alert: Alert) -> list[Cell]:
    state = f"{alert.status} {alert.severity}"
    what = f"{alert.name}: {alert.summary}" if alert.summary else alert.name
    return [format_time(alert.starts_at), alert.service, state, what, str(alert.ref)]


def _deploy(deploy: Deploy) -> list[Cell]:
    what = " ".join(part for part in (deploy.version, deploy.title) if part)
    return [format_time(deploy.at), deploy.service, deploy.kind, what, str(deploy.ref)]


def _incident(incident: Incident) -> list[Cell]:
    state = f"{incident.status} {incident.severity}"
    what = f"{incident.key} {incident.title}"
    return [format_time(incident.starts_at), incident.service, state, what, str(incident.ref)]


def _ticket(ticket: Ticket) -> list[Cell]:
    return [
        format_time(ticket.updated_at), ticket.service, ticket.status, f"{ticket.key} {ticket.title}", str(ticket.ref)
    ]  # fmt: skip


def _owner(ownership: Ownership) -> list[Cell]:
    service = ownership.service
    teams = ", ".join(team.name for team in ownership.teams)
    on_call = ", ".join(shift.user for shift in ownership.on_call) or "nobody known"
    name, ref = (service.name, str(service.ref)) if service else (None, None)
    return [None, name, f"on call: {on_call}", teams, ref]


def _by_source(instance: str, _ownership: Ownership) -> SortKey:
    return (instance,)
