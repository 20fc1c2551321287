"""AlertAcknowledger on Opsgenie."""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.orders import change_of
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
from opsloom.model.errors import InvalidRequestError
from opsloom_adapters.opsgenie import wire
from opsloom_adapters.opsgenie.actions import (
    action_of,
    check_unmoved,
    plan_of,
    read_alert,
    read_open_alert,
    receipt_of,
    shows_note,
    state_of,
)
from opsloom_adapters.opsgenie.client import OpsgenieClient
from opsloom_adapters.opsgenie.config import OpsgenieConfig
from opsloom_adapters.opsgenie.links import alert_link
from opsloom_adapters.opsgenie.mapping import CLOSED


async def plan_acknowledgement(
    client: OpsgenieClient, config: OpsgenieConfig, change: Acknowledgement, call: Call
) -> ChangePlan:
    """What it would become.

    :raises InvalidRequestError: it is that already, or it is closed.
    :raises NotFoundError: there is no such alert.
    """
    heard = await read_open_alert(client, config, change.alert, call)
    if heard.acknowledged is _wanted(change):
        raise InvalidRequestError(f"this alert is {_told(heard)} already")
    change = change.model_copy(update={"alert": heard.id})
    acknowledging = isinstance(change, AcknowledgeAlert)
    return plan_of(
        change,
        heard,
        config,
        call,
        summary="acknowledge the alert" if acknowledging else "take back the acknowledgement of the alert",
        effects=_effects(change),
        observed=state_of(heard),
        inverse=UnacknowledgeAlert(alert=heard.id) if acknowledging else AcknowledgeAlert(alert=heard.id),
    )


async def apply_acknowledgement(client: OpsgenieClient, config: OpsgenieConfig, order: Order, call: Call) -> Receipt:
    """Hand it to Opsgenie, which does it some moments later."""
    change = change_of(order, AcknowledgeAlert, UnacknowledgeAlert)
    check_unmoved(await plan_acknowledgement(client, config, change, call), order, call)
    action = "acknowledge" if _wanted(change) else "unacknowledge"
    body = action_of(order, change.comment)
    await client.act(call, change.alert, action, body, link=alert_link(config, change.alert))
    return receipt_of(config, change.alert, order)


async def observe_acknowledgement(
    client: OpsgenieClient, config: OpsgenieConfig, order: Order, call: Call
) -> Observation:
    """Present while the alert is what was asked for and has the order's note."""
    change = change_of(order, AcknowledgeAlert, UnacknowledgeAlert)
    heard = await read_alert(client, config, change.alert, call)
    noted = await shows_note(client, heard.id, order, call)
    state = (*state_of(heard), ("note", "shown" if noted else ""))
    if noted and heard.acknowledged is _wanted(change) and heard.status != CLOSED:
        return Observation(sight=Sight.PRESENT, state=state, receipt=receipt_of(config, heard.id, order))
    return Observation(sight=Sight.ABSENT, state=state)


def _wanted(change: Acknowledgement) -> bool:
    return isinstance(change, AcknowledgeAlert)


def _effects(change: Acknowledgement) -> tuple[Effect, ...]:
    if isinstance(change, AcknowledgeAlert):
        notified = Effect(what="escalation", before="goes on until somebody acknowledges", after="stops")
        effects = (Effect(what="acknowledged", before="no", after="yes"), notified)
    else:
        notified = Effect(what="escalation", before="stopped", after="begins again")
        effects = (Effect(what="acknowledged", before="yes", after="no"), notified)
    return (*effects, Effect(what="note", before="", after=change.comment)) if change.comment else effects


def _told(heard: wire.Alert) -> str:
    if not heard.acknowledged:
        return "not acknowledged"
    by = heard.report.acknowledged_by if heard.report else ""
    return f"acknowledged by {by}" if by else "acknowledged"
