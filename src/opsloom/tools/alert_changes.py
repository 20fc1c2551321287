"""Acknowledging and silencing alerts."""

import re
from typing import Annotated

from pydantic import Field

from opsloom.adapter_api.writers import AlertAcknowledger, AlertSilencer, AlertUpdater
from opsloom.approval.proposal import Proposal
from opsloom.model.alerts import Alert
from opsloom.model.changes import AcknowledgeAlert, Matcher, SilenceAlerts, UpdateAlert
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import COMMENT_CHARS, SILENCE_MAX_SECONDS
from opsloom.model.refs import Ref, RefKind
from opsloom.model.window import parse_span
from opsloom.providers.operations import GET_ALERT
from opsloom.tools.choosing import At, instance_for
from opsloom.tools.context import ToolContext
from opsloom.tools.records import ref_of_kind
from opsloom.tools.registry import change_tool

_MATCHER = re.compile(r"\s*([^\s=!~]+)\s*(=~|!~|!=|=)\s*\"?(.*?)\"?\s*")


@change_tool(AlertAcknowledger, title="Acknowledge an alert", destructive=False, idempotent=True)
async def acknowledge_alert(
    context: ToolContext,
    alert: Annotated[str, Field(description="ref", max_length=1_000)],
) -> Proposal:
    """Say at its provider that somebody works on an alert."""
    ref = ref_of_kind(alert, RefKind.ALERT, "alert")
    instance = instance_for(context, AlertAcknowledger, ref.instance)
    return Proposal(AcknowledgeAlert(alert=ref.native_id), instance)


@change_tool(AlertUpdater, title="Update an alert", destructive=True, idempotent=False)
async def update_alert(
    context: ToolContext,
    alert: Annotated[str, Field(description="ref", max_length=1_000)],
    comment: Annotated[str | None, Field(description="text to add", max_length=COMMENT_CHARS)] = None,
    snooze: Annotated[str | None, Field(description="30m, 2h; at most 24h", max_length=16)] = None,
    escalate_to: Annotated[str | None, Field(description="person, team, policy or level", max_length=200)] = None,
    close: Annotated[bool, Field(description="end it")] = False,
) -> Proposal:
    """Comment on an alert; or snooze, escalate or close it, with a comment if you like."""
    ref = ref_of_kind(alert, RefKind.ALERT, "alert")
    if sum((snooze is not None, escalate_to is not None, close)) > 1 or not (comment or snooze or escalate_to or close):
        raise InvalidRequestError("give a comment, or one of snooze, escalate_to and close")
    seconds = None if snooze is None else _at_most_a_day(snooze, "snooze")
    change = UpdateAlert(
        alert=ref.native_id, comment=comment, snooze_seconds=seconds, escalate_to=escalate_to, close=close
    )
    return Proposal(change, instance_for(context, AlertUpdater, ref.instance))


@change_tool(AlertSilencer, title="Silence alerts", destructive=True, idempotent=True)
async def silence_alert(
    context: ToolContext,
    duration: Annotated[str, Field(description="30m, 2h; at most 24h", max_length=16)],
    alert: Annotated[str | None, Field(description="ref: silence just this", max_length=1_000)] = None,
    matchers: Annotated[
        list[str] | None, Field(description='or all with these labels: name="value", name=~"regex"', max_length=20)
    ] = None,
    instance: At = None,
) -> Proposal:
    """Stop notifications of alerts for a while; the preview counts what it would hide."""
    seconds = _at_most_a_day(duration, "duration")
    if (alert is None) == (matchers is None or not matchers):
        raise InvalidRequestError("give either alert or matchers")
    if alert is None:
        wanted = tuple(_matcher(text) for text in matchers or ())
        name = instance_for(context, AlertSilencer, instance)
    else:
        ref = ref_of_kind(alert, RefKind.ALERT, "alert")
        wanted = _labels_of(await _alert(context, ref))
        able = {one.name for one in context.hub.capable(AlertSilencer)}
        name = instance_for(context, AlertSilencer, instance or (ref.instance if ref.instance in able else None))
    return Proposal(SilenceAlerts(matchers=wanted, duration_seconds=seconds), name)


def _at_most_a_day(text: str, name: str) -> int:
    seconds = parse_span(text, name)
    if seconds > SILENCE_MAX_SECONDS:
        raise InvalidRequestError(f"{name} may be {SILENCE_MAX_SECONDS // 3_600}h at most")
    return seconds


def _matcher(text: str) -> Matcher:
    match = _MATCHER.fullmatch(text)
    if match is None:
        raise InvalidRequestError('a matcher is written name="value", name!="value", name=~"regex" or name!~"regex"')
    name, operator, value = match.groups()
    return Matcher(name=name, value=value, is_regex="~" in operator, is_equal=not operator.startswith("!"))


async def _alert(context: ToolContext, ref: Ref) -> Alert:
    outcome = await context.hub.fetch(GET_ALERT, ref.instance, ref.native_id)
    context.seen.extend(outcome.evidence)
    if outcome.value is None:
        raise outcome.error or InvalidRequestError("there is no such alert")
    return outcome.value


def _labels_of(alert: Alert) -> tuple[Matcher, ...]:
    if not alert.labels:
        raise InvalidRequestError("this alert has no labels to silence it by; give matchers")
    return tuple(Matcher(name=name, value=value) for name, value in sorted(alert.labels.items()))
