"""Ending a silence: who is notified again, the one request, and whether it is over."""

import re
from collections.abc import Sequence

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.alertmanager import wire
from opsloom.adapter_api.dialects.alertmanager.affected import affected_alerts, counted
from opsloom.adapter_api.dialects.alertmanager.durations import duration_text
from opsloom.adapter_api.dialects.alertmanager.matchers import text_of
from opsloom.adapter_api.dialects.alertmanager.silence_creation import check_creation
from opsloom.adapter_api.dialects.alertmanager.silence_records import (
    EXPIRED,
    matchers_of,
    receipt_of,
    selector,
    services_named_by,
    state_of,
)
from opsloom.adapter_api.dialects.alertmanager.silence_server import SilenceServer
from opsloom.model.changes import ChangePlan, Effect, ExpireSilence, Observation, Receipt, Sight, SilenceAlerts
from opsloom.model.errors import InvalidRequestError
from opsloom.model.window import format_time

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


async def plan_expiry(server: SilenceServer, change: ExpireSilence, call: Call) -> ChangePlan:
    """What would be notified again if the silence ended now.

    :raises InvalidRequestError: the silence is named by something that is no id, or it is over.
    :raises NotFoundError: there is none.
    """
    if not _UUID.fullmatch(change.silence):
        raise InvalidRequestError(
            "silence must be the id of a silence, such as 849b84ba-e62a-4b7e-8431-46aa34332a33; "
            "a silenced alert names those that hide it in silenced_by"
        )
    link = server.silence_link(change.silence)
    silence = await server.client.silence(call, change.silence, link=link)
    if silence.status.state == EXPIRED:
        raise InvalidRequestError(
            f"this silence expired at {format_time(silence.ends_at)}, there is nothing to end; "
            "name one that is active or pending"
        )
    matchers = matchers_of(silence)
    matching = await server.client.alerts(call, [text_of(matcher) for matcher in matchers])
    hidden = [alert for alert in matching if silence.id in alert.status.silenced_by]
    affected = affected_alerts(hidden, server, call)
    inverse, irreversible = _inverse_of(silence, server.vendor)
    return ChangePlan(
        change=change.model_copy(update={"silence": silence.id}),
        summary=f"End the silence {silence.id} of {selector(matchers)}: it hides {counted(len(hidden), 'alert')} now",
        targets=(silence.id,),
        services=tuple(sorted(affected.services() | services_named_by(matchers, server))),
        observed=observed_of(silence),
        effects=(_ends(silence), *_effects_on(hidden)),
        affects=affected.lines(),
        affected_count=len(hidden),
        inverse=inverse,
        irreversible=irreversible,
        link=link,
    )


async def apply_expiry(server: SilenceServer, change: ExpireSilence, call: Call) -> Receipt:
    await server.client.expire_silence(call, change.silence)
    return receipt_of(change.silence, server)


async def observe_expiry(server: SilenceServer, change: ExpireSilence, call: Call) -> Observation:
    """Present once the silence is over, whoever ended it: a request to end one leaves no other trace.

    :raises NotFoundError: the server has forgotten it, or never knew it.
    """
    silence = await server.client.silence(call, change.silence)
    if silence.status.state == EXPIRED:
        receipt = receipt_of(silence.id, server)
        return Observation(sight=Sight.PRESENT, state=state_of(silence), receipt=receipt)
    return Observation(sight=Sight.ABSENT, state=state_of(silence))


def observed_of(silence: wire.GettableSilence) -> tuple[tuple[str, str], ...]:
    """What the plan to end it depends on."""
    return ("state", silence.status.state), ("updated_at", format_time(silence.updated_at))


def _inverse_of(silence: wire.GettableSilence, vendor: str) -> tuple[SilenceAlerts | None, str]:
    """A silence as long as this one was meant to be in all: what is left of it is another figure every second."""
    seconds = max(1, round((silence.ends_at - silence.starts_at).total_seconds()))
    inverse = SilenceAlerts(
        matchers=matchers_of(silence),
        duration_seconds=seconds,
        comment=f"again what silence {silence.id} hid, for its whole {duration_text(seconds)}",
    )
    try:
        check_creation(inverse)
    except InvalidRequestError as refused:
        return None, f"Only a person can make this silence again, in {vendor}: {refused}."
    return inverse, ""


def _ends(silence: wire.GettableSilence) -> Effect:
    until = f"{silence.status.state} until {format_time(silence.ends_at)}"
    said = f"{until}, made by {silence.created_by}: {silence.comment}"
    return Effect(what=f"silence {silence.id}", before=said, after=EXPIRED)


def _effects_on(hidden: Sequence[wire.GettableAlert]) -> list[Effect]:
    still = sum(_is_suppressed_otherwise(alert.status) for alert in hidden)
    sent = counted(len(hidden) - still, "alert")
    effects = [Effect(what=f"notifications of {sent}", before="silenced", after="sent")]
    if still:
        what = f"notifications of {counted(still, 'alert')} silenced or inhibited otherwise too"
        effects.append(Effect(what=what, before="suppressed", after="suppressed"))
    return effects


def _is_suppressed_otherwise(status: wire.AlertState) -> bool:
    return len(status.silenced_by) > 1 or bool(status.inhibited_by or status.muted_by)
