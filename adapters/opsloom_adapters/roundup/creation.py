"""A new ticket."""

import re

from opsloom.adapter_api.call import Call
from opsloom.model.changes import (
    ChangePlan,
    CreateTicket,
    Effect,
    Observation,
    Order,
    Receipt,
    Sight,
    UpdateTicket,
)
from opsloom.model.errors import InvalidRequestError, UnexpectedAnswerError
from opsloom.model.tickets import TicketStatus
from opsloom_adapters.roundup.client import Properties, RoundupClient
from opsloom_adapters.roundup.config import RoundupConfig
from opsloom_adapters.roundup.links import ticket_link
from opsloom_adapters.roundup.messages import create_message, messages_of, one_line
from opsloom_adapters.roundup.words import preferred, priority_named

_OTHERS_RULES = "whom the tracker mails about the new ticket, and which status and other values its own rules give it"
_NO_PLAIN_NAME = re.compile(r".*,.*|[+-]?[0-9]+|", re.DOTALL)
"""Roundup would take these for several names, or for an id."""


async def plan_creation(client: RoundupClient, config: RoundupConfig, change: CreateTicket, call: Call) -> ChangePlan:
    """What a new ticket would hold; taken back by closing it.

    :raises InvalidRequestError: no title, a priority or service that the tracker does not know.
    """
    resolved = await _resolved(client, config, change, call)
    can_close = preferred(TicketStatus.CLOSED, await client.items(call, "status"), config) is not None
    return ChangePlan(
        change=resolved,
        summary=f"create a ticket in {call.instance}: {resolved.title}",
        targets=(call.instance,),
        services=(resolved.service,) if resolved.service else (),
        effects=_effects(resolved),
        inverse=UpdateTicket(ticket="", status=TicketStatus.CLOSED) if can_close else None,
        irreversible="" if can_close else "no status of this tracker means closed",
        not_inspected=(_OTHERS_RULES,),
    )


async def apply_creation(
    client: RoundupClient, config: RoundupConfig, order: Order, change: CreateTicket, call: Call
) -> Receipt:
    """Make the message, then the ticket that shows it."""
    properties: dict[str, str | list[str]] = {"title": change.title, **_service_property(config, change)}
    if change.priority is not None:
        properties["priority"] = (await priority_named(client, change.priority, call)).id
    message = await create_message(client, config, change.description, order, call)
    return _receipt(config, order, await client.create(call, "issue", {**properties, "messages": [message]}))


async def observe_creation(client: RoundupClient, config: RoundupConfig, order: Order, call: Call) -> Observation:
    """Look for a ticket that shows the order's message; the tracker leaves out those that were deleted."""
    messages = await messages_of(client, order, call)
    tickets = await client.items(call, "issue", (("messages", ",".join(messages)),)) if messages else ()
    if not tickets:
        return Observation(sight=Sight.ABSENT)
    receipt = _receipt(config, order, tickets[0].id)
    state = (("ticket", receipt.native_id), ("title", tickets[0].label))
    return Observation(sight=Sight.PRESENT, state=state, receipt=receipt)


async def _resolved(client: RoundupClient, config: RoundupConfig, change: CreateTicket, call: Call) -> CreateTicket:
    title = one_line(change.title)
    if not title:
        raise InvalidRequestError("title is empty; say in one line what is wrong")
    service = change.service and one_line(change.service)
    if service and config.service_property:
        await _check_service(client, config.service_property, service, call)
    elif service and service.casefold() not in title.casefold():
        title = f"{service}: {title}"  # without a property, the title is where a service is found
    priority = (await priority_named(client, change.priority, call)).label if change.priority is not None else None
    return change.model_copy(update={"title": title, "service": service or None, "priority": priority})


async def _check_service(client: RoundupClient, path: str, service: str, call: Call) -> None:
    """Filter by it: of a linked service, Roundup refuses a name that it does not know."""
    if _NO_PLAIN_NAME.fullmatch(service):
        raise InvalidRequestError(
            f"service must be one name as {call.instance} knows it, without commas, and no number"
        )
    try:
        await client.items(call, "issue", ((_root(path), service),), page_size=1)
    except UnexpectedAnswerError as error:
        if error.status != 400:
            raise
        raise InvalidRequestError(
            f"{call.instance} takes no such service as {_root(path)}; use one that its tickets have",
            upstream=error.upstream,
        ) from error


def _service_property(config: RoundupConfig, change: CreateTicket) -> Properties:
    if change.service is None or config.service_property is None:
        return {}
    return {_root(config.service_property): change.service}


def _root(path: str) -> str:
    """``component`` of ``component.name``: a link is set by the name of what it links to."""
    return path.partition(".")[0]


def _effects(change: CreateTicket) -> tuple[Effect, ...]:
    said = (
        ("title", change.title),
        ("service", change.service),
        ("priority", change.priority),
        ("description", change.description),
    )
    return tuple(Effect(what=what, before="", after=after) for what, after in said if after)


def _receipt(config: RoundupConfig, order: Order, number: str) -> Receipt:
    designator = f"issue{number}"
    inverse = UpdateTicket(ticket=designator, status=TicketStatus.CLOSED) if order.plan.inverse else None
    return Receipt(native_id=designator, link=ticket_link(config, designator), inverse=inverse)
