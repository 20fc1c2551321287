"""Reads ``tickets.jsonl``, and what became of the tickets since."""

from collections.abc import Iterator, Sequence

from opsloom.adapter_api.call import Call
from opsloom.model.changes import CreateTicket, UpdateTicket
from opsloom.model.page import Page
from opsloom.model.tickets import Ticket, TicketQuery, TicketStatus
from opsloom.model.window import format_time
from opsloom_adapters.recording.mapping import ticket_of
from opsloom_adapters.recording.parse import Line, compact
from opsloom_adapters.recording.question import Question, ask, filters_of, newest_first
from opsloom_adapters.recording.recording import Recording
from opsloom_adapters.recording.wire import TicketLine
from opsloom_adapters.recording.world import Deed


async def search_tickets(recording: Recording, query: TicketQuery, call: Call) -> Page[Ticket]:
    """Tickets that were updated in the window, newest update first."""
    question = await ask(recording, call, filters_of(query), query.window)
    tickets = _tickets(await tickets_now(recording, question), question)
    found = newest_first((line for line in tickets if query.matches(line.record)), lambda ticket: ticket.updated_at)
    return question.page_of(found, recording.tickets, kind="tickets", limit=query.limit)


async def get_ticket(recording: Recording, native_id: str, call: Call) -> Ticket:
    """The ticket with this id."""
    question = await ask(recording, call, (("id", native_id),))
    tickets = _tickets(await tickets_now(recording, question), question)
    return question.record_of(tickets, recording.tickets, native_id)


async def tickets_now(recording: Recording, question: Question) -> Sequence[Line[TicketLine]]:
    """The tickets as they stand. One that was recorded as changed after the clock is left out: what it said before
    is not recorded."""
    recorded = await recording.tickets.read(question.call)
    tickets = {line.record.id: line for line in recorded if line.record.updated_at <= question.recorded_until}
    for deed in question.deeds:
        match deed.change:
            case CreateTicket() as change:
                tickets[deed.native_id] = _made(b"", _created(deed, change))
            case UpdateTicket() as change:
                line = tickets[change.ticket]
                tickets[change.ticket] = _made(line.raw, _updated(line.record, deed, change))
    return list(tickets.values())


def _created(deed: Deed, change: CreateTicket) -> TicketLine:
    return TicketLine(
        id=deed.native_id,
        title=change.title,
        status=TicketStatus.OPEN,
        priority=change.priority or "",
        service=change.service,
        reporter=deed.order.requester,
        created_at=deed.at,
        updated_at=deed.at,
        description=change.description,
    )


def _updated(ticket: TicketLine, deed: Deed, change: UpdateTicket) -> TicketLine:
    """A comment and links are written under the description: a recording knows no place of their own for them."""
    added = [line for line in (change.comment, *change.links) if line]
    if added:
        added.insert(0, f"{deed.order.requester}, {format_time(deed.at)}:")
    return ticket.model_copy(
        update={
            "status": ticket.status if change.status is None else change.status,
            "assignee": ticket.assignee if change.assignee is None else change.assignee,
            "description": "\n".join((ticket.description, *added)).strip(),
            "updated_at": deed.at,
        }
    )


def _made(raw: bytes, ticket: TicketLine) -> Line[TicketLine]:
    return Line(raw, ticket, compact(ticket.model_dump(mode="json", exclude_defaults=True)))


def _tickets(lines: Sequence[Line[TicketLine]], question: Question) -> Iterator[Line[Ticket]]:
    for line in lines:
        yield Line(line.raw, ticket_of(line.record, question.call.instance, question.links), line.made)
