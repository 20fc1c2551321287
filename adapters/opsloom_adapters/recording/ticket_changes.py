"""Creates and updates tickets of the world."""

from functools import partial

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.orders import change_of
from opsloom.model.changes import (
    ChangePlan,
    CreateTicket,
    Effect,
    Observation,
    Order,
    Receipt,
    TicketChange,
    UpdateTicket,
)
from opsloom.model.errors import InvalidRequestError
from opsloom.model.tickets import Ticket, TicketStatus
from opsloom.model.window import format_time
from opsloom_adapters.recording.orders import apply_order, seen
from opsloom_adapters.recording.recording import Recording
from opsloom_adapters.recording.tickets import get_ticket


async def plan_ticket(recording: Recording, change: TicketChange, call: Call) -> ChangePlan:
    """What would be written.

    :raises NotFoundError: there is no such ticket.
    :raises InvalidRequestError: there is no title, or nothing would change.
    :raises UnsupportedError: the recording has no tickets.
    """
    if isinstance(change, CreateTicket):
        return await _plan_creation(recording, change, call)
    return await _plan_update(recording, change, call)


async def apply_ticket(recording: Recording, order: Order, call: Call) -> Receipt:
    change = change_of(order, CreateTicket, UpdateTicket)
    return await apply_order(recording, order, call, partial(plan_ticket, recording, change, call))


async def observe_ticket(recording: Recording, order: Order, call: Call) -> Observation:
    """Present while the ticket is there with the status and the assignee that were ordered."""
    change = change_of(order, CreateTicket, UpdateTicket)
    if isinstance(change, CreateTicket):
        return seen(recording, order, call)
    ticket = await get_ticket(recording, change.ticket, call)
    holds = change.status in (None, ticket.status) and change.assignee in (None, ticket.assignee)
    return seen(recording, order, call, holds=holds, state=_state(ticket))


async def _plan_creation(recording: Recording, change: CreateTicket, call: Call) -> ChangePlan:
    recording.probe(call)  # a new ticket stands on nothing but that the recording is there
    await recording.tickets.read(call)
    if not change.title.strip():
        raise InvalidRequestError("title must say what the ticket is about")
    fields = (("description", change.description), ("service", change.service), ("priority", change.priority))
    return ChangePlan(
        change=change,
        summary=f"Create the ticket {change.title}",
        targets=(f"tickets of {call.instance}",),
        services=(change.service,) if change.service else (),
        conditional=True,
        effects=(
            Effect(what="ticket", before="", after=change.title),
            *(Effect(what=what, before="", after=value) for what, value in fields if value),
        ),
        irreversible="A ticket stays; it can be closed.",
    )


async def _plan_update(recording: Recording, change: UpdateTicket, call: Call) -> ChangePlan:
    if change.status is TicketStatus.UNKNOWN:
        raise InvalidRequestError("status must be one of open, in_progress, closed")
    ticket = await get_ticket(recording, change.ticket, call)
    effects = _effects(change, ticket)
    if not effects:
        raise InvalidRequestError("nothing would change; give another status or assignee, a comment or links")
    inverse, irreversible = _inverse(change, ticket)
    return ChangePlan(
        change=change,
        summary=f"Update the ticket {ticket.key}: {ticket.title}",
        targets=(str(ticket.ref),),
        services=(ticket.service,) if ticket.service else (),
        observed=(*_state(ticket), ("updated_at", format_time(ticket.updated_at))),
        conditional=True,
        effects=tuple(effects),
        inverse=inverse,
        irreversible=irreversible,
        link=ticket.link,
    )


def _effects(change: UpdateTicket, ticket: Ticket) -> list[Effect]:
    effects = []
    if change.status not in (None, ticket.status):
        effects.append(Effect(what="status", before=ticket.status_raw, after=str(change.status)))
    if change.assignee not in (None, ticket.assignee):
        effects.append(Effect(what="assignee", before=ticket.assignee, after=str(change.assignee)))
    if change.comment:
        effects.append(Effect(what="comment", before="", after=change.comment))
    return effects + [Effect(what="link", before="", after=link) for link in change.links]


def _inverse(change: UpdateTicket, ticket: Ticket) -> tuple[UpdateTicket | None, str]:
    if change.comment or change.links:
        return None, "What was written stays; status and assignee can be set again."
    if change.status is not None and ticket.status is TicketStatus.UNKNOWN:
        return None, "The present status is a word that cannot be set again."
    return UpdateTicket(
        ticket=change.ticket,
        status=None if change.status is None else ticket.status,
        assignee=None if change.assignee is None else ticket.assignee,
    ), ""


def _state(ticket: Ticket) -> tuple[tuple[str, str], ...]:
    return ("ticket", ticket.ref.native_id), ("status", ticket.status_raw), ("assignee", ticket.assignee)
