"""Alerts from monitor groups."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from opsloom.model.alerts import Alert, AlertQuery, AlertStatus, Severity
from opsloom.model.errors import NotFoundError
from opsloom.model.page import Page
from tests.adapters.datadog.asking import WINDOW, Datadog, call_at, connected
from tests.adapters.datadog.vendor import TRIGGERED_TS, monitor, monitor_group, monitor_groups

SEARCH = "GET /api/v1/monitor/groups/search"
TRIGGERED = 'group_status:(alert OR warn OR "no data")'


async def search(transport: Datadog, **asked: Any) -> Page[Alert]:
    async with connected(transport) as adapter:
        return await adapter.search_alerts(AlertQuery(**{"window": WINDOW, "limit": 50, **asked}), call_at())


async def get(said: dict[str, Any], native_id: str) -> Alert:
    async with connected(Datadog({"GET /api/v1/monitor/59586255": said})) as adapter:
        return await adapter.get_alert(native_id, call_at())


async def test_the_triggered_groups_are_asked_for_and_linked() -> None:
    transport = Datadog({SEARCH: monitor_groups(monitor_group())})
    page = await search(transport)
    assert dict(transport.requests[0].url.params) == {"query": TRIGGERED, "page": "0", "per_page": "51"}
    assert page.query == TRIGGERED
    assert page.link == (
        "https://app.datadoghq.com/monitors/triggered?q=group_status%3A%28alert%20OR%20warn%20OR%20%22no%20data%22%29"
    )
    alert = page.rows[0]
    assert (alert.ref.native_id, alert.status, alert.status_raw) == (
        "59586255:env:prod,host:web-1", AlertStatus.FIRING, "Alert",
    )  # fmt: skip
    assert (alert.service, alert.team) == ("checkout", "payments")
    assert alert.labels == {"monitor_id": "59586255", "env": "prod", "host": "web-1"}
    assert alert.annotations == {"service": "checkout", "team": "payments"}
    assert alert.starts_at == datetime.fromtimestamp(TRIGGERED_TS, UTC)
    assert alert.link == "https://app.datadoghq.com/monitors/59586255?group=env%3Aprod%2Chost%3Aweb-1"


async def test_both_keys_are_sent_and_the_one_for_changes_is_not() -> None:
    transport = Datadog({SEARCH: monitor_groups(monitor_group())})
    await search(transport)
    headers = transport.requests[0].headers
    assert (headers["dd-api-key"], headers["dd-application-key"]) == ("secret-of-API", "secret-of-APP")
    assert "authorization" not in headers


@pytest.mark.parametrize(
    ("said", "status", "severity", "raw"),
    [
        ({"status": "Warn"}, AlertStatus.FIRING, Severity.WARNING, "Warn"),
        ({"status": "No Data"}, AlertStatus.FIRING, Severity.UNKNOWN, "No Data"),
        ({"status": "Alert", "priority": 2}, AlertStatus.FIRING, Severity.ERROR, "P2"),
        ({"status": "Alert", "muted": True}, AlertStatus.SUPPRESSED, Severity.CRITICAL, "Alert"),
        ({"status": "OK", "muted": True}, AlertStatus.RESOLVED, Severity.UNKNOWN, "OK"),
    ],
)
async def test_state_muting_and_priority_become_status_and_severity(
    said: dict[str, Any], status: AlertStatus, severity: Severity, raw: str
) -> None:
    alert = (await search(Datadog({SEARCH: monitor_groups(monitor_group(**said))}))).rows[0]
    assert (alert.status, alert.severity, alert.severity_raw) == (status, severity, raw)


async def test_muted_alerts_are_shown_and_counted_in_a_note() -> None:
    page = await search(Datadog({SEARCH: monitor_groups(monitor_group(muted=True))}))
    assert page.notes == ("1 of these alerts are muted or not evaluated: nobody is notified of them",)


async def test_service_team_and_text_are_filtered_here_and_the_tag_of_the_group_counts_first() -> None:
    by_group = monitor_group(group="service:cart", group_tags=["service:cart"])
    replies = {SEARCH: monitor_groups(monitor_group(), by_group)}
    assert [row.service for row in (await search(Datadog(replies), service="cart")).rows] == ["cart"]
    assert [row.service for row in (await search(Datadog(replies), service="checkout")).rows] == ["checkout"]
    assert (await search(Datadog(replies), service="nobody")).rows == ()
    assert (await search(Datadog(replies), team="search")).rows == ()
    assert len((await search(Datadog(replies), text="ERROR RATE")).rows) == 2


async def test_a_monitor_of_several_services_is_found_by_each() -> None:
    shared = monitor_group(all_tags=["service:checkout", "service:cart"])
    page = await search(Datadog({SEARCH: monitor_groups(shared)}), service="cart")
    assert [row.service for row in page.rows] == ["cart"]


async def test_pages_are_followed_until_the_limit_and_no_further() -> None:
    rows = [monitor_group(group=f"host:{n}", group_tags=[f"host:{n}"]) for n in range(4)]
    transport = Datadog({SEARCH: [monitor_groups(*rows[:2], pages=3), monitor_groups(*rows[2:], pages=3)]})
    page = await search(transport, limit=3)
    assert [request.url.params["page"] for request in transport.requests] == ["0", "1"]
    assert (len(page.rows), page.complete, page.total) == (3, False, None)


async def test_the_worst_and_then_the_newest_come_first() -> None:
    older = monitor_group(group="host:a", last_triggered_ts=TRIGGERED_TS - 600)
    mild = monitor_group(group="host:b", status="Warn")
    page = await search(Datadog({SEARCH: monitor_groups(mild, older, monitor_group(group="host:c"))}))
    assert [row.fingerprint.partition(":")[2] for row in page.rows] == ["host:c", "host:a", "host:b"]


@pytest.mark.parametrize(
    ("status", "query"),
    [
        (AlertStatus.FIRING, TRIGGERED),
        (AlertStatus.RESOLVED, "group_status:(ok)"),
        (AlertStatus.SUPPRESSED, 'group_status:(ignored OR skipped OR alert OR warn OR "no data")'),
        (AlertStatus.UNKNOWN, "group_status:(unknown)"),
    ],
)
async def test_a_status_becomes_the_states_that_can_mean_it(status: AlertStatus, query: str) -> None:
    transport = Datadog({SEARCH: monitor_groups()})
    await search(transport, statuses=frozenset({status}))
    assert transport.requests[0].url.params["query"] == query


async def test_a_status_that_no_monitor_has_is_said_without_asking() -> None:
    transport = Datadog({})
    page = await search(transport, statuses=frozenset({AlertStatus.ACKNOWLEDGED}))
    assert (page.rows, page.notes) == ((), ("no monitor of Datadog is ever acknowledged",))
    assert transport.asked == []


async def test_what_recovered_counts_only_if_it_triggered_within_the_window() -> None:
    recovered = [
        monitor_group(status="OK"),
        monitor_group(group="host:old", status="OK", last_triggered_ts=TRIGGERED_TS - 90_000),
        monitor_group(group="host:never", status="OK", last_triggered_ts=None),
    ]
    page = await search(Datadog({SEARCH: monitor_groups(*recovered)}), statuses=frozenset({AlertStatus.RESOLVED}))
    assert [row.fingerprint for row in page.rows] == ["59586255:env:prod,host:web-1"]
    assert "present state of monitors" in page.notes[0]


async def test_a_past_window_is_said_to_show_the_present() -> None:
    past = WINDOW.shifted(-timedelta(days=1).total_seconds())
    page = await search(Datadog({SEARCH: monitor_groups(monitor_group())}), window=past)
    assert page.rows == ()
    assert "present state of monitors" in page.notes[0]


async def test_a_group_without_times_counts_from_the_start_of_the_window() -> None:
    page = await search(Datadog({SEARCH: monitor_groups(monitor_group(last_triggered_ts=None))}))
    assert page.rows[0].starts_at == WINDOW.start


async def test_one_alert_is_one_request_and_tells_query_and_threshold() -> None:
    alert = await get(monitor(), "59586255:env:prod,host:web-1")
    assert alert.expression == "avg(last_5m):sum:trace.http.errors{service:checkout} by {env,host} > 5"
    assert (alert.threshold, alert.summary, alert.status) == (5.0, "Errors on {{host.name}}", AlertStatus.FIRING)


async def test_a_warning_is_over_the_warning_threshold_and_a_recovered_group_has_an_end() -> None:
    state = {"status": "Warn", "last_triggered_ts": TRIGGERED_TS}
    said = monitor(state={"groups": {"host:a": state, "host:b": {**state, "status": "OK", "last_resolved_ts": 5}}})
    assert (await get(said, "59586255:host:a")).threshold == 2.0
    assert (await get(said, "59586255:host:b")).ends_at == datetime.fromtimestamp(5, UTC)


@pytest.mark.parametrize(
    "muting",
    [
        {"matching_downtimes": [{"id": 7, "scope": ["*"], "groups": ["total"]}]},
        {"options": {"silenced": {"env:prod,host:web-1": None}}},
        {"options": {"silenced": {"*": 1772532000}}},
    ],
)
async def test_a_downtime_of_the_group_or_of_all_suppresses(muting: dict[str, Any]) -> None:
    assert (await get(monitor(**muting), "59586255:env:prod,host:web-1")).status is AlertStatus.SUPPRESSED


async def test_a_downtime_of_another_group_does_not_suppress() -> None:
    other = {"matching_downtimes": [{"id": 7, "scope": ["host:x"], "groups": ["host:x"]}]}
    assert (await get(monitor(**other), "59586255:env:prod,host:web-1")).status is AlertStatus.FIRING


async def test_a_monitor_that_is_not_broken_down_has_one_alert() -> None:
    alert = await get(monitor(state={"groups": {}}), "59586255:total")
    assert (alert.status, alert.labels) == (AlertStatus.FIRING, {"monitor_id": "59586255"})
    assert alert.starts_at == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    assert alert.link == "https://app.datadoghq.com/monitors/59586255"


@pytest.mark.parametrize("native_id", ["59586255", "59586255:host:gone", "../admin:x", "x:y"])
async def test_no_such_group_is_not_found(native_id: str) -> None:
    with pytest.raises(NotFoundError):
        await get(monitor(), native_id)
