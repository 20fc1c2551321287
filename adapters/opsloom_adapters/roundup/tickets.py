"""TicketReader on Roundup."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import Parameters
from opsloom.model.errors import NotFoundError
from opsloom.model.limits import PROVIDER_ROWS_MAX, TICKET_PAGE_ROWS_MIN
from opsloom.model.page import Page
from opsloom.model.tickets import Ticket, TicketQuery
from opsloom_adapters.roundup.client import RoundupClient
from opsloom_adapters.roundup.config import RoundupConfig
from opsloom_adapters.roundup.filters import filters_of, searches_titles_only
from opsloom_adapters.roundup.links import ticket_link, tickets_link
from opsloom_adapters.roundup.mapping import ticket_of

_DESIGNATOR = re.compile(r"issue([1-9][0-9]{0,17})")


async def search_tickets(client: RoundupClient, config: RoundupConfig, query: TicketQuery, call: Call) -> Page[Ticket]:
    """The tickets of ``query``, last changed first."""
    filters = await filters_of(client, config, query, call)
    if filters is None:
        wanted = ", ".join(sorted(query.statuses))
        note = f"no status of this tracker means {wanted}; the setting statuses says what names mean"
        return Page(rows=(), total=0, query="GET /rest/data/status", notes=(note,))
    link = tickets_link(config, filters)
    limit = min(query.limit, PROVIDER_ROWS_MAX)
    found = await _find(client, config, query, call, filters, link)
    return Page(
        rows=tuple(found.tickets[:limit]),
        total=found.total,
        complete=found.all_read and len(found.tickets) <= limit,
        query=f"GET /rest/data/issue?{urlencode(filters)}",
        link=link,
        notes=_notes(query, config, found),
    )


async def get_ticket(client: RoundupClient, config: RoundupConfig, native_id: str, call: Call) -> Ticket:
    """The ticket such as ``issue123``, with its first message as description.

    :raises NotFoundError: there is none, or the id has another form.
    """
    number = number_of(native_id, call)
    issue = (await client.issue(call, number, link=ticket_link(config, native_id))).attributes
    first = min((int(message.id) for message in issue.messages), default=None)
    description = await client.message(call, str(first)) if first is not None else ""
    return ticket_of(number, issue, config, call.instance, description)


def number_of(native_id: str, call: Call) -> str:
    """``123`` of ``issue123``.

    :raises NotFoundError: the id has another form.
    """
    designator = _DESIGNATOR.fullmatch(native_id)
    if designator is None:
        raise NotFoundError(f"{call.instance} has no such ticket; its ids look like issue123", instance=call.instance)
    return designator[1]


@dataclass(frozen=True)
class _Found:
    tickets: list[Ticket]
    total: int | None
    all_read: bool


async def _find(
    client: RoundupClient,
    config: RoundupConfig,
    query: TicketQuery,
    call: Call,
    filters: Parameters,
    link: str,
) -> _Found:
    """Read pages until there are enough; Roundup's page may hold fewer than fit, and more may follow."""
    tickets: list[Ticket] = []
    heard = 0
    page_size = min(max(query.limit, TICKET_PAGE_ROWS_MIN), PROVIDER_ROWS_MAX)
    for page_index in range(1, PROVIDER_ROWS_MAX // page_size + 1):
        page = await client.issues(
            call, filters, page_size=page_size, page_index=page_index, window=query.window, link=link
        )
        heard += len(page.collection)
        listed = (ticket_of(issue.id, issue, config, call.instance) for issue in page.collection)
        tickets += [ticket for ticket in listed if query.matches(ticket)]
        if not page.links.next:
            return _Found(tickets, len(tickets), all_read=True)
        if len(tickets) >= query.limit:
            break
    roundup_counts_the_same = len(tickets) == heard and page.total_size > 0
    return _Found(tickets, page.total_size if roundup_counts_the_same else None, all_read=False)


def _notes(query: TicketQuery, config: RoundupConfig, found: _Found) -> tuple[str, ...]:
    notes = []
    if searches_titles_only(query, config):
        notes.append("Roundup's REST API finds words in titles only: messages were not searched")
    if not found.all_read and len(found.tickets) < query.limit:
        notes.append("there are more tickets than could be read: narrow the window")
    return tuple(notes)
