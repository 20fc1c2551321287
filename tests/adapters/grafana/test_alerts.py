"""Alerts of Grafana's built-in Alertmanager: what is asked, and what comes of the answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from opsloom.model.alerts import Alert, AlertQuery, AlertStatus, Severity
from opsloom.model.errors import NotFoundError, UnexpectedAnswerError
from opsloom.model.page import Page
from opsloom.model.window import Window
from tests.adapters.canned import Routed
from tests.adapters.grafana.asking import ALERTS, NOW, WINDOW, call_at, connected, gettable_alert

HOSTILE = 'x"} or vector(1) or {a="\\\n'


async def search(transport: Routed, settings: dict[str, Any] | None = None, **asked: Any) -> Page[Alert]:
    query = AlertQuery(**{"window": WINDOW, "limit": 50, **asked})
    async with connected(transport, **(settings or {})) as adapter:
        return await adapter.search_alerts(query, call_at())


async def test_an_alert_is_mapped_with_its_rule_values_and_link() -> None:
    (alert,) = (
        await search(Routed({ALERTS: [gettable_alert()]}), {"web_url": "https://g.example.com", "org_id": 3})
    ).rows
    assert str(alert.ref) == "alert:grafana-eu/fe1x2y3z%3A4fd330cae5107462"
    assert (alert.name, alert.service, alert.team) == ("HighErrorRate", "checkout", "payments")
    assert (alert.severity, alert.severity_raw) == (Severity.CRITICAL, "page")
    assert (alert.status, alert.status_raw) == (AlertStatus.FIRING, "active")
    assert alert.starts_at == datetime(2026, 3, 1, 11, 30, tzinfo=UTC)
    assert (alert.ends_at, alert.summary, alert.observed) == (None, "5 % of requests fail", 0.052)
    assert alert.annotations == {"summary": "5 % of requests fail"}
    assert alert.attributes == {
        "rule_uid": "fe1x2y3z",
        "dashboard_uid": "shop-overview",
        "panel_id": "7",
        "values": '{"A":0.052}',
        "receivers": "oncall",
    }
    assert alert.link == "https://g.example.com/alerting/grafana/fe1x2y3z/view?orgId=3"


async def test_silenced_and_inhibited_alerts_are_asked_for_too() -> None:
    transport = Routed({ALERTS: []})
    await search(transport)
    (asked,) = transport.parameters(ALERTS)
    assert dict(asked) == {"active": "true", "silenced": "true", "inhibited": "true"}


async def test_a_silenced_alert_says_by_what_and_a_note_counts_it() -> None:
    status = {"state": "suppressed", "silencedBy": ["s1"], "inhibitedBy": None, "mutedBy": ["night"]}
    page = await search(Routed({ALERTS: [gettable_alert(status=status)]}))
    assert page.rows[0].status is AlertStatus.SUPPRESSED
    assert (page.rows[0].attributes["silenced_by"], page.rows[0].attributes["muted_by"]) == ("s1", "night")
    assert page.notes == ("1 of these alerts are silenced or inhibited: nobody is notified of them",)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("active", AlertStatus.FIRING),
        ("suppressed", AlertStatus.SUPPRESSED),
        ("unprocessed", AlertStatus.PENDING),
        ("quantum", AlertStatus.UNKNOWN),
    ],
)
async def test_each_state_has_a_status_and_keeps_its_own_word(state: str, status: AlertStatus) -> None:
    page = await search(Routed({ALERTS: [gettable_alert(status={"state": state})]}))
    assert [(alert.status, alert.status_raw) for alert in page.rows] == [(status, state)]


async def test_the_end_counts_only_once_it_has_passed() -> None:
    ended = gettable_alert(fingerprint="b", endsAt="2026-03-01T11:59:00Z")
    page = await search(Routed({ALERTS: [gettable_alert(fingerprint="a"), ended]}))
    assert {alert.fingerprint: alert.status for alert in page.rows} == {
        "a": AlertStatus.FIRING,
        "b": AlertStatus.RESOLVED,
    }


@pytest.mark.parametrize(
    ("values", "observed"),
    [('{"A":3}', 3.0), ('{"A":3,"B":1}', None), ("[1]", None), ("no json", None), ('{"A":"x"}', None)],
)
async def test_only_a_single_number_is_what_was_observed(values: str, observed: float | None) -> None:
    page = await search(Routed({ALERTS: [gettable_alert(annotations={"__values__": values})]}))
    assert page.rows[0].observed == observed


async def test_an_alert_without_a_rule_and_with_null_fields_is_no_error() -> None:
    bare = {
        "fingerprint": "f",
        "labels": {},
        "annotations": None,
        "receivers": None,
        "startsAt": "2026-03-01T11:30:00Z",
        "status": {"state": "active", "silencedBy": None},
    }
    (alert,) = (await search(Routed({ALERTS: [bare]}))).rows
    assert (alert.ref.native_id, alert.service, alert.severity, alert.attributes) == (":f", None, Severity.UNKNOWN, {})
    assert alert.link == "http://grafana.test/alerting/list"


async def test_team_and_a_single_service_label_are_filtered_by_grafana_and_a_hostile_value_is_quoted() -> None:
    transport = Routed({ALERTS: []})
    await search(transport, {"service_labels": ["service"]}, service=HOSTILE, team="payments")
    (asked,) = transport.parameters(ALERTS)
    assert asked.get_list("filter") == [r'service="x\"} or vector(1) or {a=\"\\\n"', 'team="payments"']


async def test_with_several_service_labels_the_first_one_present_is_judged_here() -> None:
    alerts = [
        gettable_alert(fingerprint="a", labels={"alertname": "A", "app": "cart", "job": "node"}),
        gettable_alert(fingerprint="b", labels={"alertname": "B", "service": "search", "job": "cart"}),
    ]
    transport = Routed({ALERTS: alerts})
    page = await search(transport, service="cart")
    assert [alert.fingerprint for alert in page.rows] == ["a"]
    assert "filter" not in transport.parameters(ALERTS)[0]


async def test_the_worst_come_first_and_the_rest_is_counted() -> None:
    alerts = [
        gettable_alert(fingerprint="info", labels={"severity": "info"}),
        gettable_alert(fingerprint="old", startsAt="2026-03-01T11:00:00Z"),
        gettable_alert(fingerprint="new", startsAt="2026-03-01T11:50:00Z"),
    ]
    page = await search(Routed({ALERTS: alerts}), limit=2)
    assert [alert.fingerprint for alert in page.rows] == ["new", "old"]
    assert (page.total, page.complete) == (3, False)


async def test_a_past_window_and_pending_alerts_are_noted_as_not_to_be_had() -> None:
    past = Window(start=NOW - timedelta(hours=3), end=NOW - timedelta(hours=2))
    assert "only current alerts" in (await search(Routed({ALERTS: []}), window=past)).notes[0]
    pending = await search(Routed({ALERTS: []}), statuses=frozenset({AlertStatus.PENDING}))
    assert "pending" in pending.notes[0]
    assert (await search(Routed({ALERTS: []}))).notes == ()


async def test_one_alert_is_looked_for_among_those_of_its_rule() -> None:
    transport = Routed({ALERTS: [gettable_alert(fingerprint="other"), gettable_alert()]})
    async with connected(transport) as adapter:
        alert = await adapter.get_alert("fe1x2y3z:4fd330cae5107462", call_at())
        assert alert.fingerprint == "4fd330cae5107462"
        with pytest.raises(NotFoundError, match="no such alert now"):
            await adapter.get_alert("../../etc/passwd", call_at())
    assert transport.parameters(ALERTS)[0]["filter"] == '__alert_rule_uid__="fe1x2y3z"'


@pytest.mark.parametrize("body", [{}, None, [None], [{"fingerprint": "f"}], [gettable_alert(startsAt="soon")]])
async def test_what_is_no_list_of_alerts_is_an_error_and_never_an_empty_page(body: Any) -> None:
    with pytest.raises(UnexpectedAnswerError):
        await search(Routed({ALERTS: body}))
