"""Metrics: questions, answers, and which there are."""

from datetime import timedelta
from typing import Any

import pytest

from opsloom.model.errors import InvalidRequestError, OpsloomError, UnexpectedAnswerError, UnsupportedError
from opsloom.model.metrics import Aggregate, MetricCatalogQuery, MetricDescriptor, MetricKind, MetricQuery, Series
from opsloom.model.page import Page
from opsloom.model.window import Window
from tests.adapters.datadog.asking import HOSTILE, NOW, WINDOW, Datadog, call_at, connected
from tests.adapters.datadog.vendor import metrics, timeseries

QUERY = "POST /api/v2/query/timeseries"
LIST = "GET /api/v2/metrics"
AT_MS = 1772528400000
ONE = timeseries({"group_tags": [], "query_index": 0, "unit": None}, times=[AT_MS], values=[[1.5]])


async def values(transport: Datadog, **asked: Any) -> Page[Series]:
    query = MetricQuery(**{"window": WINDOW, "step_seconds": 60, "limit": 5, **asked})
    async with connected(transport) as adapter:
        return await adapter.query_metrics(query, call_at())


async def names(transport: Datadog, **asked: Any) -> Page[MetricDescriptor]:
    query = MetricCatalogQuery(**{"window": WINDOW, "limit": 5, **asked})
    async with connected(transport) as adapter:
        return await adapter.list_metrics(query, call_at())


async def test_a_typed_question_becomes_one_query_with_its_window_step_and_limit() -> None:
    transport = Datadog({QUERY: ONE})
    page = await values(
        transport, metric="system.cpu.user", service="checkout", aggregate=Aggregate.MAX, group_by=("host", "env")
    )
    assert transport.bodies[0]["data"]["attributes"] == {
        "from": AT_MS - 39 * 60_000,
        "to": AT_MS + 21 * 60_000,
        "interval": 60_000,
        "queries": [
            {
                "data_source": "metrics",
                "name": "a",
                "query": "max:system.cpu.user{service:checkout} by {host,env}",
            }
        ],
        "formulas": [{"formula": "a", "limit": {"count": 6, "order": "desc"}}],
    }
    assert page.query == "max:system.cpu.user{service:checkout} by {host,env}"
    assert page.link == (
        "https://app.datadoghq.com/metric/explorer?from_ts=1772526060000&to_ts=1772529660000&live=false"
        "&exp_row_type=metric&exp_metric=system.cpu.user&exp_scope=service%3Acheckout&exp_agg=max&exp_group=host%2Cenv"
    )
    assert page.notes == ()


@pytest.mark.parametrize(
    ("asked", "query"),
    [
        ({}, "avg:requests{*}"),
        ({"aggregate": Aggregate.RATE}, "sum:requests{*}.as_rate()"),
        ({"aggregate": Aggregate.P95, "group_by": ("host",)}, "p95:requests{*} by {host}"),
        ({"service": "Checkout"}, "avg:requests{service:checkout}"),
    ],
)
async def test_aggregates_are_written_as_datadog_writes_them(asked: dict[str, Any], query: str) -> None:
    assert (await values(Datadog({QUERY: ONE}), metric="requests", **asked)).query == query


async def test_without_an_aggregate_the_average_is_said() -> None:
    assert "averages" in (await values(Datadog({QUERY: ONE}), metric="requests")).notes[0]


async def test_series_keep_tags_and_units_and_leave_out_what_is_missing_or_outside() -> None:
    reply = timeseries(
        {"group_tags": ["host:a"], "query_index": 0, "unit": [{"name": "byte"}, {"name": "second"}]},
        {"group_tags": ["host:b"], "query_index": 0, "unit": None},
        times=[AT_MS - 86_400_000, AT_MS, AT_MS + 60_000, AT_MS + 1_260_000],
        values=[[9, 1.5, None, 9], [None, None, None, 9]],
    )
    page = await values(Datadog({QUERY: reply}), metric="net.bytes", group_by=("host",))
    series = page.rows[0]
    assert len(page.rows) == 1
    assert (series.labels, series.unit, series.points) == ({"host": "a"}, "byte/second", ((AT_MS / 1_000, 1.5),))


async def test_more_series_than_wanted_are_cut_and_said() -> None:
    heads = [{"group_tags": [f"host:{n}"], "query_index": 0, "unit": None} for n in range(6)]
    page = await values(Datadog({QUERY: timeseries(*heads, times=[AT_MS], values=[[1]] * 6)}), metric="requests")
    assert (len(page.rows), page.complete, page.total) == (5, False, None)


async def test_a_service_alone_gives_what_apm_counts_of_it() -> None:
    heads = [{"group_tags": [], "query_index": n, "unit": None} for n in range(3)]
    transport = Datadog({QUERY: timeseries(*heads, times=[AT_MS], values=[[10], [1], [0.2]])})
    page = await values(transport, service="checkout")
    asked = transport.bodies[0]["data"]["attributes"]["queries"]
    assert [(one["data_source"], one["stat"], one["service"]) for one in asked] == [
        ("apm_metrics", "hits_per_second", "checkout"),
        ("apm_metrics", "errors_per_second", "checkout"),
        ("apm_metrics", "latency_p95", "checkout"),
    ]
    assert [row.kind for row in page.rows] == [MetricKind.TRAFFIC, MetricKind.ERRORS, MetricKind.LATENCY]
    assert page.link == (
        "https://app.datadoghq.com/apm/entity/service%3Acheckout?start=1772526060000&end=1772529660000&paused=true"
    )


async def test_a_service_that_apm_does_not_know_is_empty_and_said() -> None:
    page = await values(Datadog({QUERY: timeseries(times=[], values=[])}), service="nobody")
    assert (page.rows, len(page.notes)) == ((), 1)


@pytest.mark.parametrize("reply", [{"errors": "Query failed"}, {}, {"data": None}])
async def test_an_error_with_status_200_is_no_empty_answer(reply: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedAnswerError):
        await values(Datadog({QUERY: reply}), metric="requests")


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"promql": "up"}, UnsupportedError),
        ({}, InvalidRequestError),
        ({"metric": HOSTILE}, InvalidRequestError),
        ({"metric": "requests", "service": HOSTILE}, InvalidRequestError),
        ({"metric": "requests", "service": "*"}, InvalidRequestError),
        ({"metric": "requests", "group_by": ("host}",)}, InvalidRequestError),
        ({"service": "checkout", "aggregate": Aggregate.SUM}, InvalidRequestError),
    ],
)
async def test_what_cannot_be_asked_is_refused_before_a_request(
    asked: dict[str, Any], error: type[OpsloomError]
) -> None:
    transport = Datadog({})
    with pytest.raises(error):
        await values(transport, **asked)
    assert transport.asked == []


async def test_metrics_are_listed_by_service_since_the_start_of_the_window() -> None:
    transport = Datadog({LIST: metrics("a.b", "c.d")})
    page = await names(transport, service="checkout")
    assert dict(transport.requests[0].url.params) == {
        "window[seconds]": "3600", "filter[tags]": "service:checkout", "page[size]": "6",
    }  # fmt: skip
    assert [(row.name, row.service) for row in page.rows] == [("a.b", "checkout"), ("c.d", "checkout")]
    assert page.complete


async def test_a_text_is_searched_over_all_pages() -> None:
    transport = Datadog({LIST: [metrics("system.cpu.user", after="next"), metrics("trace.HTTP.errors")]})
    page = await names(transport, text="http")
    assert [request.url.params.get("page[cursor]") for request in transport.requests] == [None, "next"]
    assert transport.requests[0].url.params["page[size]"] == "10000"
    assert [row.name for row in page.rows] == ["trace.HTTP.errors"]


async def test_a_window_beyond_thirty_days_is_cut_and_said() -> None:
    transport = Datadog({LIST: metrics("a.b")})
    page = await names(transport, window=Window(start=NOW - timedelta(days=60), end=NOW))
    assert transport.requests[0].url.params["window[seconds]"] == "2592000"
    assert page.notes == ("Datadog lists metrics of the last 30 days only",)
