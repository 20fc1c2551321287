"""AlertUpdater on Opsgenie: notes, snoozes, escalations, and closing."""

from dataclasses import dataclass, field
from datetime import timedelta

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.orders import change_of
from opsloom.model.changes import ChangePlan, Effect, Observation, Order, Receipt, Sight, UpdateAlert
from opsloom.model.errors import InvalidRequestError
from opsloom.model.window import format_time
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

_SNOOZE_MAX_SECONDS = 7 * 24 * 3_600
"""Opsgenie's own limit: https://docs.opsgenie.com/docs/snooze"""


@dataclass(frozen=True)
class _Step:
    """``name`` is Opsgenie's action, ``body`` what it needs besides the note."""

    name: str
    summary: str
    effects: tuple[Effect, ...]
    irreversible: str
    body: dict[str, object] = field(default_factory=dict)


async def plan_alert_update(
    client: OpsgenieClient, config: OpsgenieConfig, change: UpdateAlert, call: Call
) -> ChangePlan:
    """What would become of the alert.

    :raises InvalidRequestError: not exactly one thing is asked for, or Opsgenie cannot do it; the text says what would
        do.
    :raises NotFoundError: there is no such alert.
    """
    return (await _prepare(client, config, change, call))[0]


async def apply_alert_update(client: OpsgenieClient, config: OpsgenieConfig, order: Order, call: Call) -> Receipt:
    """Hand it to Opsgenie, which does it some moments later."""
    change = change_of(order, UpdateAlert)
    present, step = await _prepare(client, config, change, call)
    check_unmoved(present, order, call)
    body = action_of(order, change.comment or "", **step.body)
    await client.act(call, change.alert, step.name, body, link=alert_link(config, change.alert))
    return receipt_of(config, change.alert, order)


async def observe_alert_update(client: OpsgenieClient, config: OpsgenieConfig, order: Order, call: Call) -> Observation:
    """Present once the alert has the order's note, while it still is what was asked for."""
    change = change_of(order, UpdateAlert)
    heard = await read_alert(client, config, change.alert, call)
    noted = await shows_note(client, heard.id, order, call)
    state = (*state_of(heard), ("note", "shown" if noted else ""))
    if noted and _is_in_effect(change, heard):
        return Observation(sight=Sight.PRESENT, state=state, receipt=receipt_of(config, heard.id, order))
    return Observation(sight=Sight.ABSENT, state=state)


def _is_in_effect(change: UpdateAlert, heard: wire.Alert) -> bool:
    if change.close:
        return heard.status == CLOSED
    return change.snooze_seconds is None or heard.snoozed


async def _prepare(
    client: OpsgenieClient, config: OpsgenieConfig, change: UpdateAlert, call: Call
) -> tuple[ChangePlan, _Step]:
    comment = (change.comment or "").strip()
    change = change.model_copy(update={"comment": comment or None})
    _check_one_thing(change)
    only_a_note = change.snooze_seconds is None and change.escalate_to is None and not change.close
    read = read_alert if only_a_note else read_open_alert
    heard = await read(client, config, change.alert, call)
    change = change.model_copy(update={"alert": heard.id})
    if change.escalate_to is not None:
        escalation = await _escalation_named(client, change.escalate_to, call)
        change = change.model_copy(update={"escalate_to": escalation.name})
        step = _escalating(escalation)
    else:
        step = _step_of(change, heard, call)
    said = (Effect(what="note", before="", after=comment),) if comment else ()
    plan = plan_of(
        change,
        heard,
        config,
        call,
        summary=step.summary,
        effects=(*step.effects, *said),
        observed=(("alert", heard.id),) if only_a_note else state_of(heard),
        irreversible=step.irreversible,
    )
    return plan, step


def _check_one_thing(change: UpdateAlert) -> None:
    asked = sum((change.snooze_seconds is not None, change.escalate_to is not None, change.close))
    if asked > 1 or not (asked or change.comment):
        raise InvalidRequestError(
            "give exactly one of comment, snooze_seconds, escalate_to and close; a comment may go with the others"
        )
    if change.snooze_seconds is not None and not 0 < change.snooze_seconds <= _SNOOZE_MAX_SECONDS:
        raise InvalidRequestError(f"snooze_seconds must be from 1 to {_SNOOZE_MAX_SECONDS}")


def _step_of(change: UpdateAlert, heard: wire.Alert, call: Call) -> _Step:
    if change.close:
        closes = Effect(what="status", before=heard.status, after=CLOSED)
        return _Step("close", "close the alert", (closes,), "Opsgenie cannot open a closed alert again")
    if change.snooze_seconds is None:
        return _Step("notes", "add a note to the alert", (), "Opsgenie cannot take back a note")
    until = call.now + timedelta(seconds=change.snooze_seconds)
    effects = [
        Effect(what="notifications", before="sent", after=f"none for {_lasting(change.snooze_seconds)}"),
    ]
    if heard.acknowledged:
        effects.append(Effect(what="acknowledged", before="yes", after="no, once the snooze ends"))
    return _Step(
        "snooze",
        "snooze the alert",
        tuple(effects),
        "Opsgenie cannot end a snooze early; acknowledging or closing the alert does",
        {"endTime": format_time(until)},
    )


def _lasting(seconds: int) -> str:
    """``2 h``, ``90 min``, ``45 s``."""
    for length, unit in ((3_600, "h"), (60, "min")):
        if seconds % length == 0:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"


def _escalating(escalation: wire.Escalation) -> _Step:
    tells = Effect(what="escalation", before="", after=f"the next step of {escalation.name} is notified")
    return _Step(
        "escalate",
        f"escalate the alert to {escalation.name}",
        (tells,),
        "people who were notified cannot be un-notified",
        {"escalation": {"id": escalation.id}},
    )


async def _escalation_named(client: OpsgenieClient, name: str, call: Call) -> wire.Escalation:
    """The escalation of that name, in any case.

    :raises InvalidRequestError: there is none; the text names those that there are.
    """
    known = await client.escalations(call)
    for escalation in known:
        if escalation.name.casefold() == name.strip().casefold():
            return escalation
    names = ", ".join(sorted(one.name for one in known)) or "none"
    raise InvalidRequestError(
        f"escalate_to is the name of an escalation of {call.instance}, not of a person or team; valid are {names}"
    )
