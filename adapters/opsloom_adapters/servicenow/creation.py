"""A new incident."""

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangePlan, CreateTicket, Effect, Observation, Order, Receipt, Sight, UpdateTicket
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import ROWS_DEFAULT
from opsloom.model.tickets import TicketStatus
from opsloom_adapters.servicenow import encoded_query, wire
from opsloom_adapters.servicenow.client import ServicenowClient
from opsloom_adapters.servicenow.config import ServicenowConfig
from opsloom_adapters.servicenow.encoded_query import refuse_script
from opsloom_adapters.servicenow.links import record_link
from opsloom_adapters.servicenow.tables import Question, read_table
from opsloom_adapters.servicenow.words import impact_and_urgency, priority_label, priority_named, service_named
from opsloom_adapters.servicenow.work_notes import one_line, signed

_TITLE_CHARS = 160
"""Of column short_description; ServiceNow cuts the rest without a word."""
_OTHERS_RULES = (
    "which values the instance's own rules give the new incident (assignment, priority, SLAs), and whom it notifies"
)


async def plan_creation(
    client: ServicenowClient, config: ServicenowConfig, change: CreateTicket, call: Call
) -> ChangePlan:
    """What a new incident would hold; taken back by closing it.

    :raises InvalidRequestError: a title, service or priority that ServiceNow would not take.
    """
    resolved = _resolved(change)
    columns = await _columns(client, config, resolved, call)
    named = columns | ({config.service_fields[0]: resolved.service} if resolved.service else {})
    return ChangePlan(
        change=resolved,
        summary=f"create an incident in {call.instance}: {resolved.title}",
        targets=(call.instance,),
        services=(resolved.service,) if resolved.service else (),
        effects=tuple(Effect(what=column, before="", after=value) for column, value in named.items()),
        inverse=UpdateTicket(ticket="", status=TicketStatus.CLOSED),
        not_inspected=(_OTHERS_RULES,),
    )


async def apply_creation(
    client: ServicenowClient, config: ServicenowConfig, order: Order, change: CreateTicket, call: Call
) -> Receipt:
    """Make it, with the marker as correlation id and in a work note."""
    columns = await _columns(client, config, change, call)
    marked = {"correlation_id": order.marker, "work_notes": signed("", order)}
    return _receipt(config, await client.create_incident(call, {**columns, **marked}))


async def observe_creation(client: ServicenowClient, config: ServicenowConfig, order: Order, call: Call) -> Observation:
    """Look for an incident with the order's correlation id."""
    query = encoded_query.ordered(encoded_query.equals("correlation_id", order.marker))
    found = await read_table(
        client, Question(wire.Ticket, query), call,
        of=lambda row: row,
        wanted=lambda row: row.correlation_id.value == order.marker,
        limit=ROWS_DEFAULT,
    )  # fmt: skip
    if not found.rows:
        return Observation(sight=Sight.UNOBSERVABLE if found.hidden else Sight.ABSENT)
    made = found.rows[0]
    state = (("number", made.number.label), ("state", made.state.label))
    return Observation(sight=Sight.PRESENT, state=state, receipt=_receipt(config, made.sys_id))


def _resolved(change: CreateTicket) -> CreateTicket:
    title = refuse_script(one_line(change.title), "title")
    if not title or len(title) > _TITLE_CHARS:
        raise InvalidRequestError(f"title must have 1 to {_TITLE_CHARS} characters, and has {len(title)}")
    return change.model_copy(
        update={
            "title": title,
            "description": refuse_script(change.description.strip(), "description"),
            "service": (change.service or "").strip() or None,
            "priority": priority_label(priority_named(change.priority)) if change.priority is not None else None,
        }
    )


async def _columns(
    client: ServicenowClient, config: ServicenowConfig, change: CreateTicket, call: Call
) -> dict[str, str]:
    """What is set; the settings' own columns first, so that the change has the last word."""
    columns = {**config.new_ticket_fields, "short_description": change.title}
    if change.description:
        columns["description"] = change.description
    if change.service:
        columns[config.service_fields[0]] = await service_named(client, config, change.service, call)
    if change.priority is not None:
        columns["impact"], columns["urgency"] = impact_and_urgency(priority_named(change.priority))
    return columns


def _receipt(config: ServicenowConfig, sys_id: str) -> Receipt:
    return Receipt(
        native_id=sys_id,
        link=record_link(config, wire.Incident.table, sys_id),
        inverse=UpdateTicket(ticket=sys_id, status=TicketStatus.CLOSED),
    )
