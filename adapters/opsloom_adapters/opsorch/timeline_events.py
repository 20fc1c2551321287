"""EventRecorder on OpsOrch: an entry on the timeline of an incident."""

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangePlan, Effect, EventChange, Observation, Order, Receipt, RecordEvent, Sight
from opsloom.model.errors import InvalidRequestError, UnsupportedError
from opsloom.model.refs import Ref, RefKind
from opsloom.model.window import format_time
from opsloom_adapters.opsorch import wire
from opsloom_adapters.opsorch.client import INCIDENTS, OpsorchClient
from opsloom_adapters.opsorch.mapping import link_of
from opsloom_adapters.opsorch.signing import is_signed, signed

_KIND = "note"


async def plan_event(client: OpsorchClient, change: EventChange, call: Call) -> ChangePlan:
    """What would stand on the timeline.

    :raises InvalidRequestError: no incident is named.
    :raises UnsupportedError: an event is to be taken back.
    :raises NotFoundError: there is no such incident.
    """
    if not isinstance(change, RecordEvent):
        raise UnsupportedError(f"{call.instance} cannot take an event back: OpsOrch only appends to timelines")
    if change.incident is None:
        raise InvalidRequestError("incident: name the one on whose timeline this belongs; OpsOrch has no other place")
    incident = await client.get(call, INCIDENTS.name, change.incident, wire.INCIDENT)
    return ChangePlan(
        change=change,
        summary=f"add to the timeline of {incident.title} ({incident.id}): {change.title}",
        targets=(str(Ref(RefKind.INCIDENT, call.instance, incident.id)),),
        services=(incident.service,) if incident.service else (),
        observed=(("incident", incident.id),),
        effects=(Effect(what="timeline entry", before="", after=_text_of(change)),),
        irreversible="OpsOrch only appends to timelines",
        not_inspected=("whom OpsOrch's provider tells of a new entry is not inspected",),
        link=link_of(incident.url),
    )


async def apply_event(client: OpsorchClient, order: Order, call: Call) -> Receipt:
    """One request; OpsOrch does not tell the id of the entry."""
    change, incident = _event_of(order)
    entry = {
        "at": format_time(call.now),
        "kind": _KIND,
        "body": signed(_text_of(change), order),
        "actor": {"type": "user", "name": order.requester},
    }
    await client.append_timeline(call, incident, entry)
    return Receipt(link=order.plan.link)


async def observe_event(client: OpsorchClient, order: Order, call: Call) -> Observation:
    """Look for the marker on the timeline."""
    _, incident = _event_of(order)
    for entry in await client.timeline(call, incident):
        if is_signed(entry.body, order):
            state = (("entry", entry.id), ("at", format_time(entry.at)))
            return Observation(
                sight=Sight.PRESENT, state=state, receipt=Receipt(native_id=entry.id, link=order.plan.link)
            )
    return Observation(sight=Sight.ABSENT)


def _text_of(event: RecordEvent) -> str:
    about = [f"service: {event.service}"] if event.service else []
    tags = [f"tags: {', '.join(event.tags)}"] if event.tags else []
    return "\n".join(part for part in (event.title, event.text, *about, *tags) if part)


def _event_of(order: Order) -> tuple[RecordEvent, str]:
    change = order.plan.change
    if isinstance(change, RecordEvent) and change.incident is not None:
        return change, change.incident
    raise InvalidRequestError(f"an order to {change.kind} is none for timelines: record_event with an incident")
