"""Tickets."""

from typing import Annotated

from pydantic import Field

from opsloom.adapter_api.capabilities import TicketReader
from opsloom.model.limits import ROWS_DEFAULT
from opsloom.model.tickets import Ticket, TicketQuery, TicketStatus
from opsloom.model.window import format_time
from opsloom.providers.operations import SEARCH_TICKETS
from opsloom.tools.answer import Answer, Cell
from opsloom.tools.arguments import After, Limit, Service, Since, Text
from opsloom.tools.context import ToolContext
from opsloom.tools.cursor import SortKey
from opsloom.tools.listing import Listing, Span, search
from opsloom.tools.registry import tool

COLUMNS = ("ref", "key", "title", "status", "priority", "service", "assignee", "updated_at", "link")
TICKET_WINDOW_SECONDS = 30 * 86_400


@tool(TicketReader, title="Search tickets")
async def search_tickets(
    context: ToolContext,
    query: Text = None,
    service: Service = None,
    status: Annotated[TicketStatus | None, Field(description="default: any")] = None,
    since: Since = None,
    limit: Limit = ROWS_DEFAULT,
    cursor: After = None,
) -> Answer:
    """Tickets updated in a window (default -30d), newest first."""
    listing = Listing(
        operation=SEARCH_TICKETS,
        columns=COLUMNS,
        query=lambda window, rows: TicketQuery(
            window=window,
            text=query,
            service=service,
            statuses=frozenset({status} if status else ()),
            limit=rows,
        ),
        key=ticket_key,
        cells=ticket_cells,
    )
    span = Span(since, None, limit, cursor, TICKET_WINDOW_SECONDS)
    return await search(context, listing, span, {"tickets": [query, service, status]})


def ticket_key(_instance: str, ticket: Ticket) -> SortKey:
    """Newest first."""
    return (-ticket.updated_at.timestamp(), str(ticket.ref))


def ticket_cells(_instance: str, ticket: Ticket) -> list[Cell]:
    """One row."""
    return [
        str(ticket.ref),
        ticket.key,
        ticket.title,
        ticket.status,
        ticket.priority,
        ticket.service,
        ticket.assignee,
        format_time(ticket.updated_at),
        ticket.link,
    ]
