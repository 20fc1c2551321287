"""A ticket gets another status or assignee."""

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangePlan, Effect, Observation, Order, Receipt, Sight, UpdateTicket
from opsloom.model.errors import ConflictError, InvalidRequestError, UnsupportedError
from opsloom.model.refs import Ref, RefKind
from opsloom.model.tickets import TicketStatus
from opsloom_adapters.opsorch import wire
from opsloom_adapters.opsorch.client import TICKETS, OpsorchClient
from opsloom_adapters.opsorch.config import OpsorchConfig
from opsloom_adapters.opsorch.mapping import link_of, ticket_status_of

_OTHERS_RULES = "what else OpsOrch's provider changes with it, and whom it tells, is not inspected"


async def plan_update(client: OpsorchClient, config: OpsorchConfig, change: UpdateTicket, call: Call) -> ChangePlan:
    """What would become of the ticket.

    :raises UnsupportedError: a comment or links, which OpsOrch does not have, or a status that no setting names.
    :raises InvalidRequestError: nothing would change.
    :raises NotFoundError: there is no such ticket.
    """
    if change.comment or change.links:
        raise UnsupportedError(f"{call.instance} takes no comment and no links: OpsOrch has none for tickets")
    ticket = await client.get(call, TICKETS.name, change.ticket, wire.TICKET)
    effects = _effects(ticket, change, config, call)
    if not effects:
        raise InvalidRequestError(f"nothing would change on {change.ticket}; give another status or assignee")
    inverse, irreversible = _inverse_of(ticket, change, config)
    return ChangePlan(
        change=change,
        summary=f"{ticket.key or ticket.id} ({ticket.title}): "
        + " and ".join(f"set its {one.what} to {one.after or 'nobody'}" for one in effects),
        targets=(str(Ref(RefKind.TICKET, call.instance, ticket.id)),),
        observed=(("status", ticket.status), ("assignees", ", ".join(ticket.assignees))),
        effects=effects,
        inverse=inverse,
        irreversible=irreversible,
        not_inspected=(_OTHERS_RULES,),
        link=link_of(ticket.url),
    )


async def apply_update(
    client: OpsorchClient, config: OpsorchConfig, order: Order, change: UpdateTicket, call: Call
) -> Receipt:
    """One request; OpsOrch has no condition for it, so the ticket is read once more before.

    :raises ConflictError: status or assignees are not those of the plan any more.
    """
    ticket = await client.get(call, TICKETS.name, change.ticket, wire.TICKET)
    if (("status", ticket.status), ("assignees", ", ".join(ticket.assignees))) != order.plan.observed:
        raise ConflictError(
            f"{change.ticket} of {call.instance} has changed since the plan; nothing was changed",
            instance=call.instance,
        )
    changes: dict[str, object] = {}
    if change.status is not None:
        changes["status"] = _word_for(change.status, config, call)
    if change.assignee is not None:
        changes["assignees"] = [change.assignee] if change.assignee else []
    await client.update_ticket(call, change.ticket, changes)
    return Receipt(native_id=change.ticket, link=order.plan.link, inverse=order.plan.inverse)


async def observe_update(
    client: OpsorchClient, config: OpsorchConfig, order: Order, change: UpdateTicket, call: Call
) -> Observation:
    """Whether the ticket has what was set, whoever set it: a change of a ticket leaves no marker."""
    ticket = await client.get(call, TICKETS.name, change.ticket, wire.TICKET)
    state = (("status", ticket.status), ("assignees", ", ".join(ticket.assignees)))
    as_wanted = change.status in (None, ticket_status_of(ticket.status, config)) and change.assignee in (
        None,
        ", ".join(ticket.assignees),
    )
    if not as_wanted:
        return Observation(sight=Sight.ABSENT, state=state)
    receipt = Receipt(native_id=change.ticket, link=link_of(ticket.url), inverse=order.plan.inverse)
    return Observation(sight=Sight.PRESENT, state=state, receipt=receipt)


def _effects(ticket: wire.Ticket, change: UpdateTicket, config: OpsorchConfig, call: Call) -> tuple[Effect, ...]:
    effects = []
    if change.status is not None and change.status is not ticket_status_of(ticket.status, config):
        word = _word_for(change.status, config, call)
        effects.append(Effect(what="status", before=ticket.status, after=word))
    assignees = ", ".join(ticket.assignees)
    if change.assignee is not None and change.assignee != assignees:
        effects.append(Effect(what="assignee", before=assignees, after=change.assignee))
    return tuple(effects)


def _word_for(status: TicketStatus, config: OpsorchConfig, call: Call) -> str:
    words = config.ticket_statuses.words().get(status, ())
    if not words:
        able = ", ".join(one for one, said in config.ticket_statuses.words().items() if said) or "none"
        raise UnsupportedError(
            f"{call.instance} does not know the tracker's word for {status}: set ticket_statuses in its settings; "
            f"those that can be set now: {able}"
        )
    return words[0]


def _inverse_of(ticket: wire.Ticket, change: UpdateTicket, config: OpsorchConfig) -> tuple[UpdateTicket | None, str]:
    """Back to the old status and assignee, where both can be said in our words exactly."""
    status = ticket_status_of(ticket.status, config)
    if change.status is not None and config.ticket_statuses.words().get(status, ())[:1] != (ticket.status,):
        return None, f"its present status {ticket.status} is not one that the settings can set again"
    if change.assignee is not None and len(ticket.assignees) > 1:
        return None, "it has several assignees now, and one can be set"
    return UpdateTicket(
        ticket=change.ticket,
        status=None if change.status is None else status,
        assignee=None if change.assignee is None else ", ".join(ticket.assignees),
    ), ""
