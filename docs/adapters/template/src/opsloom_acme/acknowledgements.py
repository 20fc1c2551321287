"""AlertAcknowledger on Acme's alerts."""

from opsloom.adapter_api.call import Call
from opsloom.model.alerts import AlertStatus
from opsloom.model.changes import (
    AcknowledgeAlert,
    Acknowledgement,
    ChangePlan,
    Effect,
    Observation,
    Order,
    Receipt,
    Sight,
    UnacknowledgeAlert,
)
from opsloom.model.errors import ConflictError, InvalidRequestError
from opsloom.model.refs import Ref, RefKind
from opsloom_acme.client import AcmeClient
from opsloom_acme.mapping import status_of


async def plan_acknowledgement(client: AcmeClient, change: Acknowledgement, call: Call) -> ChangePlan:
    """What would become what; nothing is changed.

    :raises InvalidRequestError: the alert is closed.
    """
    alert = await client.alert(call, change.alert)
    if status_of(alert.state) is AlertStatus.RESOLVED:
        raise InvalidRequestError("this alert is closed; only open ones can be acknowledged")
    acknowledges = isinstance(change, AcknowledgeAlert)
    return ChangePlan(
        change=change,
        summary=f"{'acknowledge' if acknowledges else 'take back the acknowledgement of'} {alert.title}",
        targets=(str(Ref(RefKind.ALERT, call.instance, alert.id)),),
        services=(alert.service,) if alert.service else (),
        observed=(("state", alert.state),),
        effects=(Effect(what="state", before=alert.state, after=_state_after(change)),),
        inverse=(UnacknowledgeAlert if acknowledges else AcknowledgeAlert)(alert=change.alert),
    )


async def apply_acknowledgement(client: AcmeClient, order: Order, call: Call) -> Receipt:
    """One request, with the marker as its note.

    :raises ConflictError: the state is another than was planned with; Acme itself would not notice.
    """
    change = _change_of(order)
    alert = await client.alert(call, change.alert)
    if (("state", alert.state),) != order.plan.observed:
        raise ConflictError(f"{call.instance}: the alert has another state by now", instance=call.instance)
    await client.set_state(call, change.alert, _state_after(change), order.marker)
    return Receipt(native_id=change.alert)


async def observe_acknowledgement(client: AcmeClient, order: Order, call: Call) -> Observation:
    """Whether the alert has the state that the order leads to."""
    change = _change_of(order)
    alert = await client.alert(call, change.alert)
    state = (("state", alert.state),)
    acknowledged = status_of(alert.state) is AlertStatus.ACKNOWLEDGED
    if acknowledged is not isinstance(change, AcknowledgeAlert):
        return Observation(sight=Sight.ABSENT, state=state)
    return Observation(sight=Sight.PRESENT, state=state, receipt=Receipt(native_id=change.alert))


def _state_after(change: Acknowledgement) -> str:
    return "acknowledged" if isinstance(change, AcknowledgeAlert) else "open"


def _change_of(order: Order) -> AcknowledgeAlert | UnacknowledgeAlert:
    change = order.plan.change
    if not isinstance(change, AcknowledgeAlert | UnacknowledgeAlert):
        raise TypeError(f"{change.kind} is no acknowledgement")
    return change
