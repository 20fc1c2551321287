"""AlertAcknowledger and AlertUpdater on Dynatrace's problems.

Dynatrace can comment on a problem and close it. It has no acknowledgement: a comment that says so, in a context of its
own, stands for one. Opsloom shows such a problem as acknowledged; Dynatrace itself notifies as before.
"""

from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.orders import change_of
from opsloom.model.changes import (
    AcknowledgeAlert,
    Acknowledgement,
    Change,
    ChangePlan,
    Effect,
    Observation,
    Order,
    Receipt,
    Sight,
    UnacknowledgeAlert,
    UpdateAlert,
)
from opsloom.model.errors import ConflictError, InvalidRequestError, UnsupportedError
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.dynatrace import wire
from opsloom_adapters.dynatrace.client import DynatraceClient
from opsloom_adapters.dynatrace.config import DynatraceConfig
from opsloom_adapters.dynatrace.links import problem_link
from opsloom_adapters.dynatrace.mapping import ACKNOWLEDGED, CLOSED, alert_of

ProblemChange = Acknowledgement | UpdateAlert
_COMMENTED = "opsloom"
_NOT_INSPECTED = "whom Dynatrace's own notifications and workflows tell about it"
_STATUS_SHOWN = "status as opsloom shows it (Dynatrace has no acknowledgement and notifies as before)"


@dataclass(frozen=True)
class _Present:
    """A problem with all of its comments."""

    problem: wire.Problem
    comments: tuple[wire.Comment, ...]

    @property
    def acknowledgement(self) -> str:
        """The ids of the comments that acknowledge it, newest first."""
        newest = sorted(self.comments, key=lambda one: one.created_at_timestamp, reverse=True)
        return ",".join(one.id for one in newest if one.context == ACKNOWLEDGED)

    def depends_on(self, change: ProblemChange) -> tuple[tuple[str, str], ...]:
        """What of it a plan for ``change`` depends on. A comment is taken at any time."""
        if isinstance(change, UpdateAlert):
            return (("status", self.problem.status),) if change.close else (("problem", self.problem.problem_id),)
        return (("status", self.problem.status), ("acknowledgement", self.acknowledgement))


async def plan_change(
    client: DynatraceClient, config: DynatraceConfig, change: ProblemChange, call: Call
) -> ChangePlan:
    """What would become of the problem.

    :raises InvalidRequestError: nothing would change, or the problem is closed.
    :raises UnsupportedError: Dynatrace has no such thing.
    """
    _check_supported(change)
    present = await _read(client, change, call)
    problem = present.problem
    _check_state(change, present)
    alert = alert_of(problem, config, call.instance)
    inverse, irreversible = _inverse_of(change)
    return ChangePlan(
        change=change.model_copy(update={"alert": problem.problem_id}),
        summary=f"problem {problem.display_id} {problem.title}: {_verb_of(change)}",
        targets=(str(Ref(RefKind.ALERT, call.instance, problem.problem_id)),),
        services=(alert.service,) if alert.service else (),
        observed=present.depends_on(change),
        effects=_effects_on(present, change),
        inverse=inverse,
        irreversible=irreversible,
        not_inspected=(_NOT_INSPECTED,),
        link=problem_link(config, problem.problem_id),
    )


async def apply_change(client: DynatraceClient, config: DynatraceConfig, order: Order, call: Call) -> Receipt:
    """Do it if the problem is still as it was planned for: Dynatrace has no precondition.

    :raises ConflictError: it is not.
    """
    change = change_of(order, AcknowledgeAlert, UnacknowledgeAlert, UpdateAlert)
    present = await _read(client, change, call)
    if present.depends_on(change) != order.plan.observed:
        raise ConflictError(
            f"problem {change.alert} of {call.instance} has changed since the plan; nothing was changed",
            instance=call.instance,
        )
    if isinstance(change, UnacknowledgeAlert):
        await client.delete_comment(call, change.alert, present.acknowledgement)
    elif isinstance(change, AcknowledgeAlert):
        await client.create_comment(call, change.alert, _signed(_text_of(change), order), ACKNOWLEDGED)
    elif change.close:
        await client.close_problem(call, change.alert, _signed(_text_of(change), order))
    else:
        await client.create_comment(call, change.alert, _signed(_text_of(change), order), _COMMENTED)
    return _receipt_of(config, order, change)


async def observe_change(client: DynatraceClient, config: DynatraceConfig, order: Order, call: Call) -> Observation:
    """By the marker in a comment, which closing leaves, too; taking back by the comment that is gone."""
    change = change_of(order, AcknowledgeAlert, UnacknowledgeAlert, UpdateAlert)
    present = await _read(client, change, call)
    if isinstance(change, UnacknowledgeAlert):
        is_done = dict(order.plan.observed)["acknowledgement"] not in present.acknowledgement.split(",")
    else:
        is_closed = isinstance(change, UpdateAlert) and change.close and present.problem.status == CLOSED
        is_done = is_closed or any(order.marker in one.content for one in present.comments)
    state = (("status", present.problem.status), ("acknowledgement", present.acknowledgement))
    if not is_done:
        return Observation(sight=Sight.ABSENT, state=state)
    return Observation(sight=Sight.PRESENT, state=state, receipt=_receipt_of(config, order, change))


async def _read(client: DynatraceClient, change: ProblemChange, call: Call) -> _Present:
    problem = await client.problem(call, change.alert)
    return _Present(problem, await client.comments(call, problem.problem_id))


def _check_supported(change: ProblemChange) -> None:
    if not isinstance(change, UpdateAlert):
        return
    if change.snooze_seconds is not None or change.escalate_to is not None:
        raise UnsupportedError(
            "Dynatrace neither snoozes nor escalates problems: what notifies people for it does; a comment and close "
            "are possible here"
        )
    if not change.close and not (change.comment or "").strip():
        raise InvalidRequestError("give a comment, or close")


def _check_state(change: ProblemChange, present: _Present) -> None:
    problem, held = present.problem, present.acknowledgement
    moves = not isinstance(change, UpdateAlert) or change.close
    if moves and problem.status == CLOSED:
        raise InvalidRequestError(f"problem {problem.display_id} is closed; only a comment can still be added")
    if isinstance(change, AcknowledgeAlert) and held:
        raise InvalidRequestError(f"problem {problem.display_id} is acknowledged already")
    if isinstance(change, UnacknowledgeAlert) and not held:
        raise InvalidRequestError(f"problem {problem.display_id} has no acknowledgement of opsloom to take back")
    if isinstance(change, UnacknowledgeAlert) and "," in held:
        raise InvalidRequestError(
            f"problem {problem.display_id} was acknowledged more than once; delete those comments in Dynatrace"
        )


def _effects_on(present: _Present, change: ProblemChange) -> tuple[Effect, ...]:
    if isinstance(change, UnacknowledgeAlert):
        said = next(one.content for one in present.comments if one.id == present.acknowledgement)
        return (
            Effect(what="comment", before=said, after="deleted"),
            Effect(what=_STATUS_SHOWN, before="acknowledged", after="firing"),
        )
    comment = Effect(what="comment", before="", after=_text_of(change))
    if isinstance(change, AcknowledgeAlert):
        return (comment, Effect(what=_STATUS_SHOWN, before="firing", after="acknowledged"))
    closes = Effect(what="status", before=present.problem.status, after=CLOSED)
    return (closes, comment) if change.close else (comment,)


def _inverse_of(change: ProblemChange) -> tuple[Change | None, str]:
    if isinstance(change, AcknowledgeAlert):
        return UnacknowledgeAlert(alert=change.alert), ""
    if isinstance(change, UnacknowledgeAlert):
        return AcknowledgeAlert(alert=change.alert), ""
    if change.close:
        return None, "a closed problem stays closed; what goes on raises a new one"
    return None, "opsloom does not delete comments; Dynatrace can"


def _verb_of(change: ProblemChange) -> str:
    if isinstance(change, UpdateAlert):
        return "close" if change.close else "add a comment"
    return "acknowledge" if isinstance(change, AcknowledgeAlert) else "take the acknowledgement back"


def _text_of(change: ProblemChange) -> str:
    """What people read. Dynatrace wants a text for each of them."""
    said = (change.comment or "").strip()
    if isinstance(change, AcknowledgeAlert):
        return f"Acknowledged: somebody works on this. {said}".strip()
    return said or "Closed through opsloom."


def _signed(text: str, order: Order) -> str:
    by, approved = (" ".join(name.split()) for name in (order.requester, order.approver))
    return f"{text}\n\n({order.marker}: asked for by {by}, approved by {approved})"


def _receipt_of(config: DynatraceConfig, order: Order, change: ProblemChange) -> Receipt:
    return Receipt(native_id=change.alert, link=problem_link(config, change.alert), inverse=order.plan.inverse)
