"""What all changes of an alert have in common: one action, its note, and how it is seen again."""

from collections.abc import Mapping

from opsloom.adapter_api.call import Call
from opsloom.model.changes import Change, ChangePlan, Effect, Order, Receipt
from opsloom.model.errors import ConflictError, InvalidRequestError
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.opsgenie import wire
from opsloom_adapters.opsgenie.client import OpsgenieClient
from opsloom_adapters.opsgenie.config import OpsgenieConfig
from opsloom_adapters.opsgenie.links import alert_link
from opsloom_adapters.opsgenie.mapping import CLOSED, labels_of

_USER_CHARS = 100
_OTHERS_RULES = "what Opsgenie's policies and integrations do besides, such as telling the tool that raised the alert"


async def read_alert(client: OpsgenieClient, config: OpsgenieConfig, alert: str, call: Call) -> wire.Alert:
    return await client.alert(call, alert, link=alert_link(config, alert))


async def read_open_alert(client: OpsgenieClient, config: OpsgenieConfig, alert: str, call: Call) -> wire.Alert:
    """The alert, to do something to it.

    :raises InvalidRequestError: it is closed.
    """
    heard = await read_alert(client, config, alert, call)
    if heard.status == CLOSED:
        raise InvalidRequestError("this alert is closed; only a comment can be added to it")
    return heard


def plan_of(
    change: Change,
    heard: wire.Alert,
    config: OpsgenieConfig,
    call: Call,
    *,
    summary: str,
    effects: tuple[Effect, ...],
    observed: tuple[tuple[str, str], ...],
    inverse: Change | None = None,
    irreversible: str = "",
) -> ChangePlan:
    """The plan for ``change`` of one alert."""
    service = labels_of(heard).get(config.service_key)
    return ChangePlan(
        change=change,
        summary=f"{summary}: {heard.message}",
        targets=(str(Ref(RefKind.ALERT, call.instance, heard.id)),),
        services=(service,) if service else (),
        observed=observed,
        effects=effects,
        inverse=inverse,
        irreversible=irreversible,
        not_inspected=(_OTHERS_RULES,),
        link=alert_link(config, heard.id),
    )


def state_of(heard: wire.Alert) -> tuple[tuple[str, str], ...]:
    """What a change depends on; how often the alert occurred moves by itself and is not among it."""
    return (
        ("status", heard.status),
        ("acknowledged", "yes" if heard.acknowledged else "no"),
        ("snoozed", "yes" if heard.snoozed else "no"),
    )


def check_unmoved(present: ChangePlan, order: Order, call: Call) -> None:
    """Whether the order can still be carried out as it was approved.

    :raises ConflictError: the alert is another by now.
    """
    if (present.observed, present.effects) != (order.plan.observed, order.plan.effects):
        raise ConflictError(
            f"the alert at {call.instance} has changed since the plan; nothing was changed", instance=call.instance
        )


def action_of(order: Order, comment: str, **more: object) -> Mapping[str, object]:
    """The body of an action. The note is what is searched for afterwards; ``user`` is shown as who did it."""
    requester, approver = (" ".join(name.split()) for name in (order.requester, order.approver))
    note = f"{_beginning(order)} asked for by {requester}, approved by {approver})"
    return {
        "user": f"opsloom for {requester}"[:_USER_CHARS],
        "source": "opsloom",
        "note": f"{comment.strip()}\n{note}".strip(),
        **more,
    }


async def shows_note(client: OpsgenieClient, alert: str, order: Order, call: Call) -> bool:
    """Whether the alert has the order's note, which Opsgenie adds when it has done the action."""
    return any(_beginning(order) in one.note for one in await client.notes(call, alert))


def receipt_of(config: OpsgenieConfig, alert: str, order: Order) -> Receipt:
    return Receipt(native_id=alert, link=alert_link(config, alert), inverse=order.plan.inverse)


def _beginning(order: Order) -> str:
    return f"({order.marker}:"
