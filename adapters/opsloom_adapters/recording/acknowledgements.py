"""Acknowledges alerts of the world, and takes that back."""

from functools import partial

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.orders import change_of
from opsloom.model.alerts import Alert, AlertStatus
from opsloom.model.changes import (
    AcknowledgeAlert,
    Acknowledgement,
    ChangePlan,
    Effect,
    Observation,
    Order,
    Receipt,
    UnacknowledgeAlert,
)
from opsloom.model.errors import InvalidRequestError
from opsloom_adapters.recording.alert_changes import acknowledgement_of
from opsloom_adapters.recording.alerts import get_alert
from opsloom_adapters.recording.orders import apply_order, seen
from opsloom_adapters.recording.question import ask
from opsloom_adapters.recording.recording import Recording


async def plan_acknowledgement(recording: Recording, change: Acknowledgement, call: Call) -> ChangePlan:
    """What it would do to the alert.

    :raises NotFoundError: there is no such alert.
    :raises InvalidRequestError: it is over, or is already as wanted.
    """
    alert = await get_alert(recording, change.alert, call)
    acknowledge = isinstance(change, AcknowledgeAlert)
    if alert.status is AlertStatus.RESOLVED:
        raise InvalidRequestError("alert names one that is over; name one that is firing")
    if _is_acknowledged(alert) is acknowledge:
        raise InvalidRequestError(f"alert names one that is {'already' if acknowledge else 'not'} acknowledged")
    before, after = _words(alert), ("acknowledged" if acknowledge else "not acknowledged")
    inverse = UnacknowledgeAlert if acknowledge else AcknowledgeAlert
    verb = "Acknowledge" if acknowledge else "Take back the acknowledgement of"
    return ChangePlan(
        change=change,
        summary=f"{verb} {alert.name}, which {'stops' if acknowledge else 'starts'} escalating",
        targets=(str(alert.ref),),
        services=(alert.service,) if alert.service else (),
        observed=(("alert", change.alert), ("status", alert.status), ("acknowledgement", before)),
        conditional=True,
        effects=(Effect(what=f"alert {alert.name}", before=before, after=after),),
        inverse=inverse(alert=change.alert),
        link=alert.link,
    )


async def apply_acknowledgement(recording: Recording, order: Order, call: Call) -> Receipt:
    change = change_of(order, AcknowledgeAlert, UnacknowledgeAlert)
    return await apply_order(recording, order, call, partial(plan_acknowledgement, recording, change, call))


async def observe_acknowledgement(recording: Recording, order: Order, call: Call) -> Observation:
    """Present while nobody has acknowledged the alert anew, or taken that back."""
    question = await ask(recording, call)
    alert = await get_alert(recording, change_of(order, AcknowledgeAlert, UnacknowledgeAlert).alert, call)
    last = acknowledgement_of(alert, question.deeds)
    holds = last is not None and last.order.marker == order.marker
    return seen(
        recording, order, call, holds=holds, state=(("status", alert.status), ("acknowledgement", _words(alert)))
    )


def _is_acknowledged(alert: Alert) -> bool:
    return alert.status is AlertStatus.ACKNOWLEDGED or "acknowledged_by" in alert.attributes


def _words(alert: Alert) -> str:
    by = alert.attributes.get("acknowledged_by")
    return f"acknowledged by {by}" if by else "acknowledged" if _is_acknowledged(alert) else "not acknowledged"
