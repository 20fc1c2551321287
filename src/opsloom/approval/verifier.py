"""Looking whether an applied change helped, and finding out what became of one whose outcome nobody saw."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from opsloom.approval.action import Action, Check, CheckKind
from opsloom.approval.checks import firing_alerts
from opsloom.approval.ledger import Ledger
from opsloom.approval.progress import ActionView, Effectiveness
from opsloom.approval.state import State
from opsloom.audit.canonical import Json
from opsloom.model.alerts import AlertStatus
from opsloom.model.changes import Observation, Order, Sight
from opsloom.model.errors import NotFoundError, OpsloomError
from opsloom.model.limits import (
    METRIC_STEP_MIN_SECONDS,
    RECONCILE_LOOK_EVERY_SECONDS,
    RECONCILE_LOOKS,
    VERIFY_GOOD_LOOKS,
    VERIFY_LOOK_EVERY_SECONDS,
    VERIFY_METRIC_SECONDS,
)
from opsloom.model.metrics import MetricQuery, Series
from opsloom.model.refs import Ref
from opsloom.model.window import Window, format_time
from opsloom.providers.hub import Hub, Outcome
from opsloom.providers.operations import CHANGE_OPERATIONS, GET_ALERT, QUERY_METRICS


@dataclass(frozen=True)
class Look:
    """What one look at one check showed; not ``seen`` when nobody could say."""

    check: Check
    passed: bool
    seen: bool
    told: str
    evidence: tuple[str, ...] = ()


class Verifier:
    """Looks for one server process."""

    def __init__(self, hub: Hub, ledger: Ledger) -> None:
        self._hub = hub
        self._ledger = ledger

    async def verify(self, view: ActionView) -> ActionView:
        """Look until all checks pass or their time is over: SUCCEEDED, or INEFFECTIVE with what was missing.

        :raises ApprovalError: somebody else has ended the action meanwhile.
        """
        action, clock = view.action, self._hub.clock
        began = clock.now()
        until = began + timedelta(seconds=action.verify_seconds)
        before = {check.alert for check in action.checks if check.alert}
        good = 0
        while True:
            looks = [await self._look_safely(view, check) for check in action.checks]
            view = await self._ledger.learn(view, looks=_told(looks, clock.now()), evidence=_evidence(view, looks))
            good = good + 1 if all(look.passed for look in looks) else 0
            if good >= _good_looks(action) or clock.now() >= until:
                break
            await clock.wait(min(VERIFY_LOOK_EVERY_SECONDS, action.verify_seconds / 3))
        worse = await self._new_alerts(view, before, began) if len(action.checks) > 1 else []
        return await self._end(view, looks, worse)

    async def reconcile(self, view: ActionView) -> ActionView:
        """Find an UNKNOWN action's change at its provider: VERIFYING if it is there, FAILED if it is not.

        It stays UNKNOWN while the provider does not answer or offers no way to look. It is never sent again.

        :raises ApprovalError: somebody else has moved the action meanwhile.
        """
        told = ""
        for number in range(RECONCILE_LOOKS):
            if number:
                await self._hub.clock.wait(RECONCILE_LOOK_EVERY_SECONDS)
            outcome = await self._observe(view)
            evidence = (*view.progress.evidence, *outcome.evidence)
            if outcome.value is None:
                told = f"its provider cannot be asked what became of it: {outcome.error}"
                return await self._ledger.learn(view, detail=told, evidence=evidence)
            if outcome.value.sight is Sight.UNOBSERVABLE:
                told = "its provider offers no way to look what became of it: a person has to find out"
                return await self._ledger.learn(view, detail=told, evidence=evidence)
            if outcome.value.sight is Sight.PRESENT:
                return await self._ledger.advance(
                    view, State.VERIFYING, told={"reconciled": True, "evidence": list(outcome.evidence)},
                    detail="found at its provider", receipt=outcome.value.receipt, reconciled=True, evidence=evidence,
                )  # fmt: skip
        told = f"not found at its provider in {RECONCILE_LOOKS} looks; it runs again only as a new, approved action"
        return await self._ledger.advance(
            view, State.FAILED, told={"reconciled": True, "evidence": list(outcome.evidence)},
            detail=told, reconciled=True, evidence=evidence,
        )  # fmt: skip

    async def _observe(self, view: ActionView) -> Outcome[Observation]:
        action = view.action
        operation = CHANGE_OPERATIONS[action.plan.change.kind]
        approvers = ", ".join(sorted({one.person for one in view.decisions}))
        order = Order(plan=action.plan, marker=action.marker, requester=action.requester_user, approver=approvers)
        return await self._hub.perform(operation.capability, operation.observe, action.instance, order)

    async def _look_safely(self, view: ActionView, check: Check) -> Look:
        """A look that cannot be taken shows nothing, and never that all is well."""
        try:
            return await self._look(view, check)
        except OpsloomError as error:
            return Look(check, False, False, f"{check}: cannot be seen, {error}")

    async def _look(self, view: ActionView, check: Check) -> Look:
        if check.kind is CheckKind.ALERT_CLEARED:
            return await self._look_at_alert(check)
        if check.kind is CheckKind.METRIC_BACK:
            return await self._look_at_metric(check)
        outcome = await self._observe(view)
        if outcome.value is None:
            return Look(check, False, False, f"{check}: cannot be seen, {outcome.error}", outcome.evidence)
        sight = outcome.value.sight
        told = {
            Sight.PRESENT: "seen",
            Sight.ABSENT: "NOT seen",
            Sight.UNOBSERVABLE: "accepted; this provider offers no way to look",
        }[sight]
        return Look(check, sight is not Sight.ABSENT, True, f"{check}: {told}", outcome.evidence)

    async def _look_at_alert(self, check: Check) -> Look:
        ref = Ref.parse(check.alert or "")
        outcome = await self._hub.fetch(GET_ALERT, ref.instance, ref.native_id)
        if isinstance(outcome.error, NotFoundError):
            return Look(check, True, True, f"{check}: yes, it is gone", outcome.evidence)
        if outcome.value is None:
            return Look(check, False, False, f"{check}: cannot be seen, {outcome.error}", outcome.evidence)
        status = outcome.value.status
        ended = status is AlertStatus.RESOLVED
        return Look(check, ended, True, f"{check}: {_yes_or_no(ended)}, it is {status}", outcome.evidence)

    async def _look_at_metric(self, check: Check) -> Look:
        now = self._hub.clock.now()
        window = Window(start=now - timedelta(seconds=VERIFY_METRIC_SECONDS), end=now)
        query = MetricQuery(
            window=window, step_seconds=max(METRIC_STEP_MIN_SECONDS, VERIFY_METRIC_SECONDS // 6),
            metric=check.metric, service=check.service, limit=1,
        )  # fmt: skip
        outcomes = await self._hub.ask(QUERY_METRICS, query)
        evidence = tuple(ident for outcome in outcomes for ident in outcome.evidence)
        value = _last([series for outcome in outcomes if outcome.value for series in outcome.value.rows])
        if value is None or check.threshold is None:
            return Look(check, False, False, f"{check}: no source shows a value of the last minutes", evidence)
        back = value > check.threshold if check.downwards else value <= check.threshold
        return Look(check, back, True, f"{check}: {_yes_or_no(back)}, it is {value:.4g}", evidence)

    async def _new_alerts(self, view: ActionView, before: set[str], began: datetime) -> list[str]:
        """Alerts of the services concerned that began after the change, as every source has it that knows them."""
        alerts = await firing_alerts(self._hub, view.action.plan.services)
        older = {alert.fingerprint for alert in alerts if alert.fingerprint and alert.starts_at < began}
        return [
            str(alert.ref)
            for alert in alerts
            if str(alert.ref) not in before and alert.starts_at >= began and alert.fingerprint not in older
        ]

    async def _end(self, view: ActionView, looks: list[Look], worse: list[str]) -> ActionView:
        missing = [look.told for look in looks if not look.passed]
        if worse:
            effectiveness, detail = Effectiveness.REGRESSED, f"new alerts began after it: {', '.join(worse)}"
        elif missing:
            effectiveness, detail = Effectiveness.INEFFECTIVE, "; ".join(missing)
        else:
            effectiveness, detail = Effectiveness.EFFECTIVE, "; ".join(look.told for look in looks)
        to = State.SUCCEEDED if effectiveness is Effectiveness.EFFECTIVE else State.INEFFECTIVE
        told: dict[str, Json] = {
            "effectiveness": effectiveness,
            "looks": [look.told for look in looks],
            "evidence": list(dict.fromkeys(ident for look in looks for ident in look.evidence)),
        }
        return await self._ledger.advance(view, to, told=told, detail=detail, effectiveness=effectiveness)


def _good_looks(action: Action) -> int:
    """A change is seen or not; that trouble is over is believed when it is seen twice: an alert source that has just
    restarted knows of no alert."""
    return VERIFY_GOOD_LOOKS if len(action.checks) > 1 else 1


def _yes_or_no(passed: bool) -> str:
    return "yes" if passed else "NO"


def _told(looks: list[Look], now: datetime) -> tuple[str, ...]:
    return tuple(f"{format_time(now)} {look.told}" for look in looks)


def _evidence(view: ActionView, looks: list[Look]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*view.progress.evidence, *(ident for look in looks for ident in look.evidence)]))


def _last(found: list[Series]) -> float | None:
    points = [series.points[-1] for series in found if series.points]
    return max(points)[1] if points else None
