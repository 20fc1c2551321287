"""A new ticket.

OpsOrch shows no marker of its own, so the description ends in it.
"""

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangePlan, CreateTicket, Effect, Observation, Order, Receipt, Sight, UpdateTicket
from opsloom.model.errors import InvalidRequestError
from opsloom.model.tickets import TicketStatus
from opsloom_adapters.opsorch import wire
from opsloom_adapters.opsorch.client import TICKETS, OpsorchClient
from opsloom_adapters.opsorch.config import OpsorchConfig
from opsloom_adapters.opsorch.mapping import link_of
from opsloom_adapters.opsorch.signing import is_signed, signed

_OTHERS_RULES = (
    "which project, type and status OpsOrch's provider gives the ticket, and whom it tells, is not inspected"
)
_NO_CLOSING = "no status that closes tickets is set (ticket_statuses)"


async def plan_creation(client: OpsorchClient, config: OpsorchConfig, change: CreateTicket, call: Call) -> ChangePlan:
    """What a new ticket would hold; taken back by closing it.

    :raises InvalidRequestError: no title.
    :raises UnsupportedError: OpsOrch has no provider for tickets.
    """
    resolved = change.model_copy(update={"title": _title_of(change, config)})
    await client.query(call, TICKETS)
    can_close = bool(config.ticket_statuses.closed)
    said = {
        "title": resolved.title,
        "description": resolved.description,
        "service": resolved.service or "",
        "priority": resolved.priority or "",
    }
    return ChangePlan(
        change=resolved,
        summary=f"create a ticket in {call.instance}: {resolved.title}",
        targets=(call.instance,),
        services=(resolved.service,) if resolved.service else (),
        effects=tuple(Effect(what=name, before="", after=value) for name, value in said.items() if value),
        inverse=UpdateTicket(ticket="", status=TicketStatus.CLOSED) if can_close else None,
        irreversible="" if can_close else _NO_CLOSING,
        not_inspected=(_OTHERS_RULES,),
    )


async def apply_creation(
    client: OpsorchClient, config: OpsorchConfig, order: Order, change: CreateTicket, call: Call
) -> Receipt:
    """One request."""
    fields = {"priority": change.priority}
    if config.ticket_service_field is not None:
        fields[config.ticket_service_field] = change.service
    given = {name: value for name, value in fields.items() if value is not None}
    ticket = {"title": change.title, "description": signed(change.description, order), "fields": given}
    made = await client.create_ticket(call, ticket)
    return _receipt_of(made, order)


async def observe_creation(client: OpsorchClient, config: OpsorchConfig, order: Order, call: Call) -> Observation:
    """Look for the marker: with the provider's own search, and among all where that finds nothing.

    Not seen among as many tickets as are asked for at most, it may still be there.
    """
    for filters in ({"query": order.marker}, {}):
        found = await client.query(call, TICKETS, filters=filters)
        for one in found.rows:
            if is_signed(one.description, order):
                state = (("ticket", one.id), ("title", one.title), ("status", one.status))
                return Observation(sight=Sight.PRESENT, state=state, receipt=_receipt_of(one, order))
    return Observation(sight=Sight.ABSENT if found.whole else Sight.UNOBSERVABLE)


def _receipt_of(ticket: wire.Ticket, order: Order) -> Receipt:
    inverse = order.plan.inverse
    if isinstance(inverse, UpdateTicket):
        inverse = inverse.model_copy(update={"ticket": ticket.id})
    return Receipt(native_id=ticket.id, link=link_of(ticket.url), inverse=inverse)


def _title_of(change: CreateTicket, config: OpsorchConfig) -> str:
    """On one line; with the service before it, where no field takes that and the title does not name it."""
    title = " ".join(change.title.split())
    if not title:
        raise InvalidRequestError("title is empty; say in one line what is wrong")
    told = config.ticket_service_field is not None or (change.service or "").casefold() in title.casefold()
    return title if told else f"{change.service}: {title}"
