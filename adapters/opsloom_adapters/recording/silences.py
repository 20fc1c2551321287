"""Silences alerts of the world, and ends silences."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.orders import change_of
from opsloom.model.alerts import Alert, AlertStatus
from opsloom.model.changes import (
    ChangePlan,
    Effect,
    ExpireSilence,
    Matcher,
    Observation,
    Order,
    Receipt,
    Silence,
    SilenceAlerts,
)
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import PLAN_AFFECTED_MAX, SILENCE_MAX_SECONDS
from opsloom.model.window import format_time
from opsloom_adapters.recording.alert_changes import active_silences, silence_ends_at
from opsloom_adapters.recording.alerts import alerts_now
from opsloom_adapters.recording.matching import check_matchers, labels_of, matches
from opsloom_adapters.recording.orders import apply_order, seen
from opsloom_adapters.recording.question import Question, ask
from opsloom_adapters.recording.recording import Recording


async def plan_silence(recording: Recording, change: Silence, call: Call) -> ChangePlan:
    """Which alerts it would hide, or show again.

    :raises InvalidRequestError: it lasts too long, has a matcher that is none, or is not active.
    """
    question = await ask(recording, call)
    if isinstance(change, ExpireSilence):
        return await _plan_expiry(recording, change, question)
    return await _plan_creation(recording, change, question)


async def apply_silence(recording: Recording, order: Order, call: Call) -> Receipt:
    change = change_of(order, SilenceAlerts, ExpireSilence)
    return await apply_order(recording, order, call, partial(plan_silence, recording, change, call))


async def observe_silence(recording: Recording, order: Order, call: Call) -> Observation:
    """Present while the silence is active; of an end, from then on."""
    active = active_silences(await ask(recording, call))
    change = change_of(order, SilenceAlerts, ExpireSilence)
    if isinstance(change, ExpireSilence):
        holds = change.silence not in active
    else:
        deed = recording.world.find(order.marker)
        holds = deed is not None and deed.native_id in active
    return seen(recording, order, call, holds=holds, state=(("active_silences", ", ".join(active)),))


async def _plan_creation(recording: Recording, change: SilenceAlerts, question: Question) -> ChangePlan:
    if not 0 < change.duration_seconds <= SILENCE_MAX_SECONDS:
        raise InvalidRequestError(f"duration_seconds must be from 1 to {SILENCE_MAX_SECONDS}: a silence must end")
    check_matchers(change.matchers)
    hidden = await _matching(recording, change.matchers, question)
    services = _services(hidden, change.matchers)
    written = _written(change.matchers)
    lasting = str(timedelta(seconds=change.duration_seconds))
    return ChangePlan(
        change=change,
        summary=f"Silence alerts that match {written} for {lasting} (h:mm:ss); alerts hidden now: {len(hidden)}",
        targets=(written,),
        services=services,
        observed=(("services", "\n".join(services)),),
        conditional=True,
        effects=(Effect(what="notifications of matching alerts", before="sent", after=f"silenced for {lasting}"),),
        affects=_shown(hidden),
        affected_count=len(hidden),
        inverse=ExpireSilence(silence=""),
        not_inspected=("Alerts that match and start while the silence lasts: they will be hidden too.",),
    )


async def _plan_expiry(recording: Recording, change: ExpireSilence, question: Question) -> ChangePlan:
    """The inverse lasts as long as the silence was meant to: what is left of it is another figure each second."""
    active = active_silences(question)
    if change.silence not in active:
        raise InvalidRequestError(f"silence must be the id of an active one; there are: {', '.join(active) or 'none'}")
    deed, silence = active[change.silence]
    hidden = await _matching(recording, silence.matchers, question)
    written = _written(silence.matchers)
    until = f"active until {format_time(silence_ends_at(deed, silence))}"
    return ChangePlan(
        change=change,
        summary=f"End the silence {change.silence} of {written}; alerts it hides now: {len(hidden)}",
        targets=(change.silence,),
        services=_services(hidden, silence.matchers),
        observed=(("silence", change.silence), ("state", until)),
        conditional=True,
        effects=(Effect(what=f"silence {change.silence} of {written}", before=until, after="expired"),),
        affects=_shown(hidden),
        affected_count=len(hidden),
        inverse=silence,
    )


async def _matching(recording: Recording, matchers: Sequence[Matcher], question: Question) -> list[Alert]:
    """The alerts that match and are not over, the worst first; their lines are the evidence."""
    lines = [
        line
        for line in await alerts_now(recording, question)
        if line.record.status is not AlertStatus.RESOLVED and matches(matchers, labels_of(line.record))
    ]
    question.capture_lines(recording.alerts, lines, kind="alerts")
    return sorted((line.record for line in lines), key=lambda alert: (alert.severity.rank, alert.name))


def _services(hidden: Sequence[Alert], matchers: Sequence[Matcher]) -> tuple[str, ...]:
    """Those of the alerts, and the one that the matchers name: its next alert would be hidden too."""
    named = {one.value for one in matchers if one.name == "service" and one.is_equal and not one.is_regex}
    return tuple(sorted((named | {alert.service or "" for alert in hidden}) - {""}))


def _shown(alerts: Sequence[Alert]) -> tuple[str, ...]:
    return tuple(f"{alert.name} ({alert.ref})" for alert in alerts[:PLAN_AFFECTED_MAX])


def _written(matchers: Sequence[Matcher]) -> str:
    return "{" + ", ".join(map(str, matchers)) + "}"
