"""Scheduling a downtime: what it would mute, the one request, and whether it stands."""

import json
from collections.abc import Sequence
from datetime import timedelta

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, Gathered, read_pages
from opsloom.model.alerts import Alert, AlertStatus
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
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import PLAN_AFFECTED_MAX, PROVIDER_ROWS_MAX, SILENCE_MAX_SECONDS
from opsloom.model.window import format_time
from opsloom_adapters.datadog import downtime_wire, wire
from opsloom_adapters.datadog.alert_mapping import found_alert
from opsloom_adapters.datadog.change_client import DatadogChangeClient
from opsloom_adapters.datadog.client import DatadogClient
from opsloom_adapters.datadog.downtime_target import DowntimeTarget, target_of
from opsloom_adapters.datadog.links import downtimes_link, triggered_link
from opsloom_adapters.datadog.marks import mark_of, signed
from opsloom_adapters.datadog.search_syntax import one_of

_PAGE_ROWS = 100
_TRIGGERED = one_of("group_status", ("alert", "warn", "no data"))


async def plan_downtime(client: DatadogClient, site_url: str, change: SilenceAlerts, call: Call) -> ChangePlan:
    """What the downtime would mute if it began now.

    ``observed`` is the services, not the alerts, which come and go while an approver reads.

    :raises InvalidRequestError: it lasts too long, or Datadog cannot express the matchers.
    """
    if not 0 < change.duration_seconds <= SILENCE_MAX_SECONDS:
        raise InvalidRequestError(f"duration_seconds must be from 1 to {SILENCE_MAX_SECONDS}: a downtime must end")
    target = target_of(change.matchers)
    triggered = await _triggered(client, target, site_url, call)
    muted = sorted(triggered.rows, key=lambda alert: (alert.severity.rank, alert.name, alert.fingerprint))
    equal = sorted(one.id for one in await current_downtimes(client, call) if target.is_of(one.attributes))
    services = sorted(target.services | {alert.service for alert in muted if alert.service})
    hours = f"{change.duration_seconds} s"
    return ChangePlan(
        change=change.model_copy(update={"matchers": target.matchers}),
        summary=f"Schedule a downtime of {hours} from now on for {target.text}: mutes {_counted(muted)} now",
        targets=(target.text,),
        services=tuple(services),
        observed=(("services", json.dumps(services)), ("equal_downtimes", json.dumps(equal))),
        effects=(
            Effect(what=f"notifications of {_counted(muted)}", before=_sent(muted), after=f"muted for {hours}"),
            *(Effect(what=f"downtime {one} of the same scope", before="active", after="active") for one in equal),
        ),
        affects=tuple(f"{alert.name} ({alert.fingerprint})" for alert in muted[:PLAN_AFFECTED_MAX]),
        affected_count=len(muted),
        inverse=ExpireSilence(silence=""),
        not_inspected=_not_inspected(triggered),
        link=triggered_link(site_url, _TRIGGERED),
    )


async def apply_downtime(
    changes: DatadogChangeClient, site_url: str, change: SilenceAlerts, order: Order, call: Call
) -> Receipt:
    """The downtime, from now on: without a start it begins when Datadog makes it."""
    target = target_of(change.matchers)
    ends_at = call.now + timedelta(seconds=change.duration_seconds)
    made = await changes.create_downtime(
        call,
        {
            "scope": target.scope,
            "monitor_identifier": target.identifier,
            "schedule": {"end": format_time(ends_at)},
            "message": signed(change.comment, order),
        },
    )
    return receipt_of(made.id, site_url)


async def observe_downtime(
    client: DatadogClient, site_url: str, change: SilenceAlerts, order: Order, call: Call
) -> Observation:
    """Present while a downtime with the order's marker mutes what was asked for."""
    target = target_of(change.matchers)
    marked = [one for one in await current_downtimes(client, call) if mark_of(order) in one.attributes.message]
    for one in marked:
        if target.is_of(one.attributes):
            return Observation(sight=Sight.PRESENT, state=state_of(one), receipt=receipt_of(one.id, site_url))
    return Observation(sight=Sight.ABSENT, state=state_of(marked[0]) if marked else ())


async def current_downtimes(client: DatadogClient, call: Call) -> tuple[downtime_wire.Downtime, ...]:
    """Those that are active now."""

    async def fetch(offset: int) -> Fetched[downtime_wire.Downtime, int]:
        rows = await client.downtimes(call, offset=offset, page_size=_PAGE_ROWS, current_only=True)
        return Fetched(rows, offset + len(rows) if len(rows) >= _PAGE_ROWS else None)

    return (await read_pages(fetch, 0, limit=PROVIDER_ROWS_MAX)).rows


def receipt_of(downtime: str, site_url: str) -> Receipt:
    """What was made, and what ends it."""
    return Receipt(native_id=downtime, link=downtimes_link(site_url), inverse=ExpireSilence(silence=downtime))


def state_of(downtime: downtime_wire.Downtime) -> tuple[tuple[str, str], ...]:
    """What an observation tells of a downtime."""
    said = downtime.attributes
    ends = ("ends_at", format_time(said.schedule.end)) if said.schedule.end else ("ends_at", "never")
    return (("downtime", downtime.id), ("status", said.status), ("scope", said.scope), ends)


async def _triggered(client: DatadogClient, target: DowntimeTarget, site_url: str, call: Call) -> Gathered[Alert]:
    async def fetch(page: int) -> Fetched[wire.MonitorGroup, int]:
        reply = await client.monitor_groups(call, _TRIGGERED, page=page, page_size=_PAGE_ROWS)
        return Fetched(reply.groups, page + 1 if len(reply.groups) >= _PAGE_ROWS else None)

    found = await read_pages(fetch, 0, limit=PROVIDER_ROWS_MAX, wanted=target.mutes)
    alerts = tuple(found_alert(one, call.instance, site_url, call.now) for one in found.rows)
    return Gathered(alerts, found.complete, found.scanned)


def _counted(alerts: Sequence[Alert]) -> str:
    return "1 alert" if len(alerts) == 1 else f"{len(alerts)} alerts"


def _sent(alerts: Sequence[Alert]) -> str:
    muted = sum(alert.status is AlertStatus.SUPPRESSED for alert in alerts)
    return f"sent, but of {muted} muted already" if muted else "sent"


def _not_inspected(triggered: Gathered[Alert]) -> tuple[str, ...]:
    unknown = ["Alerts that match and trigger while the downtime lasts: they will be muted too."]
    if not triggered.complete:
        unknown.append(f"Triggered monitor groups beyond the first {triggered.scanned}.")
    return tuple(unknown)
