"""A work note on an incident, another state, another assignee."""

from collections.abc import Mapping
from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangePlan, Effect, Observation, Order, Receipt, Sight, UpdateTicket
from opsloom.model.errors import ConflictError, InvalidRequestError
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.servicenow import wire
from opsloom_adapters.servicenow.client import ServicenowClient
from opsloom_adapters.servicenow.config import ServicenowConfig
from opsloom_adapters.servicenow.links import record_link
from opsloom_adapters.servicenow.mapping import service_of
from opsloom_adapters.servicenow.property_changes import PropertyChange, inverse_of, property_changes, ticket_status
from opsloom_adapters.servicenow.sys_ids import sys_id_of
from opsloom_adapters.servicenow.work_notes import signed, text_with_links

_NOT_INSPECTED = (
    "what the instance's own rules change besides, and whom it notifies",
    "whether this user may write each column: ServiceNow leaves out the others without a word; it is seen afterwards",
)


@dataclass(frozen=True)
class _Prepared:
    """A plan, and what is set besides the work note."""

    plan: ChangePlan
    columns: Mapping[str, str]


async def plan_update(
    client: ServicenowClient, config: ServicenowConfig, change: UpdateTicket, call: Call
) -> ChangePlan:
    """What would become of the incident.

    :raises InvalidRequestError: nothing would change, or a status or assignee that cannot be set.
    :raises NotFoundError: there is no such incident.
    """
    return (await _prepare(client, config, change, call)).plan


async def apply_update(
    client: ServicenowClient, config: ServicenowConfig, order: Order, change: UpdateTicket, call: Call
) -> Receipt:
    """Read the incident again, and change it in one request if it is as it was planned.

    ServiceNow has no conditional request: what somebody does in between is overwritten where both set a column.
    """
    present = await _prepare(client, config, change, call)
    if (present.plan.observed, present.plan.effects) != (order.plan.observed, order.plan.effects):
        raise ConflictError(
            f"the incident in {call.instance} has changed since the plan; nothing was changed", instance=call.instance
        )
    link = record_link(config, wire.Incident.table, change.ticket)
    columns = {**present.columns, "work_notes": signed(_text(change), order)}
    await client.change_incident(call, change.ticket, columns, link=link)
    return Receipt(native_id=change.ticket, link=link, inverse=order.plan.inverse)


async def observe_update(
    client: ServicenowClient, config: ServicenowConfig, order: Order, change: UpdateTicket, call: Call
) -> Observation:
    """Look whether the incident shows the order's work note and still has what was set.

    An incident that shows no work note at all may hide them from this user.
    """
    ticket = await _read(client, config, change, call)
    notes = ticket.work_notes.display_value
    shown = order.marker in notes
    state = (("state", ticket.state.label), ("assignee", ticket.assignee), ("work note", "shown" if shown else ""))
    if not notes:
        return Observation(sight=Sight.UNOBSERVABLE, state=state)
    if not (shown and _as_wanted(ticket, change, config)):
        return Observation(sight=Sight.ABSENT, state=state)
    link = record_link(config, wire.Incident.table, ticket.sys_id)
    receipt = Receipt(native_id=ticket.sys_id, link=link, inverse=order.plan.inverse)
    return Observation(sight=Sight.PRESENT, state=state, receipt=receipt)


def _as_wanted(ticket: wire.Ticket, change: UpdateTicket, config: ServicenowConfig) -> bool:
    return change.status in (None, ticket_status(ticket, config)) and change.assignee in (None, ticket.assignee)


async def _read(client: ServicenowClient, config: ServicenowConfig, change: UpdateTicket, call: Call) -> wire.Ticket:
    sys_id = sys_id_of(change.ticket, call)
    return await client.row(call, wire.Ticket, sys_id, link=record_link(config, wire.Incident.table, sys_id))


async def _prepare(client: ServicenowClient, config: ServicenowConfig, change: UpdateTicket, call: Call) -> _Prepared:
    ticket = await _read(client, config, change, call)
    if change.assignee is not None:
        change = change.model_copy(update={"assignee": change.assignee.strip()})
    text = _text(change)
    changes = await property_changes(client, config, ticket, change, text, call)
    if not changes and not text:
        raise InvalidRequestError(
            f"nothing would change on {ticket.number.label}; give a comment, links, or another status or assignee"
        )
    columns = {one.column: one.value for one in changes}
    return _Prepared(_plan(config, ticket, change, text, changes, call), columns)


def _plan(
    config: ServicenowConfig,
    ticket: wire.Ticket,
    change: UpdateTicket,
    text: str,
    changes: tuple[PropertyChange, ...],
    call: Call,
) -> ChangePlan:
    note = Effect(what="work note", before="", after=text or "who asked for this and who approved it")
    state = (
        ("state", ticket.state.value),
        ("assignee", ticket.assignee),
        ("sys_mod_count", ticket.sys_mod_count.value),
    )
    depends_on_state = change.status is not None or change.assignee is not None
    inverse, irreversible = inverse_of(ticket, changes, config)
    service = service_of(ticket, config)
    return ChangePlan(
        change=change,
        summary=_summary(ticket, changes, text, inverse, config),
        targets=(str(Ref(RefKind.INCIDENT, call.instance, ticket.sys_id)),),
        services=(service,) if service else (),
        observed=state if depends_on_state else (("incident", ticket.sys_id),),
        effects=(*(one.effect for one in changes), note),
        inverse=inverse,
        irreversible=irreversible,
        not_inspected=_NOT_INSPECTED,
        link=record_link(config, wire.Incident.table, ticket.sys_id),
    )


def _summary(
    ticket: wire.Ticket,
    changes: tuple[PropertyChange, ...],
    text: str,
    inverse: UpdateTicket | None,
    config: ServicenowConfig,
) -> str:
    done = [f"set its {one.effect.what} to {one.effect.after or 'nobody'}" for one in changes]
    done += ["add a work note"] if text else []
    back = config.state_of(inverse.status) if inverse and inverse.status else None
    if back not in (None, ticket.state.value):
        done.append(f"taking that back leaves its state {back}, not {ticket.state.value} ({ticket.state.label})")
    return f"{ticket.number.label}: " + "; ".join(done)


def _text(change: UpdateTicket) -> str:
    return text_with_links(change.comment or "", change.links)
