"""Pager on PagerDuty: an incident of high urgency that is assigned to one user or escalation policy.

Source: https://developer.pagerduty.com/docs/incident-creation-api
"""

from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.orders import change_of
from opsloom.model.changes import ChangePlan, Effect, Observation, Order, PagePerson, Receipt, Sight
from opsloom.model.errors import ConflictError, InvalidRequestError
from opsloom_adapters.pagerduty import wire
from opsloom_adapters.pagerduty.client import PagerdutyClient
from opsloom_adapters.pagerduty.config import PagerdutyConfig
from opsloom_adapters.pagerduty.mapping import safe_link
from opsloom_adapters.pagerduty.names import service_named
from opsloom_adapters.pagerduty.recipients import Recipient, recipient_named
from opsloom_adapters.pagerduty.steps import signed

_TITLE_CHARS = 255


@dataclass(frozen=True)
class _Prepared:
    """A plan, and what was read for it."""

    plan: ChangePlan
    recipient: Recipient
    service: wire.Service


async def plan_page(client: PagerdutyClient, config: PagerdutyConfig, change: PagePerson, call: Call) -> ChangePlan:
    """Who would be woken.

    :raises InvalidRequestError: PagerDuty knows no such target or service, or the target would not be notified.
    """
    return (await _prepare(client, config, change, call)).plan


async def apply_page(client: PagerdutyClient, config: PagerdutyConfig, order: Order, call: Call) -> Receipt:
    """Make the incident. Its key is the marker: PagerDuty refuses a second open one with the same key."""
    change = change_of(order, PagePerson)
    present = await _prepare(client, config, change, call)
    if present.plan.observed != order.plan.observed:
        raise ConflictError(
            f"whom {change.target} stands for at {call.instance} has changed since the plan; nobody was paged",
            instance=call.instance,
        )
    made = await client.create_incident(
        call,
        {
            "title": _title_of(change),
            "service": {"id": present.service.id, "type": "service_reference"},
            "urgency": "high",
            "incident_key": order.marker,
            "body": {"type": "incident_body", "details": signed(change.text, order)},
            **present.recipient.fields(),
        },
    )
    return _receipt_of(made)


async def observe_page(client: PagerdutyClient, order: Order, call: Call) -> Observation:
    """Look for an incident with the marker as its key, open or not."""
    parameters = (("incident_key", order.marker), ("date_range", "all"))
    found = await client.incidents(call, parameters, offset=0)
    for incident in found.rows:
        if incident.incident_key == order.marker:
            state = (("incident", incident.id), ("status", incident.status))
            return Observation(sight=Sight.PRESENT, state=state, receipt=_receipt_of(incident))
    return Observation(sight=Sight.ABSENT)


async def _prepare(client: PagerdutyClient, config: PagerdutyConfig, change: PagePerson, call: Call) -> _Prepared:
    if not change.text.strip():
        raise InvalidRequestError("text is empty; say what whoever is woken should read")
    service = await _service_for(client, config, change, call)
    recipient = await recipient_named(client, change.target, call)
    if config.from_email and recipient.email.casefold() == config.from_email.casefold():
        raise InvalidRequestError(
            f"{recipient.name} is the user in whose name opsloom acts (from_email): PagerDuty does not notify people "
            "of incidents that they assign to themselves; page somebody else, or their schedule's policy"
        )
    plan = ChangePlan(
        change=change if change.service else change.model_copy(update={"service": service.name}),
        summary=f"page {recipient.name}: {_title_of(change)}",
        targets=(recipient.name,),
        services=(change.service or service.name,),
        observed=(("user", recipient.user), ("escalation_policy", recipient.policy), ("service", service.id)),
        effects=(
            Effect(what=f"incident of high urgency on service {service.name}", before="", after=_title_of(change)),
            Effect(what="assigned to", before="", after=recipient.name),
            Effect(what="text", before="", after=change.text),
        ),
        irreversible="whoever was woken was woken; the incident itself can be resolved (close)",
        not_inspected=("how PagerDuty reaches them: their own notification rules decide",),
        link=safe_link(service.html_url),
    )
    return _Prepared(plan, recipient, service)


async def _service_for(
    client: PagerdutyClient, config: PagerdutyConfig, change: PagePerson, call: Call
) -> wire.Service:
    """Every incident belongs to a service, whomever it is assigned to."""
    for name in dict.fromkeys(filter(None, (change.service, config.page_service))):
        service = await service_named(client, name, call)
        if service is not None:
            return service
    raise InvalidRequestError(
        f"{call.instance} has no service {change.service or ''} to page on; name one of PagerDuty's services, or set "
        "page_service to one"
    )


def _title_of(change: PagePerson) -> str:
    """One line; all of the text is in the body."""
    return " ".join(change.text.split())[:_TITLE_CHARS]


def _receipt_of(incident: wire.Incident) -> Receipt:
    return Receipt(native_id=incident.id, link=safe_link(incident.html_url))
