"""Declaring an incident."""

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
from opsloom.model.errors import InvalidRequestError
from opsloom.model.tickets import TicketStatus
from opsloom_adapters.datadog import incident_wire
from opsloom_adapters.datadog.change_client import DatadogChangeClient
from opsloom_adapters.datadog.client import DatadogClient
from opsloom_adapters.datadog.incident_mapping import field_of, link_of, state_of
from opsloom_adapters.datadog.incidents import PAGE_INCIDENTS_MAX
from opsloom_adapters.datadog.links import incidents_link
from opsloom_adapters.datadog.mapping import STATUS_OF_INCIDENT
from opsloom_adapters.datadog.marks import mark_of, signed, without_mentions
from opsloom_adapters.datadog.search_syntax import one_of

_SEVERITIES = ("SEV-0", "SEV-1", "SEV-2", "SEV-3", "SEV-4", "SEV-5", "UNKNOWN")
_ANY_STATE = one_of("state", STATUS_OF_INCIDENT)
_OTHERS_RULES = "whom Datadog's own notification rules and workflows tell of a new incident, and what they do besides"


async def plan_creation(client: DatadogClient, site_url: str, change: CreateTicket, call: Call) -> ChangePlan:
    """What the incident would hold; taken back by resolving it. It looks whether incidents can be read at all.

    :raises InvalidRequestError: no title, or a priority that is no severity of Datadog.
    """
    title = " ".join(change.title.split())
    if not title:
        raise InvalidRequestError("title is empty; say in one line what is wrong")
    severity = (change.priority or "UNKNOWN").upper()
    if severity not in _SEVERITIES:
        raise InvalidRequestError(f"priority must be one of Datadog's severities: {', '.join(_SEVERITIES)}")
    await client.incidents(call, _ANY_STATE, offset=0, page_size=1, link=incidents_link(site_url, _ANY_STATE))
    description = without_mentions(change.description)
    resolved = change.model_copy(
        update={"title": without_mentions(title), "priority": severity, "description": description}
    )
    said = (
        ("title", resolved.title),
        ("severity", severity),
        ("state", "active"),
        ("services", resolved.service or ""),
        ("summary", resolved.description),
    )
    return ChangePlan(
        change=resolved,
        summary=f"declare an incident in {call.instance}: {resolved.title} ({severity})",
        targets=(call.instance,),
        services=(resolved.service,) if resolved.service else (),
        effects=tuple(Effect(what=what, before="", after=after) for what, after in said if after),
        inverse=UpdateTicket(ticket="", status=TicketStatus.CLOSED),
        not_inspected=(_OTHERS_RULES,),
    )


async def apply_creation(
    changes: DatadogChangeClient, site_url: str, change: CreateTicket, order: Order, call: Call
) -> Receipt:
    """The incident; its summary ends in who asked for it, who approved it, and the marker."""
    fields: dict[str, object] = {
        "severity": {"type": "dropdown", "value": change.priority},
        "state": {"type": "dropdown", "value": "active"},
        "summary": {"type": "textbox", "value": signed(change.description, order)},
    }
    if change.service:
        fields["services"] = {"type": "autocomplete", "value": [change.service]}
    made = await changes.create_incident(call, {"title": change.title, "customer_impacted": False, "fields": fields})
    return _receipt(made, site_url)


async def observe_creation(client: DatadogClient, site_url: str, order: Order, call: Call) -> Observation:
    """Look for the marker in the summaries of the incidents that were created last."""
    link = incidents_link(site_url, _ANY_STATE)
    reply = await client.incidents(call, _ANY_STATE, offset=0, page_size=PAGE_INCIDENTS_MAX, link=link)
    for one in reply.data.attributes.incidents:
        if any(mark_of(order) in text for text in field_of(one.data, "summary")):
            state = (("incident", one.data.id), ("state", state_of(one.data)))
            return Observation(sight=Sight.PRESENT, state=state, receipt=_receipt(one.data, site_url))
    return Observation(sight=Sight.ABSENT)


def _receipt(made: incident_wire.Incident, site_url: str) -> Receipt:
    inverse = UpdateTicket(ticket=made.id, status=TicketStatus.CLOSED)
    return Receipt(native_id=made.id, link=link_of(made, site_url), inverse=inverse)
