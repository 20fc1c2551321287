"""Deleting an annotation: what would be gone, the one request, and whether it is."""

from datetime import datetime

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangePlan, Effect, Observation, Order, Receipt, Sight, WithdrawEvent
from opsloom.model.errors import ConflictError, InvalidRequestError, NotFoundError, PermissionDeniedError
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.window import format_time
from opsloom_adapters.grafana import wire
from opsloom_adapters.grafana.annotations import change_of, link_of
from opsloom_adapters.grafana.client import GrafanaClient
from opsloom_adapters.grafana.config import GrafanaConfig
from opsloom_adapters.grafana.event_recording import state_of
from opsloom_adapters.grafana.times import milliseconds_of, moment_of


async def plan_withdrawal(
    client: GrafanaClient, config: GrafanaConfig, change: WithdrawEvent, call: Call
) -> ChangePlan:
    """
    :raises InvalidRequestError: the event is named by something that is no id, or Grafana itself wrote it.
    :raises NotFoundError: there is none.
    """
    if not (change.event.isascii() and change.event.isdigit()):
        raise InvalidRequestError("event must be the number of an annotation, such as 1124")
    heard = await client.annotation(call, change.event)
    if heard.alert_id or heard.new_state:
        raise InvalidRequestError(
            "this annotation is the history of an alert, which Grafana wrote itself; name one that was recorded"
        )
    told = change_of(heard, config, call.instance)
    return ChangePlan(
        change=change,
        summary=f"Delete the annotation {heard.id} of {format_time(moment_of(heard.time))}",
        targets=(str(heard.id),),
        services=(told.service,) if told is not None and told.service else (),
        observed=state_of(heard),
        effects=(Effect(what=f"annotation {heard.id}", before=_shown(heard), after="deleted"),),
        irreversible="Grafana keeps no deleted annotation; one that is made again has another number.",
        link=link_of(heard, config),
    )


async def apply_withdrawal(
    client: GrafanaClient, config: GrafanaConfig, change: WithdrawEvent, order: Order, call: Call
) -> Receipt:
    """
    :raises ConflictError: somebody has edited or deleted the annotation since it was planned.
    """
    moved = ConflictError(f"{call.instance} has another annotation by now; nothing was changed", instance=call.instance)
    try:
        present = state_of(await client.annotation(call, change.event))
    except (NotFoundError, PermissionDeniedError):  # it was there, and could be read, when it was planned
        raise moved from None
    if present != order.plan.observed:
        raise moved
    await client.delete_annotation(call, change.event)
    return Receipt(native_id=change.event)


async def observe_withdrawal(client: GrafanaClient, change: WithdrawEvent, order: Order, call: Call) -> Observation:
    """Present once there is no such annotation, whoever deleted it: that leaves no other trace.

    Those of its time are listed: asked for it by number, Grafana may deny one that is gone (403).
    """
    at = milliseconds_of(datetime.fromisoformat(dict(order.plan.observed)["time"]))
    heard = await client.annotations(call, (), limit=PROVIDER_ROWS_MAX, span=(at, at))
    left = next((one for one in heard if str(one.id) == change.event), None)
    if left is not None:
        return Observation(sight=Sight.ABSENT, state=state_of(left))
    if len(heard) >= PROVIDER_ROWS_MAX:
        return Observation(sight=Sight.UNOBSERVABLE)
    return Observation(sight=Sight.PRESENT, receipt=Receipt(native_id=change.event))


def _shown(heard: wire.Annotation) -> str:
    return f"{heard.text.strip()} [{', '.join(heard.tags)}] of {format_time(moment_of(heard.time))}"
