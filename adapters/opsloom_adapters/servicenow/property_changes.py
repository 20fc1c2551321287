"""The columns of an incident that a change gives another value: its state and what goes with that, and its assignee."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.model.changes import Effect, UpdateTicket
from opsloom.model.errors import InvalidRequestError
from opsloom.model.tickets import TicketStatus
from opsloom_adapters.servicenow import wire
from opsloom_adapters.servicenow.client import ServicenowClient
from opsloom_adapters.servicenow.config import ServicenowConfig
from opsloom_adapters.servicenow.mapping import TICKET_STATUS, incident_status
from opsloom_adapters.servicenow.words import user_named

_CLOSE_NOTES = "closed by an approved action; see the work notes"


@dataclass(frozen=True)
class PropertyChange:
    """``column`` gets ``value``, which is an id where it refers to something."""

    column: str
    value: str
    effect: Effect


def ticket_status(ticket: wire.Ticket, config: ServicenowConfig) -> TicketStatus:
    """What the incident's state means for a ticket."""
    return TICKET_STATUS[incident_status(ticket.state.value, config)]


async def property_changes(
    client: ServicenowClient, config: ServicenowConfig, ticket: wire.Ticket, change: UpdateTicket, text: str, call: Call
) -> tuple[PropertyChange, ...]:
    """Those that differ from what ``ticket`` has; ``text`` is the work note, which also says how it was resolved.

    :raises InvalidRequestError: a status that cannot be set, or an assignee that there is not.
    """
    return (*_state(config, ticket, change.status, text), *await _assignee(client, ticket, change.assignee, call))


def inverse_of(
    ticket: wire.Ticket, changes: Iterable[PropertyChange], config: ServicenowConfig
) -> tuple[UpdateTicket | None, str]:
    """What sets the old values again, or why nothing does."""
    changed = {one.column for one in changes}
    status = ticket_status(ticket, config) if "state" in changed else None
    if status is TicketStatus.UNKNOWN:
        return None, f"its state cannot be set back to {ticket.state.label or 'none'}, whose meaning is not known"
    if not changed & {"state", "assigned_to"}:
        return None, "a work note cannot be taken back"
    assignee = ticket.assigned_login.value if "assigned_to" in changed else None
    return UpdateTicket(ticket=ticket.sys_id, status=status, assignee=assignee), ""


def _state(
    config: ServicenowConfig, ticket: wire.Ticket, wanted: TicketStatus | None, text: str
) -> Iterator[PropertyChange]:
    if wanted is None or wanted is ticket_status(ticket, config):
        return  # another state of the same meaning would be no change that anybody asked for
    state = config.state_of(wanted)
    if state is None:
        raise InvalidRequestError(f"status {wanted} cannot be set; valid are open, in_progress, closed")
    yield PropertyChange(
        "state", state, Effect(what="state", before=ticket.state.label, after=f"{wanted} (state {state})")
    )
    if wanted is TicketStatus.CLOSED and config.close_code:
        # The base system demands both of whoever resolves an incident.
        notes = text or _CLOSE_NOTES
        for column, present, value in (
            ("close_code", ticket.close_code, config.close_code),
            ("close_notes", ticket.close_notes, notes),
        ):
            yield PropertyChange(column, value, Effect(what=column, before=present.label, after=value))


async def _assignee(
    client: ServicenowClient, ticket: wire.Ticket, wanted: str | None, call: Call
) -> tuple[PropertyChange, ...]:
    if wanted is None or wanted == ticket.assignee:
        return ()
    value = (await user_named(client, wanted, call)).sys_id if wanted else ""
    return (PropertyChange("assigned_to", value, Effect(what="assignee", before=ticket.assignee, after=wanted)),)
