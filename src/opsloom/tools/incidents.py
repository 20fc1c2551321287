"""Incidents."""

from typing import Annotated

from pydantic import Field

from opsloom.adapter_api.capabilities import IncidentReader
from opsloom.model.incidents import Incident, IncidentQuery, IncidentStatus
from opsloom.model.limits import ROWS_DEFAULT
from opsloom.model.window import format_time
from opsloom.providers.operations import SEARCH_INCIDENTS
from opsloom.tools.answer import Answer, Cell
from opsloom.tools.arguments import After, Limit, Service, Since, Text
from opsloom.tools.context import ToolContext
from opsloom.tools.cursor import SortKey
from opsloom.tools.listing import Listing, Span, search
from opsloom.tools.registry import tool

COLUMNS = ("ref", "key", "title", "status", "severity", "service", "team", "assignees", "starts_at", "ends_at", "link")
INCIDENT_WINDOW_SECONDS = 7 * 86_400


@tool(IncidentReader, title="Search incidents")
async def search_incidents(
    context: ToolContext,
    query: Text = None,
    service: Service = None,
    status: Annotated[IncidentStatus | None, Field(description="default: any")] = None,
    since: Since = None,
    limit: Limit = ROWS_DEFAULT,
    cursor: After = None,
) -> Answer:
    """Incidents open at some time in a window (default -7d), newest first; get_record adds the timeline."""
    listing = Listing(
        operation=SEARCH_INCIDENTS,
        columns=COLUMNS,
        query=lambda window, rows: IncidentQuery(
            window=window, text=query, service=service, statuses=frozenset({status} if status else ()), limit=rows
        ),
        key=incident_key,
        cells=_cells,
    )
    span = Span(since, None, limit, cursor, INCIDENT_WINDOW_SECONDS)
    return await search(context, listing, span, {"incidents": [query, service, status]})


def incident_key(_instance: str, incident: Incident) -> SortKey:
    """Newest first."""
    return (-incident.starts_at.timestamp(), str(incident.ref))


def _cells(_instance: str, incident: Incident) -> list[Cell]:
    return [
        str(incident.ref),
        incident.key,
        incident.title,
        incident.status,
        incident.severity,
        incident.service,
        incident.team,
        list(incident.assignees),
        format_time(incident.starts_at),
        format_time(incident.ends_at) if incident.ends_at else None,
        incident.link,
    ]
