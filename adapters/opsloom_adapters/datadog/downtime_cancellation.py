"""Canceling a downtime: what notifies again, the one request, and whether it is over."""

import re

from opsloom.adapter_api.call import Call
from opsloom.model.changes import (
    ChangePlan,
    Effect,
    ExpireSilence,
    Observation,
    Order,
    Receipt,
    Sight,
    SilenceAlerts,
)
from opsloom.model.errors import ConflictError, InvalidRequestError
from opsloom.model.limits import SILENCE_MAX_SECONDS
from opsloom.model.window import format_time
from opsloom_adapters.datadog import downtime_wire
from opsloom_adapters.datadog.change_client import DatadogChangeClient
from opsloom_adapters.datadog.client import DatadogClient
from opsloom_adapters.datadog.downtime_creation import state_of
from opsloom_adapters.datadog.downtime_target import read_target
from opsloom_adapters.datadog.links import downtimes_link

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_OVER = frozenset({"canceled", "ended"})


async def plan_cancellation(client: DatadogClient, site_url: str, change: ExpireSilence, call: Call) -> ChangePlan:
    """What would be notified again if the downtime ended now.

    :raises InvalidRequestError: it is named by something that is no id, or it is over.
    :raises NotFoundError: there is none.
    """
    downtime = await _read(client, change, call)
    said = downtime.attributes
    target = read_target(said)
    inverse = _inverse_of(said)
    recurs = "recurs" if said.schedule.recurrences else "once"
    return ChangePlan(
        change=change.model_copy(update={"silence": downtime.id}),
        summary=f"Cancel the downtime {downtime.id} of {said.scope}",
        targets=(downtime.id,),
        services=tuple(sorted(target.services)) if target else (),
        observed=_observed(downtime),
        effects=(Effect(what=f"downtime {downtime.id}", before=f"{said.status}, {recurs}", after="canceled"),),
        inverse=inverse,
        irreversible="" if inverse else "Only a person can schedule this downtime again, in Datadog.",
        not_inspected=("Which alerts it mutes now: Datadog tells that for each monitor only.",),
        link=downtimes_link(site_url),
    )


async def apply_cancellation(
    client: DatadogClient,
    changes: DatadogChangeClient,
    site_url: str,
    change: ExpireSilence,
    order: Order,
    call: Call,
) -> Receipt:
    """Look once more, because Datadog takes no condition, and cancel.

    :raises ConflictError: somebody has changed the downtime since the plan.
    """
    if _observed(await client.downtime(call, change.silence)) != order.plan.observed:
        raise ConflictError(
            f"the downtime of {call.instance} has changed since the plan; nothing was changed", instance=call.instance
        )
    await changes.cancel_downtime(call, change.silence)
    return Receipt(native_id=change.silence, link=downtimes_link(site_url), inverse=order.plan.inverse)


async def observe_cancellation(client: DatadogClient, site_url: str, change: ExpireSilence, call: Call) -> Observation:
    """Present once the downtime is over, whoever ended it: canceling leaves no other trace.

    :raises NotFoundError: Datadog has forgotten it, which it does some two days after, or never knew it.
    """
    downtime = await client.downtime(call, change.silence)
    if downtime.attributes.status in _OVER:
        receipt = Receipt(native_id=downtime.id, link=downtimes_link(site_url))
        return Observation(sight=Sight.PRESENT, state=state_of(downtime), receipt=receipt)
    return Observation(sight=Sight.ABSENT, state=state_of(downtime))


async def _read(client: DatadogClient, change: ExpireSilence, call: Call) -> downtime_wire.Downtime:
    if not _UUID.fullmatch(change.silence):
        raise InvalidRequestError("silence must be the id of a downtime, such as 83718756-0187-11ee-8c18-da7ad0900002")
    downtime = await client.downtime(call, change.silence)
    if downtime.attributes.status in _OVER:
        raise InvalidRequestError(
            f"this downtime is {downtime.attributes.status}, there is nothing to end; name one that is active"
        )
    return downtime


def _observed(downtime: downtime_wire.Downtime) -> tuple[tuple[str, str], ...]:
    said = downtime.attributes
    return (("status", said.status), ("modified", format_time(said.modified) if said.modified else ""))


def _inverse_of(said: downtime_wire.DowntimeAttributes) -> SilenceAlerts | None:
    """A downtime as long as this one was meant to be in all; none where opsloom would not make it."""
    target, start, end = read_target(said), said.schedule.start, said.schedule.end
    if target is None or start is None or end is None or said.schedule.recurrences:
        return None
    seconds = round((end - start).total_seconds())
    if not 0 < seconds <= SILENCE_MAX_SECONDS:
        return None
    return SilenceAlerts(matchers=target.matchers, duration_seconds=seconds, comment="scheduled again")
