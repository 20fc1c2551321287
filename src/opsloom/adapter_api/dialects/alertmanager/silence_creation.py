"""Making a silence: what it would hide, the one request, and whether it stands."""

import json
from datetime import timedelta

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.alertmanager import wire
from opsloom.adapter_api.dialects.alertmanager.affected import AffectedAlerts, affected_alerts, counted
from opsloom.adapter_api.dialects.alertmanager.durations import duration_text
from opsloom.adapter_api.dialects.alertmanager.matchers import canonical_matchers, check_matchers, text_of
from opsloom.adapter_api.dialects.alertmanager.silence_records import (
    ACTIVE,
    STANDING,
    matchers_of,
    receipt_of,
    selector,
    services_named_by,
    state_of,
)
from opsloom.adapter_api.dialects.alertmanager.silence_server import SilenceServer
from opsloom.model.changes import (
    ChangePlan,
    Effect,
    ExpireSilence,
    Matcher,
    Observation,
    Order,
    Receipt,
    Sight,
    SilenceAlerts,
)
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import SILENCE_MAX_SECONDS
from opsloom.model.window import format_time


async def plan_creation(server: SilenceServer, change: SilenceAlerts, call: Call) -> ChangePlan:
    """What the silence would hide if it began now.

    ``observed`` is the services, not the alerts, which come and go while an approver reads.

    :raises InvalidRequestError: see :func:`check_creation`.
    """
    check_creation(change)
    matchers = canonical_matchers(change.matchers)
    texts = [text_of(matcher) for matcher in matchers]
    link = server.alerts_link(texts)
    hidden = affected_alerts(await server.client.alerts(call, texts, link=link), server, call)
    equal = [one for one in await server.client.silences(call) if _is_active_with(one, matchers)]
    equal.sort(key=lambda silence: silence.id)
    services = sorted(hidden.services() | services_named_by(matchers, server))
    lasting = duration_text(change.duration_seconds)
    return ChangePlan(
        change=change.model_copy(update={"matchers": matchers}),
        summary=f"Silence alerts that match {selector(matchers)} for {lasting}: "
        f"hides {counted(len(hidden.alerts), 'alert')} now",
        targets=(selector(matchers),),
        services=tuple(services),
        observed=(
            ("services", _listed([*services, *([""] if hidden.without_service() else [])])),
            ("equal_silences", _listed([silence.id for silence in equal])),
        ),
        effects=(*_effects_on(hidden, lasting), *map(_stays, equal)),
        affects=hidden.lines(),
        affected_count=len(hidden.alerts),
        inverse=ExpireSilence(silence=""),
        not_inspected=_not_inspected(hidden, server),
        link=link,
    )


async def apply_creation(server: SilenceServer, change: SilenceAlerts, order: Order, call: Call) -> Receipt:
    """The silence, from now on; the server shows who wanted it, who approved it, and the marker."""
    ends_at = call.now + timedelta(seconds=change.duration_seconds)
    silence = await server.client.create_silence(
        call,
        {
            "matchers": [_postable(matcher) for matcher in change.matchers],
            "startsAt": format_time(call.now),
            "endsAt": format_time(ends_at),
            "createdBy": f"opsloom for {order.requester}",
            "comment": f"{change.comment} {_marked(order)} approved by {order.approver}".strip(),
        },
    )
    return receipt_of(silence, server, ExpireSilence(silence=silence))


async def observe_creation(server: SilenceServer, change: SilenceAlerts, order: Order, call: Call) -> Observation:
    """Present while a silence with the order's marker and matchers is not over.

    A person who edits the matchers of a silence leaves its comment, and so the marker, in another one.
    """
    matchers = canonical_matchers(change.matchers)
    marked = [one for one in await server.client.silences(call) if _marked(order) in one.comment]
    for silence in marked:
        if silence.status.state in STANDING and matchers_of(silence) == matchers:
            receipt = receipt_of(silence.id, server, ExpireSilence(silence=silence.id))
            return Observation(sight=Sight.PRESENT, state=state_of(silence), receipt=receipt)
    newest = max(marked, key=lambda silence: silence.updated_at, default=None)
    return Observation(sight=Sight.ABSENT, state=state_of(newest) if newest else ())


def check_creation(change: SilenceAlerts) -> None:
    """Whether opsloom would make such a silence.

    :raises InvalidRequestError: it would hide everything, lasts too long, or has a matcher that is none.
    """
    if not 0 < change.duration_seconds <= SILENCE_MAX_SECONDS:
        raise InvalidRequestError(f"duration_seconds must be from 1 to {SILENCE_MAX_SECONDS}: a silence must end")
    check_matchers(change.matchers)


def _listed(names: list[str]) -> str:
    return json.dumps(names, ensure_ascii=False)


def _marked(order: Order) -> str:
    return f"[{order.marker}]"


def _postable(matcher: Matcher) -> dict[str, object]:
    return {
        "name": matcher.name,
        "value": matcher.value,
        "isRegex": matcher.is_regex,
        "isEqual": matcher.is_equal,
    }


def _is_active_with(silence: wire.GettableSilence, matchers: tuple[Matcher, ...]) -> bool:
    return silence.status.state == ACTIVE and matchers_of(silence) == matchers


def _effects_on(hidden: AffectedAlerts, lasting: str) -> list[Effect]:
    suppressed = hidden.suppressed()
    sent = counted(len(hidden.alerts) - suppressed, "alert")
    effects = [Effect(what=f"notifications of {sent}", before="sent", after=f"silenced for {lasting}")]
    if suppressed:
        what = f"notifications of {counted(suppressed, 'alert')} silenced or inhibited already"
        effects.append(Effect(what=what, before="suppressed", after=f"silenced for {lasting} too"))
    return effects


def _stays(silence: wire.GettableSilence) -> Effect:
    until = f"active until {format_time(silence.ends_at)}"
    return Effect(what=f"silence {silence.id} with the same matchers", before=until, after="stays beside the new one")


def _not_inspected(hidden: AffectedAlerts, server: SilenceServer) -> tuple[str, ...]:
    unknown = ["Alerts that match and start while the silence lasts: they will be hidden too."]
    if nameless := hidden.without_service():
        labels = ", ".join(server.service_labels)
        unknown.append(f"The services of {counted(nameless, 'alert')} with none of the labels {labels}.")
    return tuple(unknown)
