"""AlertAcknowledger and AlertUpdater on PagerDuty: one step on one incident is planned, applied and looked for.

PagerDuty has no precondition for changes: the incident is read again right before the request.
"""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.orders import change_of
from opsloom.model.changes import (
    AcknowledgeAlert,
    Acknowledgement,
    ChangePlan,
    Observation,
    Order,
    Receipt,
    Sight,
    UnacknowledgeAlert,
    UpdateAlert,
)
from opsloom.model.errors import ConflictError, InvalidRequestError, UnsupportedError
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.pagerduty import wire
from opsloom_adapters.pagerduty.client import PagerdutyClient
from opsloom_adapters.pagerduty.config import PagerdutyConfig
from opsloom_adapters.pagerduty.escalation import escalation_to, planned_escalation
from opsloom_adapters.pagerduty.mapping import assignees_of, safe_link
from opsloom_adapters.pagerduty.steps import Acknowledge, Comment, Resolve, Snooze, Step

IncidentChange = Acknowledgement | UpdateAlert


async def plan_change(
    client: PagerdutyClient, config: PagerdutyConfig, change: IncidentChange, call: Call
) -> ChangePlan:
    """What the step would change.

    :raises InvalidRequestError: it would change nothing, or the incident is not in a state for it.
    :raises UnsupportedError: PagerDuty cannot do it.
    """
    incident = await client.incident(call, change.alert)
    step = await _step_of(client, config, change, incident, call)
    step.check(incident)
    return ChangePlan(
        change=change.model_copy(update={"alert": incident.id}),
        summary=f"incident {incident.title}: {step.summary}",
        targets=(str(Ref(RefKind.ALERT, call.instance, incident.id)),),
        services=(incident.service.summary,) if incident.service and incident.service.summary else (),
        observed=step.depends_on(incident),
        effects=step.effects(incident),
        irreversible=step.irreversible,
        not_inspected=("whom PagerDuty's own workflows, webhooks and integrations tell about it",),
        link=safe_link(incident.html_url),
    )


async def apply_change(client: PagerdutyClient, config: PagerdutyConfig, order: Order, call: Call) -> Receipt:
    """Do it if the incident is still as it was planned for.

    :raises ConflictError: it is not.
    """
    change = change_of(order, AcknowledgeAlert, UnacknowledgeAlert, UpdateAlert)
    incident = await client.incident(call, change.alert)
    step = await _step_of(client, config, change, incident, call)
    if step.depends_on(incident) != order.plan.observed:
        raise ConflictError(
            f"incident {incident.id} of {call.instance} has changed since the plan; nothing was changed",
            instance=call.instance,
        )
    await step.send(client, incident, order, call)
    return _receipt_of(incident)


async def observe_change(client: PagerdutyClient, config: PagerdutyConfig, order: Order, call: Call) -> Observation:
    """Look at the incident; a comment is found by its marker, everything else by the state that it leads to."""
    change = change_of(order, AcknowledgeAlert, UnacknowledgeAlert, UpdateAlert)
    incident = await client.incident(call, change.alert)
    if isinstance(change, UpdateAlert) and change.escalate_to is not None:
        step: Step = planned_escalation(order.plan.observed)
    else:
        step = _own_step_of(config, change)
    state = (("status", incident.status), ("assigned_to", ", ".join(assignees_of(incident))))
    if await step.is_done(client, incident, order, call):
        return Observation(sight=Sight.PRESENT, state=state, receipt=_receipt_of(incident))
    return Observation(sight=Sight.ABSENT, state=state)


async def _step_of(
    client: PagerdutyClient, config: PagerdutyConfig, change: IncidentChange, incident: wire.Incident, call: Call
) -> Step:
    if isinstance(change, UpdateAlert):
        _check_that_one_is_asked(change)
        if change.escalate_to is not None:
            return await escalation_to(client, change.escalate_to, incident, call)
    return _own_step_of(config, change)


def _own_step_of(config: PagerdutyConfig, change: IncidentChange) -> Step:
    """The step that is known without looking anybody up."""
    if isinstance(change, AcknowledgeAlert):
        return Acknowledge(config.from_email or "")
    if isinstance(change, UnacknowledgeAlert):
        raise UnsupportedError(
            "PagerDuty's API takes no acknowledgement back; update_alert with escalate_to notifies people again"
        )
    if change.snooze_seconds is not None:
        return Snooze(change.snooze_seconds)
    return Resolve(change.comment or "") if change.close else Comment(change.comment or "")


def _check_that_one_is_asked(change: UpdateAlert) -> None:
    moves = change.snooze_seconds is not None or change.escalate_to is not None
    if (change.snooze_seconds is not None) + (change.escalate_to is not None) + change.close > 1 or not (
        moves or change.close or (change.comment or "").strip()
    ):
        raise InvalidRequestError("give a comment, or one of snooze_seconds, escalate_to and close")
    if moves and change.comment:
        raise UnsupportedError(
            "PagerDuty takes a comment in a request of its own, except with close; ask for the comment apart"
        )


def _receipt_of(incident: wire.Incident) -> Receipt:
    return Receipt(native_id=incident.id, link=safe_link(incident.html_url))
