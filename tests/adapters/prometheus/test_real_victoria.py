"""Against VictoriaMetrics, which speaks the same API in its own way."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from opsloom.model.errors import InvalidRequestError
from opsloom.model.metrics import Aggregate, MetricKind
from opsloom.model.window import Window
from tests.adapters.prometheus.asking import HOSTILE, alert_query, call_at, catalog_query, connected, metric_query
from tests.bed.victoria import ERRORS_PER_STEP, REQUESTS_PER_STEP, STEP_SECONDS


def last_minutes(bed: Any, minutes: int = 5) -> Window:
    """Up to where the samples end."""
    return Window(start=bed.started_at - timedelta(minutes=minutes), end=bed.started_at)


def question(bed: Any, **asked: Any) -> Any:
    return metric_query(**{"window": last_minutes(bed), "step_seconds": 60, **asked})


async def test_it_answers_and_need_not_tell_its_version(bed: Any) -> None:
    async with connected(base_url=bed.victoria.url) as adapter:
        assert (await adapter.probe(call_at(datetime.now(UTC)))).server_time is not None


async def test_a_rate_is_that_of_the_counter(bed: Any) -> None:
    asked = question(bed, metric="http_requests_total", service="checkout", aggregate=Aggregate.RATE)
    async with connected(base_url=bed.victoria.url, scrape_interval_seconds=STEP_SECONDS) as adapter:
        (series,) = (await adapter.query_metrics(asked, call_at())).rows
    assert series.service == "checkout"
    assert len(series.points) == 5
    assert {round(value, 3) for _, value in series.points} == {REQUESTS_PER_STEP / STEP_SECONDS}


async def test_series_are_grouped_by_label(bed: Any) -> None:
    asked = question(
        bed, metric="http_requests_total", service="checkout", aggregate=Aggregate.RATE, group_by=("code",)
    )
    async with connected(base_url=bed.victoria.url, scrape_interval_seconds=STEP_SECONDS) as adapter:
        page = await adapter.query_metrics(asked, call_at())
    rates = {series.labels["code"]: round(series.points[-1][1], 3) for series in page.rows}
    assert rates == {"200": (REQUESTS_PER_STEP - ERRORS_PER_STEP) / STEP_SECONDS, "500": ERRORS_PER_STEP / STEP_SECONDS}


async def test_a_quantile_of_a_histogram(bed: Any) -> None:
    asked = question(bed, metric="http_request_duration_seconds", service="checkout", aggregate=Aggregate.P90)
    async with connected(base_url=bed.victoria.url, scrape_interval_seconds=STEP_SECONDS) as adapter:
        (series,) = (await adapter.query_metrics(asked, call_at())).rows
    assert {round(value, 2) for _, value in series.points} == {0.5}


async def test_the_metrics_of_a_service_alone_are_its_golden_signals(bed: Any) -> None:
    asked = question(bed, service="checkout")
    async with connected(base_url=bed.victoria.url, scrape_interval_seconds=STEP_SECONDS) as adapter:
        page = await adapter.query_metrics(asked, call_at())
    by_kind = {series.kind: series for series in page.rows}
    assert {MetricKind.TRAFFIC, MetricKind.ERRORS, MetricKind.LATENCY} <= set(by_kind)
    assert round(by_kind[MetricKind.ERRORS].points[-1][1], 3) == ERRORS_PER_STEP / REQUESTS_PER_STEP


async def test_what_exists_is_listed_by_service_and_text(bed: Any) -> None:
    async with connected(base_url=bed.victoria.url) as adapter:
        asked = catalog_query(window=last_minutes(bed), service="payments", text="REQUESTS")
        page = await adapter.list_metrics(asked, call_at())
        nobody = await adapter.list_metrics(catalog_query(window=last_minutes(bed), service=HOSTILE), call_at())
    assert [metric.name for metric in page.rows] == ["http_requests_total"]
    assert nobody.rows == ()


async def test_promql_that_it_refuses_comes_back_with_its_reason(bed: Any) -> None:
    async with connected(base_url=bed.victoria.url) as adapter:
        with pytest.raises(InvalidRequestError, match="promql"):
            await adapter.query_metrics(question(bed, promql="up{"), call_at())


async def test_a_server_without_rules_says_that_it_cannot_have_alerts(bed: Any) -> None:
    async with connected(base_url=bed.victoria.url) as adapter:
        page = await adapter.search_alerts(alert_query(), call_at())
    assert page.rows == ()
    assert "this server has no alerting rules, so it cannot have alerts" in page.notes
