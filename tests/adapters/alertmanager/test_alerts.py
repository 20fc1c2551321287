"""Alerts of Alertmanager from canned replies: what is asked, and what comes of the answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from opsloom.model.alerts import Alert, AlertStatus, Severity
from opsloom.model.errors import NotFoundError, UnavailableError, UnexpectedAnswerError
from opsloom.model.page import Page
from opsloom.model.window import Window
from opsloom_adapters.alertmanager.config import AlertmanagerConfig
from tests.adapters.alertmanager.asking import (
    INSTANCE,
    NOW,
    URL,
    Answering,
    alert_query,
    call_at,
    connected,
    gettable_alert,
)

HOSTILE = 'x"} or vector(1) or {a="\\\n--output=/etc/x'


NOT_ALERTS: list[Any] = [{}, None, "x", [None], [{"fingerprint": "f"}], [gettable_alert(startsAt="soon")]]
_NO_SETTINGS: dict[str, Any] = {}


async def search(transport: Answering, settings: dict[str, Any] = _NO_SETTINGS, **asked: Any) -> Page[Alert]:
    async with connected(transport, **settings) as adapter:
        return await adapter.search_alerts(alert_query(**asked), call_at())


async def test_an_alert_is_mapped_with_its_labels_times_and_link() -> None:
    page = await search(Answering([gettable_alert()]), {"web_url": "https://alerts.example.com"})
    (alert,) = page.rows
    assert str(alert.ref) == f"alert:{INSTANCE}/4fd330cae5107462"
    assert (alert.name, alert.service, alert.team) == ("HighErrorRate", "checkout", "payments")
    assert (alert.severity, alert.severity_raw) == (Severity.CRITICAL, "page")
    assert (alert.status, alert.status_raw) == (AlertStatus.FIRING, "active")
    assert alert.summary == "5 % of requests fail"
    assert alert.starts_at == datetime(2026, 3, 1, 11, 30, 0, 123456, tzinfo=UTC)
    assert alert.attributes == {
        "receivers": "oncall",
        "generator_url": "http://prometheus.test/graph?g0.expr=up",
    }
    assert alert.link is not None
    assert alert.link.startswith("https://alerts.example.com/#/alerts?")
    assert "alertname%3D%22HighErrorRate%22" in alert.link


async def test_nothing_is_hidden_by_the_request() -> None:
    transport = Answering([])
    await search(transport)
    (request,) = transport.requests
    shown = ("active", "silenced", "inhibited", "unprocessed")
    assert {name: request.url.params[name] for name in shown} == dict.fromkeys(shown, "true")


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
    page = await search(Answering([gettable_alert(status={"state": state})]))
    assert [(alert.status, alert.status_raw) for alert in page.rows] == [(status, state)]


async def test_a_suppressed_alert_says_by_what_and_a_note_says_that_nobody_is_notified() -> None:
    status = {"state": "suppressed", "silencedBy": ["s1", "s2"], "inhibitedBy": ["f3"], "mutedBy": None}
    page = await search(Answering([gettable_alert(status=status), gettable_alert(fingerprint="b")]))
    suppressed = next(alert for alert in page.rows if alert.status is AlertStatus.SUPPRESSED)
    assert suppressed.attributes["silenced_by"] == "s1, s2"
    assert suppressed.attributes["inhibited_by"] == "f3"
    assert page.notes == ("1 of these alerts are silenced or inhibited: nobody is notified of them",)


async def test_the_end_counts_only_once_it_has_passed() -> None:
    running = gettable_alert(fingerprint="a", endsAt="2026-03-01T12:00:01Z")
    ended = gettable_alert(fingerprint="b", endsAt="2026-03-01T11:59:00Z")
    never = gettable_alert(fingerprint="c", endsAt="0001-01-01T00:00:00Z")
    page = await search(Answering([running, ended, never]))
    assert {alert.fingerprint: (alert.status, alert.ends_at) for alert in page.rows} == {
        "a": (AlertStatus.FIRING, None),
        "b": (AlertStatus.RESOLVED, NOW - timedelta(minutes=1)),
        "c": (AlertStatus.FIRING, None),
    }


async def test_missing_and_null_fields_are_no_error() -> None:
    bare = {
        "fingerprint": "f",
        "labels": {},
        "annotations": None,
        "startsAt": "2026-03-01T11:30:00Z",
        "status": {"state": "active", "silencedBy": None},
    }
    page = await search(Answering([bare]))
    (alert,) = page.rows
    assert (alert.name, alert.service, alert.severity) == ("", None, Severity.UNKNOWN)
    assert alert.attributes == {}


async def test_a_generator_that_is_no_web_address_is_left_out() -> None:
    page = await search(Answering([gettable_alert(generatorURL="javascript:alert(1)")]))
    assert "generator_url" not in page.rows[0].attributes


async def test_the_first_service_label_that_is_there_names_the_service() -> None:
    alerts = [
        gettable_alert(fingerprint="a", labels={"alertname": "A", "app": "cart", "job": "node"}),
        gettable_alert(fingerprint="b", labels={"alertname": "B", "job": "cart"}),
        gettable_alert(fingerprint="c", labels={"alertname": "C", "service": "search", "job": "cart"}),
    ]
    transport = Answering(alerts)
    page = await search(transport, service="cart")
    assert {alert.fingerprint for alert in page.rows} == {"a", "b"}
    assert "filter" not in transport.requests[0].url.params  # it has no "or" between labels


async def test_severity_service_and_team_come_from_the_labels_of_the_settings() -> None:
    labels = {"alertname": "A", "component": "cart", "level": "warn", "squad": "shop"}
    settings = {"service_labels": ["component"], "severity_label": "level", "team_label": "squad"}
    page = await search(Answering([gettable_alert(labels=labels)]), settings)
    (alert,) = page.rows
    assert (alert.service, alert.severity, alert.team) == ("cart", Severity.WARNING, "shop")


async def test_team_and_a_single_service_label_are_filtered_by_alertmanager() -> None:
    transport = Answering([])
    page = await search(transport, {"service_labels": ["service"]}, service="checkout", team="payments")
    filters = transport.requests[0].url.params.get_list("filter")
    assert filters == ['service="checkout"', 'team="payments"']
    assert page.query == 'alerts {service="checkout", team="payments"}'


async def test_a_hostile_value_stays_one_quoted_value() -> None:
    transport = Answering([])
    await search(transport, {"service_labels": ["service"]}, service=HOSTILE)
    (request,) = transport.requests
    escaped = r'service="x\"} or vector(1) or {a=\"\\\n--output=/etc/x"'
    assert request.url.params.get_list("filter") == [escaped]
    assert (request.url.host, request.url.path) == ("alertmanager.test", "/api/v2/alerts")
    assert len(request.url.params.multi_items()) == 5


async def test_the_worst_and_newest_come_first_and_the_rest_is_counted() -> None:
    alerts = [
        gettable_alert(fingerprint="info", labels={"severity": "info"}),
        gettable_alert(fingerprint="old", startsAt="2026-03-01T11:00:00Z"),
        gettable_alert(fingerprint="new", startsAt="2026-03-01T11:50:00Z"),
    ]
    page = await search(Answering(alerts), limit=2)
    assert [alert.fingerprint for alert in page.rows] == ["new", "old"]
    assert (page.total, page.complete) == (3, False)


async def test_a_window_in_the_past_is_noted_as_no_complete_history() -> None:
    past = Window(start=NOW - timedelta(hours=3), end=NOW - timedelta(hours=2))
    page = await search(Answering([gettable_alert()]), window=past)
    assert page.rows == ()
    assert "only current alerts" in page.notes[0]


async def test_a_window_up_to_now_has_no_such_note_unless_resolved_alerts_are_wanted() -> None:
    assert (await search(Answering([]))).notes == ()
    resolved = await search(Answering([]), statuses=frozenset({AlertStatus.RESOLVED}))
    assert "only current alerts" in resolved.notes[0]


async def test_get_alert_finds_by_fingerprint_and_anything_else_is_not_found() -> None:
    transport = Answering([gettable_alert(fingerprint="other"), gettable_alert()])
    async with connected(transport) as adapter:
        alert = await adapter.get_alert("4fd330cae5107462", call_at())
        assert alert.ref.native_id == "4fd330cae5107462"
        with pytest.raises(NotFoundError, match="no such alert now"):
            await adapter.get_alert("../../etc/passwd", call_at())
    assert {request.url.path for request in transport.requests} == {"/api/v2/alerts"}


@pytest.mark.parametrize("body", NOT_ALERTS)
async def test_an_answer_of_another_shape_is_an_error_and_never_an_empty_page(body: Any) -> None:
    with pytest.raises(UnexpectedAnswerError, match="not as its API promises"):
        await search(Answering(body))


async def test_a_failing_alertmanager_is_unavailable() -> None:
    with pytest.raises(UnavailableError):
        await search(Answering("broken", status=500))


async def test_the_answer_is_captured_with_its_link() -> None:
    call = call_at()
    async with connected(Answering([])) as adapter:
        page = await adapter.search_alerts(alert_query(), call)
    (exchange,) = call.exchanges
    assert (exchange.url, exchange.body) == (f"{URL}/api/v2/alerts", b"[]")
    # Alertmanager was not asked for a window, so the evidence does not claim one.
    assert (exchange.window, exchange.link) == (None, page.link)


async def test_the_probe_tells_version_and_time() -> None:
    status = {"versionInfo": {"version": "0.25.0"}, "cluster": {"status": "disabled"}}
    async with connected(Answering(status)) as adapter:
        probe = await adapter.probe(call_at())
    assert (probe.version, probe.server_time) == ("0.25.0", NOW)


def test_a_label_name_that_is_none_is_refused_with_the_settings() -> None:
    settings = {"adapter": "alertmanager", "base_url": URL, "team_label": 'x="y"'}
    with pytest.raises(ValidationError, match="team_label"):
        AlertmanagerConfig.model_validate(settings)
