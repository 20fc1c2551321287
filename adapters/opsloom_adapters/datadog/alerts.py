"""AlertReader on Datadog's monitors."""

import re
from collections.abc import Iterator
from datetime import timedelta

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, Gathered, read_pages
from opsloom.model.alerts import Alert, AlertQuery, AlertStatus
from opsloom.model.errors import NotFoundError
from opsloom.model.limits import PRESENT_TOLERANCE_SECONDS
from opsloom.model.page import Page
from opsloom_adapters.datadog import wire
from opsloom_adapters.datadog.alert_mapping import WHOLE, found_alert, read_alert
from opsloom_adapters.datadog.client import DatadogClient
from opsloom_adapters.datadog.links import monitor_link, triggered_link
from opsloom_adapters.datadog.mapping import STATUS_OF_STATE
from opsloom_adapters.datadog.search_syntax import one_of

_PAGE_GROUPS = 200
_TRIGGERED = ("alert", "warn", "no data")
_ID = re.compile(r"([1-9][0-9]{0,17}):(.+)", re.DOTALL)


async def search_alerts(client: DatadogClient, site_url: str, query: AlertQuery, call: Call) -> Page[Alert]:
    """The monitor groups of ``query``, worst first; muted ones are among them."""
    states = _states_of(query)
    if not states:
        wanted = ", ".join(sorted(query.statuses))
        note = f"no monitor of Datadog is ever {wanted}"
        return Page(rows=(), total=0, query="GET /api/v1/monitor/groups/search", notes=(note,))
    asked = one_of("group_status", states)
    link = triggered_link(site_url, asked)
    found = await _find(client, site_url, query, call, asked, link)
    return Page(
        rows=tuple(sorted(found.rows, key=_worst_then_newest)),
        total=len(found.rows) if found.complete else None,
        complete=found.complete,
        query=asked,
        link=link,
        notes=tuple(_notes(query, found, call)),
    )


async def get_alert(client: DatadogClient, site_url: str, native_id: str, call: Call) -> Alert:
    """The group such as ``59586255:host:web-1``, with its monitor's query, threshold and message.

    :raises NotFoundError: there is no such monitor or group, or the id has another form.
    """
    parts = _ID.fullmatch(native_id)
    if parts is None:
        raise NotFoundError(
            f"{call.instance} has no such alert; its ids look like 59586255:host:web-1, a monitor and its group",
            instance=call.instance,
        )
    number, group = int(parts[1]), parts[2]
    link = monitor_link(site_url, number, "" if group in WHOLE else group)
    monitor = await client.monitor(call, number, link=link)
    groups = monitor.state.groups if monitor.state else {}
    state = groups.get(group) or (wire.GroupState() if group in WHOLE else None)
    if state is None:
        raise NotFoundError(
            f"{call.instance}: the monitor has no such group now; Datadog drops a group that sends nothing for long",
            instance=call.instance,
        )
    return read_alert(monitor, group, state, call.instance, site_url)


async def _find(
    client: DatadogClient, site_url: str, query: AlertQuery, call: Call, asked: str, link: str
) -> Gathered[Alert]:
    filtered = query.service or query.team or query.text or query.severity or query.statuses
    page_size = _PAGE_GROUPS if filtered else min(query.limit + 1, _PAGE_GROUPS)

    async def fetch(page: int) -> Fetched[Alert, int]:
        reply = await client.monitor_groups(call, asked, page=page, page_size=page_size, window=query.window, link=link)
        pages = reply.metadata.page_count if reply.metadata else None
        more = page + 1 < pages if pages is not None else len(reply.groups) >= page_size
        alerts = [found_alert(one, call.instance, site_url, query.window.start, query.service) for one in reply.groups]
        return Fetched(alerts, page + 1 if more else None)

    return await read_pages(fetch, 0, limit=query.limit, wanted=lambda alert: _is_wanted(query, alert))


def _is_wanted(query: AlertQuery, alert: Alert) -> bool:
    """The search does not say when a group recovered: one that did counts if it triggered within the window."""
    recovered = alert.status is AlertStatus.RESOLVED
    return query.matches(alert) and not (recovered and alert.starts_at <= query.window.start)


def _states_of(query: AlertQuery) -> tuple[str, ...]:
    """Datadog's states that can mean what is asked for; a triggered group that is muted counts as suppressed."""
    if not query.statuses:
        return _TRIGGERED
    states = [word.lower() for word, status in STATUS_OF_STATE.items() if status in query.statuses]
    if AlertStatus.SUPPRESSED in query.statuses:
        states += [*_TRIGGERED]
    if AlertStatus.UNKNOWN in query.statuses:
        states.append("unknown")
    return tuple(dict.fromkeys(states))


def _worst_then_newest(alert: Alert) -> tuple[int, float]:
    return alert.severity.rank, -alert.starts_at.timestamp()


def _notes(query: AlertQuery, found: Gathered[Alert], call: Call) -> Iterator[str]:
    ends_before_now = query.window.end < call.now - timedelta(seconds=PRESENT_TOLERANCE_SECONDS)
    if ends_before_now or AlertStatus.RESOLVED in query.statuses:
        yield (
            "Datadog tells the present state of monitors: of a past window this shows what is still triggered, "
            "and of what has recovered only what triggered last within the window"
        )
    if not found.complete and len(found.rows) < query.limit:
        yield f"only {found.scanned} monitor groups were read: ask for fewer statuses"
    muted = sum(alert.status is AlertStatus.SUPPRESSED for alert in found.rows)
    if muted:
        yield f"{muted} of these alerts are muted or not evaluated: nobody is notified of them"
