"""Metrics of Dynatrace: the selectors that are built, and what comes of the answers."""

from datetime import timedelta
from typing import Any

import pytest

from opsloom.adapter_api.contract_kit.fake_provider import FakeProvider
from opsloom.model.errors import InvalidRequestError, NotFoundError, UnsupportedError
from opsloom.model.metrics import Aggregate, MetricCatalogQuery, MetricDescriptor, MetricKind, MetricQuery, Series
from opsloom.model.page import Page
from opsloom.model.window import Window
from opsloom_adapters.dynatrace.selectors import metric_selector
from tests.adapters.dynatrace import environment
from tests.adapters.dynatrace.asking import NOW, WINDOW, asked, call, connected, paths, provider
from tests.adapters.dynatrace.environment import CHECKOUT, millis

KEY = "builtin:service.response.time"
OF_CHECKOUT = 'type("SERVICE"),caseSensitive(entityName.equals("checkout"))'


def answering(*results: dict[str, Any], **said: Any) -> FakeProvider:
    return provider(
        {
            "GET /api/v2/entities": environment.listed("entities", environment.service()),
            "GET /api/v2/metrics": environment.listed(
                "metrics",
                environment.metric(),
                environment.metric("builtin:service.cpu.time", displayName="CPU time", defaultAggregation=None),
            ),
            "GET /api/v2/metrics/query": environment.data(*results, **said),
            f"GET /api/v2/metrics/{KEY}": environment.metric(),
        }
    )


async def query(transport: FakeProvider, **wanted: Any) -> Page[Series]:
    async with connected(transport) as adapter:
        asked_for = {"window": WINDOW, "step_seconds": 60, "limit": 50, **wanted}
        return await adapter.query_metrics(MetricQuery(**asked_for), call())


async def catalogue(transport: FakeProvider, **wanted: Any) -> Page[MetricDescriptor]:
    async with connected(transport) as adapter:
        return await adapter.list_metrics(MetricCatalogQuery(**{"window": WINDOW, "limit": 50, **wanted}), call())


@pytest.mark.parametrize(
    ("aggregate", "group_by", "selector"),
    [
        (None, (), KEY),
        (Aggregate.AVG, (), f"{KEY}:splitBy():avg"),
        (None, ("dt.entity.service",), f'{KEY}:splitBy("dt.entity.service"):auto'),
        (Aggregate.P95, ("a", "b"), f'{KEY}:splitBy("a","b"):percentile(95)'),
        (Aggregate.RATE, (), f"{KEY}:splitBy():sum:rate(1s)"),
    ],
)
def test_aggregate_and_groups_become_transformations(
    aggregate: Aggregate | None, group_by: tuple[str, ...], selector: str
) -> None:
    assert metric_selector(KEY, aggregate, group_by) == selector


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("custom.http5xx_errors", "custom.http5xx_errors"),
        ("custom.5xx_errors", '"custom.5xx_errors"'),
        ('ext:jmx.Agents: Type "APACHE"', '"ext:jmx.Agents: Type ~"APACHE~""'),
        ("builtin:host.cpu.usage:fold(max)", '"builtin:host.cpu.usage:fold(max)"'),
        ("builtin:*", '"builtin:*"'),
        ("a,b", '"a,b"'),
        ("a~b", '"a~~b"'),
    ],
)
def test_a_key_stays_one_key_whatever_it_holds(key: str, written: str) -> None:
    assert metric_selector(key, None, ()) == written


def test_a_hostile_dimension_stays_one_quoted_value() -> None:
    assert metric_selector(KEY, None, ('a"):fold(max',)) == f'{KEY}:splitBy("a~"):fold(max"):auto'


async def test_values_come_with_the_unit_that_dynatrace_tells_and_gaps_stay_gaps() -> None:
    transport = answering(environment.result(KEY, {"dt.entity.service": CHECKOUT, "left": None}))
    page = await query(transport, metric=KEY)
    (series,) = page.rows
    assert (series.metric, series.kind, series.unit) == (KEY, MetricKind.LATENCY, "MicroSecond")
    assert series.labels == {"dt.entity.service": CHECKOUT, "left": ""}
    assert series.points == ((NOW.timestamp() - 120, 1_200.5), (NOW.timestamp(), 1_300))
    assert paths(transport) == [f"GET /metrics/{KEY}", "GET /metrics/query"]
    (asked_for,) = asked(transport, "/query")
    assert (asked_for["metricSelector"], asked_for["resolution"]) == (KEY, "1m")
    assert (asked_for["from"], asked_for["to"]) == (
        str(millis("2026-03-03T07:21:00Z")),
        str(millis("2026-03-03T09:21:00Z")),
    )
    assert "entitySelector" not in asked_for


async def test_a_rate_says_so_in_its_unit() -> None:
    page = await query(answering(environment.result(f"{KEY}:splitBy():sum:rate(1s)")), metric=KEY, aggregate="rate")
    assert page.rows[0].unit == "MicroSecond/s"


async def test_a_service_alone_asks_for_what_tells_how_it_is_in_one_question() -> None:
    transport = answering(
        environment.result("builtin:service.errors.total.rate:splitBy():avg"),
        environment.result("builtin:service.requestCount.total:splitBy():sum:rate(1s)"),
        environment.result("builtin:service.response.time:splitBy():avg"),
    )
    page = await query(transport, service="checkout")
    assert [(one.kind, one.unit, one.service) for one in page.rows] == [
        (MetricKind.ERRORS, "Percent", "checkout"),
        (MetricKind.TRAFFIC, "Count/s", "checkout"),
        (MetricKind.LATENCY, "MicroSecond", "checkout"),
    ]
    (asked_for,) = asked(transport, "/query")
    assert asked_for["entitySelector"] == OF_CHECKOUT
    assert asked_for["metricSelector"].split(",") == [
        "builtin:service.response.time:splitBy():avg",
        "builtin:service.errors.total.rate:splitBy():avg",
        "builtin:service.requestCount.total:splitBy():sum:rate(1s)",
    ]


async def test_an_unknown_service_has_no_values_and_never_those_of_all() -> None:
    transport = answering(environment.result())
    page = await query(transport, service="cart", metric=KEY)
    assert (page.rows, paths(transport)) == ((), ["GET /entities"])


async def test_promql_is_refused_by_name() -> None:
    with pytest.raises(UnsupportedError, match="does not take PromQL"):
        await query(answering(), promql="up")


async def test_a_question_for_nothing_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="give metric or service"):
        await query(answering())


async def test_a_metric_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        await query(answering(), metric="builtin:nothing")


@pytest.mark.parametrize(
    ("step_seconds", "days", "resolution"),
    [(60, 0, "1m"), (90, 0, "2m"), (7_200, 0, "Inf"), (60, 30, "22m")],
)
async def test_a_step_is_asked_for_in_whole_minutes(step_seconds: int, days: int, resolution: str) -> None:
    transport = answering()
    window = Window(start=WINDOW.start - timedelta(days=days), end=NOW)
    await query(transport, metric=KEY, step_seconds=step_seconds, window=window)
    assert asked(transport, "/query")[0]["resolution"] == resolution


@pytest.mark.parametrize(("step", "days"), [(0, 0), (60, 32)])
async def test_steps_and_windows_out_of_bounds_are_refused(step: int, days: int) -> None:
    window = Window(start=WINDOW.start - timedelta(days=days), end=NOW)
    with pytest.raises(InvalidRequestError):
        await query(answering(), metric=KEY, step_seconds=step, window=window)


async def test_coarser_points_and_warnings_are_told() -> None:
    warned = environment.result(warnings=["The dimension key `x` has been referenced, but the metric has no such key."])
    page = await query(answering(warned, resolution="5m"), metric=KEY)
    assert page.notes == (
        "warnings of Dynatrace: 1; some of what was asked may not apply to this metric",
        "Dynatrace has these points 5m apart",
    )


async def test_an_hour_is_an_hour_however_it_is_written() -> None:
    page = await query(answering(environment.result(), resolution="1h"), metric=KEY, step_seconds=3_600)
    assert page.notes == ()


async def test_series_beyond_the_limit_are_cut_and_counted() -> None:
    page = await query(answering(environment.result(), environment.result()), metric=KEY, limit=1)
    assert (len(page.rows), page.total, page.complete) == (1, 2, False)


async def test_the_catalogue_holds_what_was_written_since_the_window_began() -> None:
    transport = answering()
    page = await catalogue(transport, text="cpu")
    assert [(one.name, one.type_raw) for one in page.rows] == [("builtin:service.cpu.time", "")]
    (asked_for,) = asked(transport)
    assert (asked_for["writtenSince"], asked_for["text"]) == (str(millis("2026-03-03T07:21:00Z")), "cpu")
    assert asked_for["fields"] == "+defaultAggregation"


async def test_the_catalogue_of_a_service_holds_the_metrics_of_services_and_says_so() -> None:
    transport = answering()
    page = await catalogue(transport, service="checkout", text="response")
    (one,) = page.rows
    assert (one.service, one.kind, one.unit, one.type_raw) == ("checkout", MetricKind.LATENCY, "MicroSecond", "avg")
    assert "does not tell which metrics a service has" in page.notes[0]
    asked_for = asked(transport, "/metrics")[0]
    assert asked_for["metricSelector"] == "builtin:service.*"
    assert "text" not in asked_for


async def test_the_catalogue_of_an_unknown_service_is_empty() -> None:
    assert (await catalogue(answering(), service="cart")).rows == ()
