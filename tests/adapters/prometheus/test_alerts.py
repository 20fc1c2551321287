"""Alerts of alerting rules, from canned replies."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from opsloom.model.alerts import Alert, AlertStatus, Severity
from opsloom.model.errors import NotFoundError, UnavailableError, UnexpectedAnswerError
from opsloom.model.metrics import MetricKind
from opsloom.model.page import Page
from tests.adapters.prometheus.asking import (
    NOW,
    RULES,
    Answering,
    alert_query,
    call_at,
    connected,
    hour_until,
    success,
)

LABELS = {
    "team": "core",
    "severity": "page",
    "service": "prom",
    "job": "prometheus",
    "instance": "127.0.0.1:19090",
    "alertname": "ScrapeUp",
}
FINGERPRINT = "4fd330cae5107462"  # as Alertmanager 0.25 shows it for these labels


def active(state: str = "firing", **said: Any) -> dict[str, Any]:
    return {
        "labels": LABELS,
        "annotations": {"summary": "5 % of requests fail"},
        "state": state,
        "activeAt": "2026-03-01T11:30:00.123456789Z",
        "value": "1e+00",
        **said,
    }


def rule(*alerts: dict[str, Any], **said: Any) -> dict[str, Any]:
    return {
        "type": "alerting",
        "name": "ScrapeUp",
        "query": "up == 1",
        "health": "ok",
        "alerts": list(alerts),
        **said,
    }


def rules(*members: dict[str, Any]) -> Answering:
    return Answering({RULES: success({"groups": [{"name": "g", "rules": list(members)}]})})


async def search(transport: Answering, **asked: Any) -> Page[Alert]:
    async with connected(transport, web_url="https://prom.example.com") as adapter:
        return await adapter.search_alerts(alert_query(**asked), call_at())


async def test_an_active_alert_is_mapped_with_the_condition_of_its_rule() -> None:
    transport = rules(rule(active()))
    (alert,) = (await search(transport)).rows
    assert str(alert.ref) == f"alert:prom-eu/{FINGERPRINT}"
    assert (alert.name, alert.service, alert.team) == ("ScrapeUp", "prom", "core")
    assert (alert.severity, alert.severity_raw) == (Severity.CRITICAL, "page")
    assert alert.starts_at == datetime(2026, 3, 1, 11, 30, 0, 123456, tzinfo=UTC)
    assert alert.ends_at is None
    assert (alert.metric, alert.signal) == ("up", MetricKind.SUCCESS)
    assert (alert.threshold, alert.observed) == (1.0, 1.0)
    assert alert.link == "https://prom.example.com/alerts?search=ScrapeUp"
    assert transport.asked(RULES, "type") == ["alert"]


@pytest.mark.parametrize(
    ("expression", "metric", "threshold", "signal"),
    [
        ("up == 0", "up", 0.0, MetricKind.SUCCESS),
        ('rate(rpc_errors_total{code=~"5..|>9"}[5m]) > 1.5e-1', "rpc_errors_total", 0.15, MetricKind.ERRORS),
        (
            'rate(http_requests_total{code=~"5.."}[5s]) / rate(http_requests_total[5s]) >= 0.05',
            "http_requests_total",
            0.05,
            MetricKind.ERRORS,
        ),
        ('rate(http_requests_total{code=~"5.."}[5m]) < 1', "http_requests_total", 1.0, None),
        ('rate(http_requests_total{code!~"5.."}[5m]) > 1', "http_requests_total", 1.0, None),
        ("rate(http_requests_total{}[5m]) / 2 < -3", "http_requests_total", -3.0, None),
        (
            "histogram_quantile(0.9, sum by (le) (rate(rpc_duration_seconds_bucket[5m]))) > 0.5",
            "rpc_duration_seconds_bucket",
            0.5,
            MetricKind.LATENCY,
        ),
        ("rate(a_total[5m]) / rate(b_total[5m]) > 0.1", None, 0.1, None),
        ("a > 1 and b > 2", None, None, None),
        ("absent(up{})", "up", None, MetricKind.SUCCESS),
        ("a > b", None, None, None),
        ("", None, None, None),
    ],
)
async def test_metric_and_threshold_are_told_only_where_the_expression_leaves_no_doubt(
    expression: str, metric: str | None, threshold: float | None, signal: MetricKind | None
) -> None:
    (alert,) = (await search(rules(rule(active(), query=expression)))).rows
    assert alert.expression == expression
    assert (alert.metric, alert.threshold, alert.signal) == (metric, threshold, signal)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("firing", AlertStatus.FIRING),
        ("pending", AlertStatus.PENDING),
        ("inactive", AlertStatus.RESOLVED),
        ("quantum", AlertStatus.UNKNOWN),
    ],
)
async def test_each_state_has_a_status_and_keeps_its_own_word(state: str, status: AlertStatus) -> None:
    page = await search(rules(rule(active(state))))
    assert [(alert.status, alert.status_raw) for alert in page.rows] == [(status, state)]


@pytest.mark.parametrize(("value", "observed"), [("NaN", None), ("+Inf", None), ("", None), ("many", None)])
async def test_a_value_that_is_no_number_is_not_observed(value: str, observed: None) -> None:
    assert (await search(rules(rule(active(value=value))))).rows[0].observed is observed


async def test_what_is_not_asked_for_is_left_out_and_the_rest_is_counted() -> None:
    info = active(labels={"alertname": "Quiet", "severity": "info"})
    transport = rules(rule(info, active()), rule(active("pending", labels={"alertname": "Maybe"})))
    assert [alert.name for alert in (await search(transport, service="prom")).rows] == ["ScrapeUp"]
    page = await search(transport, limit=1)
    assert [alert.name for alert in page.rows] == ["ScrapeUp"]
    assert (page.total, page.complete) == (3, False)


async def test_a_rule_without_alerts_may_leave_them_out() -> None:
    silent = rule()
    del silent["alerts"]
    page = await search(rules(silent, rule(alerts=None)))
    assert (page.rows, page.notes) == ((), ())


async def test_a_server_without_alerting_rules_is_not_all_clear() -> None:
    recording = {"type": "recording", "name": "job:up:sum", "query": "sum(up)", "health": "err"}
    for transport in (Answering({RULES: success({"groups": []})}), rules(recording)):
        page = await search(transport)
        assert page.notes == ("this server has no alerting rules, so it cannot have alerts",)


async def test_a_partial_answer_of_a_cluster_is_incomplete() -> None:
    page = await search(Answering({RULES: success({"groups": [{"rules": [rule()]}]}, isPartial=True)}))
    assert page.complete is False
    assert "partial" in page.notes[0]


async def test_rules_that_cannot_be_evaluated_are_counted() -> None:
    page = await search(rules(rule(), rule(health="err"), rule(health="unknown")))
    assert page.notes == ("alerting rules that fail to evaluate and so cannot alert: 1 of 3",)


async def test_a_window_in_the_past_or_resolved_alerts_are_noted_as_no_complete_history() -> None:
    past = await search(rules(rule(active())), window=hour_until(NOW - timedelta(hours=2)))
    assert past.rows == ()
    resolved = await search(rules(rule(active())), statuses=frozenset({AlertStatus.RESOLVED}))
    for page in (past, resolved):
        assert "only active alerts" in page.notes[0]


async def test_get_alert_finds_by_fingerprint_and_anything_else_is_not_found() -> None:
    async with connected(rules(rule(active()))) as adapter:
        assert (await adapter.get_alert(FINGERPRINT, call_at())).name == "ScrapeUp"
        with pytest.raises(NotFoundError, match="no such alert now"):
            await adapter.get_alert("../../etc/passwd", call_at())


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (success(None), UnexpectedAnswerError),
        (success({}), UnexpectedAnswerError),
        (success({"groups": None}), UnexpectedAnswerError),
        (success({"groups": [{"rules": [rule(active(activeAt=None))]}]}), UnexpectedAnswerError),
        ([], UnexpectedAnswerError),
        (httpx.Response(500, text="boom"), UnavailableError),
    ],
)
async def test_an_answer_that_is_none_is_an_error_and_never_an_empty_page(reply: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        await search(Answering({RULES: reply}))
