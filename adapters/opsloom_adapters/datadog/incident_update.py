"""Giving an incident another state."""

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangePlan, Effect, Observation, Order, Receipt, Sight, UpdateTicket
from opsloom.model.errors import ConflictError, InvalidRequestError, UnsupportedError
from opsloom.model.refs import Ref, RefKind
from opsloom.model.tickets import TicketStatus
from opsloom_adapters.datadog import incident_wire
from opsloom_adapters.datadog.change_client import DatadogChangeClient
from opsloom_adapters.datadog.client import DatadogClient
from opsloom_adapters.datadog.incident_mapping import field_of, link_of, state_of
from opsloom_adapters.datadog.incidents import read_incident

_STATE_OF = {TicketStatus.OPEN: "active", TicketStatus.CLOSED: "resolved"}
_OTHERS_RULES = "whom Datadog's own notification rules and workflows tell of the new state, and what they do besides"


async def plan_update(client: DatadogClient, site_url: str, change: UpdateTicket, call: Call) -> ChangePlan:
    """What would become of the incident's state.

    :raises UnsupportedError: a comment, links or an assignee: the public API has no such thing, or only by user ids.
    :raises InvalidRequestError: no status, one that Datadog does not have, or the one that it has already.
    :raises NotFoundError: there is no such incident.
    """
    wanted = _state_wanted(change)
    incident = (await read_incident(client, change.ticket, call)).data
    present = state_of(incident)
    if present == wanted:
        raise InvalidRequestError(f"the incident is {wanted} already; nothing would change")
    back = next((status for status, state in _STATE_OF.items() if state == present), None)
    return ChangePlan(
        change=change.model_copy(update={"ticket": incident.id}),
        summary=f"set the state of the incident {incident.attributes.title} from {present} to {wanted}",
        targets=(str(Ref(RefKind.INCIDENT, call.instance, incident.id)),),
        services=field_of(incident, "services"),
        observed=(("state", present),),
        effects=(Effect(what="state", before=present, after=wanted),),
        inverse=UpdateTicket(ticket=incident.id, status=back) if back else None,
        irreversible="" if back else f"Only a person can set the state {present} again, in Datadog.",
        not_inspected=(_OTHERS_RULES,),
        link=link_of(incident, site_url),
    )


async def apply_update(
    client: DatadogClient, changes: DatadogChangeClient, site_url: str, change: UpdateTicket, order: Order, call: Call
) -> Receipt:
    """Look once more, because Datadog takes no condition, and set the state.

    :raises ConflictError: the incident has another state than the plan was made for.
    """
    present = state_of((await read_incident(client, change.ticket, call)).data)
    if (("state", present),) != order.plan.observed:
        raise ConflictError(
            f"the incident of {call.instance} is {present} by now; nothing was changed", instance=call.instance
        )
    state = {"type": "dropdown", "value": _state_wanted(change)}
    changed = await changes.update_incident(call, change.ticket, {"fields": {"state": state}})
    return _receipt(changed, order, site_url)


async def observe_update(
    client: DatadogClient, site_url: str, change: UpdateTicket, order: Order, call: Call
) -> Observation:
    """Present while the incident has the state, whoever gave it: the public API leaves no other trace."""
    incident = (await read_incident(client, change.ticket, call)).data
    state = (("incident", incident.id), ("state", state_of(incident)))
    if state_of(incident) != _state_wanted(change):
        return Observation(sight=Sight.ABSENT, state=state)
    return Observation(sight=Sight.PRESENT, state=state, receipt=_receipt(incident, order, site_url))


def _state_wanted(change: UpdateTicket) -> str:
    if change.comment or change.links or change.assignee is not None:
        raise UnsupportedError(
            "of an incident in Datadog opsloom can change the status only: its API has no way to write into the "
            "timeline, and names people by ids; leave out comment, links and assignee"
        )
    if change.status not in _STATE_OF:
        valid = ", ".join(f"{status} ({state})" for status, state in _STATE_OF.items())
        raise InvalidRequestError(f"status must be one that an incident of Datadog can have: {valid}")
    return _STATE_OF[change.status]


def _receipt(incident: incident_wire.Incident, order: Order, site_url: str) -> Receipt:
    return Receipt(native_id=incident.id, link=link_of(incident, site_url), inverse=order.plan.inverse)
