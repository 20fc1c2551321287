"""A comment on a ticket, another status, another assignee."""

from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangePlan, Effect, Observation, Order, Receipt, Sight, UpdateTicket
from opsloom.model.errors import ConflictError, InvalidRequestError
from opsloom.model.refs import Ref, RefKind
from opsloom.model.tickets import Ticket
from opsloom_adapters.roundup import wire
from opsloom_adapters.roundup.client import Properties, RoundupClient
from opsloom_adapters.roundup.config import RoundupConfig
from opsloom_adapters.roundup.links import ticket_link
from opsloom_adapters.roundup.mapping import ticket_of
from opsloom_adapters.roundup.messages import create_message, messages_of, text_with_links
from opsloom_adapters.roundup.property_changes import PropertyChange, inverse_of, property_changes
from opsloom_adapters.roundup.tickets import number_of

_OTHERS_RULES = "whom the tracker mails about this, and what its own rules change besides"


@dataclass(frozen=True)
class _Prepared:
    """A plan, and what was read for it."""

    plan: ChangePlan
    ticket: wire.OneIssue
    changes: tuple[PropertyChange, ...]


async def plan_update(client: RoundupClient, config: RoundupConfig, change: UpdateTicket, call: Call) -> ChangePlan:
    """What would become of the ticket.

    :raises InvalidRequestError: nothing would change, or a status or assignee that the tracker does not know.
    :raises NotFoundError: there is no such ticket.
    """
    return (await _prepare(client, config, change, call)).plan


async def apply_update(
    client: RoundupClient, config: RoundupConfig, order: Order, change: UpdateTicket, call: Call
) -> Receipt:
    """Make the message, then change the ticket and link the message in one conditional request.

    A ticket that moved already is noticed before the message is made, one that moves meanwhile by its ETag.
    """
    present = await _prepare(client, config, change, call)
    if (present.plan.observed, present.plan.effects) != (order.plan.observed, order.plan.effects):
        raise ConflictError(
            f"{change.ticket} of {call.instance} has changed since the plan; nothing was changed",
            instance=call.instance,
        )
    message = await create_message(client, config, _text(change), order, call)
    properties = _properties(present, message)
    link = ticket_link(config, change.ticket)
    await client.change_issue(call, number_of(change.ticket, call), properties, etag=present.ticket.etag, link=link)
    return Receipt(native_id=change.ticket, link=link, inverse=order.plan.inverse)


async def observe_update(
    client: RoundupClient, config: RoundupConfig, order: Order, change: UpdateTicket, call: Call
) -> Observation:
    """Look whether the ticket shows the order's message and still has what was set."""
    messages = await messages_of(client, order, call)
    issue = (await _read(client, config, change, call)).attributes
    ticket = ticket_of(number_of(change.ticket, call), issue, config, call.instance)
    shown = any(message.id in messages for message in issue.messages)
    state = (("status", ticket.status_raw), ("assignee", ticket.assignee), ("message", "shown" if shown else ""))
    if not (shown and _as_wanted(ticket, change)):
        return Observation(sight=Sight.ABSENT, state=state)
    receipt = Receipt(native_id=change.ticket, link=ticket.link, inverse=order.plan.inverse)
    return Observation(sight=Sight.PRESENT, state=state, receipt=receipt)


def _as_wanted(ticket: Ticket, change: UpdateTicket) -> bool:
    return change.status in (None, ticket.status) and change.assignee in (None, ticket.assignee)


async def _read(client: RoundupClient, config: RoundupConfig, change: UpdateTicket, call: Call) -> wire.OneIssue:
    return await client.issue(call, number_of(change.ticket, call), link=ticket_link(config, change.ticket))


async def _prepare(client: RoundupClient, config: RoundupConfig, change: UpdateTicket, call: Call) -> _Prepared:
    read = await _read(client, config, change, call)
    ticket = ticket_of(number_of(change.ticket, call), read.attributes, config, call.instance)
    if change.assignee is not None:
        change = change.model_copy(update={"assignee": change.assignee.strip()})
    changes = await property_changes(client, config, ticket, change, call)
    if not changes and not _text(change):
        raise InvalidRequestError(
            f"nothing would change on {change.ticket}; give a comment, links, or another status or assignee"
        )
    return _Prepared(_plan(change, ticket, read.etag, changes, call), read, changes)


def _plan(
    change: UpdateTicket, ticket: Ticket, etag: str, changes: tuple[PropertyChange, ...], call: Call
) -> ChangePlan:
    text = _text(change)
    message = Effect(what="message", before="", after=text or "who asked for this and who approved it")
    depends_on_state = change.status is not None or change.assignee is not None
    state = (("status", ticket.status_raw), ("assignee", ticket.assignee), ("etag", etag))
    inverse, irreversible = inverse_of(change.ticket, changes)
    return ChangePlan(
        change=change,
        summary=_summary(change, changes, text),
        targets=(str(Ref(RefKind.TICKET, call.instance, change.ticket)),),
        services=(ticket.service,) if ticket.service else (),
        observed=state if depends_on_state else (("ticket", change.ticket),),
        conditional=depends_on_state,
        effects=(*(one.effect for one in changes), message),
        inverse=inverse,
        irreversible=irreversible,
        not_inspected=(_OTHERS_RULES,),
        link=ticket.link,
    )


def _summary(change: UpdateTicket, changes: tuple[PropertyChange, ...], text: str) -> str:
    done = [f"set its {one.effect.what} to {one.effect.after or 'nobody'}" for one in changes]
    done += ["add a comment"] if text else []
    undone = [
        f"taking that back leaves its {one.effect.what} {one.left_as}, not {one.effect.before}"
        for one in changes
        if one.put_back is not None and one.left_as != one.effect.before
    ]
    return f"{change.ticket}: " + "; ".join((" and ".join(done), *undone))


def _text(change: UpdateTicket) -> str:
    return text_with_links(change.comment or "", change.links)


def _properties(present: _Prepared, message: str) -> Properties:
    """What the one request sets. ``+`` adds to the messages that are there.

    The status is sent even where it stays: left out, the classic template's own rule reopens a closed ticket that
    gets a message, which nobody would have approved.
    """
    issue = present.ticket.attributes
    properties = {"messages": f"+{message}"}
    if "status" in issue.model_fields_set:  # else this user may not see it
        properties["status"] = issue.status.id if issue.status else ""
    return properties | {one.name: one.id for one in present.changes}
