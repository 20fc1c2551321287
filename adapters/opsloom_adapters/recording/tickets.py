"""Reads ``tickets.jsonl``."""

from collections.abc import Iterator, Sequence

from opsloom.adapter_api.call import Call
from opsloom.model.page import Page
from opsloom.model.tickets import Ticket, TicketQuery
from opsloom_adapters.recording.mapping import ticket_of
from opsloom_adapters.recording.parse import Line
from opsloom_adapters.recording.question import Question, ask, filters_of, newest_first
from opsloom_adapters.recording.recording import Recording
from opsloom_adapters.recording.wire import TicketLine


async def search_tickets(recording: Recording, query: TicketQuery, call: Call) -> Page[Ticket]:
    """Tickets that were updated in the window, newest update first."""
    question = await ask(recording, call, filters_of(query), query.window)
    tickets = _tickets(await recording.tickets.read(call), question)
    found = newest_first((line for line in tickets if query.matches(line.record)), lambda ticket: ticket.updated_at)
    return question.page_of(found, recording.tickets, kind="tickets", limit=query.limit)


async def get_ticket(recording: Recording, native_id: str, call: Call) -> Ticket:
    """The ticket with this id."""
    question = await ask(recording, call, (("id", native_id),))
    tickets = _tickets(await recording.tickets.read(call), question)
    return question.record_of(tickets, recording.tickets, native_id)


def _tickets(lines: Sequence[Line[TicketLine]], question: Question) -> Iterator[Line[Ticket]]:
    """A ticket that changed after the clock is left out: what it said before is not recorded."""
    for raw, ticket in lines:
        if ticket.updated_at <= question.present:
            yield Line(raw, ticket_of(ticket, question.call.instance, question.links))
