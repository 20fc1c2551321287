"""Which PromQL a question about metrics becomes, and what never leaves the adapter."""

from datetime import timedelta
from typing import Any

import pytest

from opsloom.model import limits
from opsloom.model.errors import InvalidRequestError
from opsloom.model.metrics import Aggregate, Series
from opsloom.model.page import Page
from opsloom.model.window import Window
from tests.adapters.prometheus.asking import (
    HOSTILE,
    METADATA,
    NOW,
    QUERY,
    QUERY_RANGE,
    Answering,
    call_at,
    connected,
    matrix,
    metric_query,
    success,
    vector,
)

ONE_LABEL = {"service_labels": ["service"]}


def prometheus(metadata: Any = None) -> Answering:
    return Answering({QUERY_RANGE: matrix(), QUERY: vector(), METADATA: success(metadata or {})})


async def ask(transport: Answering, settings: dict[str, Any] | None = None, **asked: Any) -> Page[Series]:
    async with connected(transport, **(settings or ONE_LABEL)) as adapter:
        return await adapter.query_metrics(metric_query(**asked), call_at())


@pytest.mark.parametrize(
    ("asked", "expression"),
    [
        (
            {"metric": "http_requests_total", "aggregate": Aggregate.RATE, "group_by": ("code",)},
            'sum by (code) (rate(http_requests_total{service="checkout"}[75s]))',
        ),
        (
            {"metric": "http_requests_total", "aggregate": Aggregate.RATE},
            'sum(rate(http_requests_total{service="checkout"}[75s]))',
        ),
        (
            {"metric": "queue_depth", "aggregate": Aggregate.MAX, "group_by": ("shard", "zone")},
            'max by (shard, zone) (queue_depth{service="checkout"})',
        ),
        ({"metric": "queue_depth", "aggregate": Aggregate.AVG}, 'avg(queue_depth{service="checkout"})'),
        (
            {"metric": "latency_seconds", "aggregate": Aggregate.P95, "group_by": ("route",)},
            'histogram_quantile(0.95, sum by (le, route) (rate(latency_seconds_bucket{service="checkout"}[75s])))',
        ),
        (
            {"metric": "latency_seconds_bucket", "aggregate": Aggregate.P50, "group_by": ("le",)},
            'histogram_quantile(0.5, sum by (le) (rate(latency_seconds_bucket{service="checkout"}[75s])))',
        ),
        ({"metric": "queue_depth"}, 'queue_depth{service="checkout"}'),
    ],
)
async def test_a_typed_question_becomes_one_expression(asked: dict[str, Any], expression: str) -> None:
    transport = prometheus()
    page = await ask(transport, service="checkout", **asked)
    assert transport.asked(QUERY_RANGE, "query") == [expression]
    assert page.query == expression


async def test_without_a_service_all_series_are_asked_for() -> None:
    transport = prometheus()
    await ask(transport, metric="up", aggregate=Aggregate.SUM)
    assert transport.asked(QUERY_RANGE, "query") == ["sum(up)"]


async def test_each_service_label_counts_only_for_series_that_lack_those_before_it() -> None:
    transport = prometheus()
    settings = {"service_labels": ["service", "app", "job"]}
    await ask(transport, settings, metric="up", service="cart", aggregate=Aggregate.MIN)
    assert transport.asked(QUERY_RANGE, "query") == [
        'min(up{service="cart"} or up{service="",app="cart"} or up{service="",app="",job="cart"})'
    ]


@pytest.mark.parametrize(
    ("metric", "metadata", "rated"),
    [
        ("jobs", {"jobs": [{"type": "counter", "help": "", "unit": ""}]}, True),
        ("jobs_total", {}, True),
        ("jobs_total", {"jobs_total": [{"type": "gauge"}]}, False),
        ("wait_seconds_count", {"wait_seconds": [{"type": "histogram"}]}, True),
        ("wait_seconds_sum", {"wait_seconds": [{"type": "summary"}]}, True),
        ("thread_count", {}, False),
        ("jobs", {"jobs": [{"type": "gauge"}]}, False),
    ],
)
async def test_a_counter_without_aggregate_is_shown_as_its_rate_and_a_note_says_so(
    metric: str, metadata: Any, rated: bool
) -> None:
    transport = prometheus(metadata)
    page = await ask(transport, metric=metric)
    assert page.query == (f"rate({metric}[75s])" if rated else metric)
    assert any("is a counter" in note for note in page.notes) is rated


async def test_without_a_metadata_endpoint_the_name_decides() -> None:
    transport = Answering({QUERY_RANGE: matrix()})
    assert (await ask(transport, metric="jobs_total")).query == "rate(jobs_total[75s])"


@pytest.mark.parametrize(("step", "scrape", "looks_back"), [(15, 15, 60), (60, 15, 75), (30, 60, 240), (1, 1, 4)])
async def test_rate_looks_back_four_scrapes_at_least_and_leaves_no_gap_between_steps(
    step: int, scrape: int, looks_back: int
) -> None:
    transport = prometheus()
    settings = {**ONE_LABEL, "scrape_interval_seconds": scrape}
    page = await ask(transport, settings, metric="m", aggregate=Aggregate.RATE, step_seconds=step)
    assert page.query == f"sum(rate(m[{looks_back}s]))"


@pytest.mark.parametrize("service", [HOSTILE, "a\nb", "a\\", "\x00\x1f", "--output=/etc/x", "../../etc/passwd"])
async def test_a_hostile_service_stays_inside_one_string(service: str) -> None:
    transport = prometheus()
    await ask(transport, metric="up", service=service, aggregate=Aggregate.SUM)
    (request,) = transport.requests
    assert (request.url.host, request.url.path) == ("prometheus.test", QUERY_RANGE)
    (expression,) = transport.asked(QUERY_RANGE, "query")
    inside = expression.removeprefix('sum(up{service="').removesuffix('"})')
    assert '"' not in inside.replace("\\\\", "").replace('\\"', "")
    assert "\n" not in expression


@pytest.mark.parametrize("name", [HOSTILE, "up{}", "up or vector(1)", "", "1up", "up\n", "--x", "../etc"])
async def test_a_metric_or_label_that_is_no_name_is_refused_before_anything_is_sent(name: str) -> None:
    transport = prometheus()
    with pytest.raises(InvalidRequestError, match="metric must be"):
        await ask(transport, metric=name)
    with pytest.raises(InvalidRequestError, match="group_by must hold"):
        await ask(transport, metric="up", aggregate=Aggregate.SUM, group_by=("code", name))
    assert transport.requests == []


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({}, "either metric or promql"),
        ({"metric": "up", "promql": "up"}, "either metric or promql"),
        ({"promql": "up", "service": "cart"}, "write them into promql"),
        ({"promql": "up", "group_by": ("code",)}, "write them into promql"),
        ({"metric": "up", "group_by": ("code",)}, "avg, sum, min, max, rate, p50"),
        ({"metric": "up", "service": ""}, "service must not be empty"),
        ({"metric": "up", "step_seconds": 0}, "at least 1 s"),
        ({"metric": "up", "step_seconds": -60}, "at least 1 s"),
        ({"metric": "up", "window": Window(start=NOW - timedelta(days=40), end=NOW)}, "up to 31 days"),
        ({"metric": "up", "window": Window(start=NOW, end=NOW)}, "up to 31 days"),
    ],
)
async def test_a_question_that_cannot_be_meant_is_refused_before_a_query_is_sent(
    asked: dict[str, Any], sentence: str
) -> None:
    transport = prometheus()
    with pytest.raises(InvalidRequestError, match=sentence):
        await ask(transport, **asked)
    assert transport.asked(QUERY_RANGE, "query") == []


async def test_a_step_that_gives_too_many_points_is_made_coarser_and_a_note_says_so() -> None:
    transport = prometheus()
    month = Window(start=NOW - timedelta(days=31), end=NOW)
    page = await ask(transport, promql="up", window=month, step_seconds=1)
    (step,) = transport.asked(QUERY_RANGE, "step")
    assert month.seconds / int(step) <= limits.METRIC_FETCH_POINTS_MAX
    assert f"step made coarser, {step} s" in page.notes[0]


@pytest.mark.parametrize("step_seconds", [3_600, 10**12])
async def test_a_step_as_long_as_the_window_asks_for_the_one_value_at_its_end(step_seconds: int) -> None:
    end = NOW.timestamp() - 0.001
    transport = Answering({QUERY: vector({"metric": {"__name__": "up"}, "value": [end, "1"]})})
    page = await ask(transport, promql="up", step_seconds=step_seconds)
    assert [series.points for series in page.rows] == [((end, 1.0),)]
    assert transport.asked(QUERY, "time") == [f"{end:.3f}"]
    assert transport.asked(QUERY, "step") == []


async def test_the_server_is_told_the_window_how_long_it_may_take_and_how_much_is_wanted() -> None:
    transport = prometheus()
    window = Window(start=NOW - timedelta(minutes=5), end=NOW).shifted(0.0004)
    await ask(transport, promql="up", window=window)
    assert transport.asked(QUERY_RANGE, "start") == [f"{NOW.timestamp() - 300 + 0.001:.3f}"]
    assert transport.asked(QUERY_RANGE, "limit") == [str(limits.METRIC_SERIES_MAX + 1)]
    (timeout,) = transport.asked(QUERY_RANGE, "timeout")
    assert 0 < float(timeout) <= 5


async def test_the_link_opens_the_same_graph() -> None:
    page = await ask(prometheus(), {"web_url": "https://prom.example.com/x"}, promql='up{a="b"}')
    assert page.link == (
        "https://prom.example.com/x/graph?g0.expr=up%7Ba%3D%22b%22%7D&g0.range_input=3600s"
        "&g0.end_input=2026-03-01%2012%3A00%3A00&g0.tab=0"
    )
