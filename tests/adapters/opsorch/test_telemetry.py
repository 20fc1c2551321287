"""Logs and metrics, from canned replies."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from opsloom.model.errors import InvalidRequestError, UnexpectedAnswerError, UnsupportedError
from opsloom.model.logs import LogQuery, LogSeverity
from opsloom.model.metrics import Aggregate, MetricCatalogQuery, MetricQuery
from opsloom.model.window import Window
from tests.adapters.opsorch.asking import NOW, WINDOW, Core, call_at, connected
from tests.adapters.opsorch.replies import METRIC, log_entry, logs, series

LOGS, METRICS, DESCRIBE = "POST /logs/query", "POST /metrics/query", "GET /metrics/describe"


async def search_logs(core: Core, settings: Any = None, **asked: Any) -> Any:
    async with connected(core, **(settings or {})) as adapter:
        return await adapter.search_logs(LogQuery(**{"window": WINDOW, "limit": 10, **asked}), call_at())


async def metrics(core: Core, **asked: Any) -> Any:
    question = {"window": WINDOW, "step_seconds": 60, "limit": 10, "metric": "http_requests_total", **asked}
    async with connected(core) as adapter:
        return await adapter.query_metrics(MetricQuery(**question), call_at())


async def test_a_log_entry_is_mapped() -> None:
    page = await search_logs(Core({LOGS: logs(log_entry())}))
    (entry,) = page.rows
    assert entry.at == datetime(2026, 3, 3, 9, 5, tzinfo=UTC)
    assert (entry.severity, entry.severity_raw, entry.service) == (LogSeverity.ERROR, "error", "checkout")
    assert (entry.message, entry.trace_id) == ("timed out after 1200 ms", "4bf92f35")
    assert entry.attributes == {"traceId": "4bf92f35", "status": "504", "env": "prod"}
    assert page.link == "https://logs.example.com/stream"


async def test_the_question_names_window_service_text_and_severities() -> None:
    core = Core({LOGS: logs()})
    await search_logs(core, text="timed out", service="checkout", severity=LogSeverity.ERROR)
    assert core.body() == {
        "start": "2026-03-03T07:20:00Z",
        "end": "2026-03-03T09:20:00Z",
        "expression": {
            "search": "timed out",
            "severityIn": ["error", "err", "critical", "fatal", "emergency", "alert"],
        },
        "limit": 500,
        "scope": {"service": "checkout"},
    }


@pytest.mark.parametrize(
    "text", ["status:500", "a OR b", "NOT x", "x AND", '"a"', "a -b", "*", "a\nb", "[x]", " a", "naïve)", "x | drop"]
)
async def test_a_text_that_is_a_query_somewhere_is_searched_by_us(text: str) -> None:
    core = Core({LOGS: logs(log_entry(f"said {text} there"), log_entry("other"))})
    page = await search_logs(core, text=text)
    assert core.body()["expression"] == {}
    assert len(page.rows) == 1
    assert "was not asked for this text" in page.notes[0]


@pytest.mark.parametrize("text", ["timeout", "connection refused", "ORDER NOTED", "naïve 42"])
async def test_a_text_that_means_itself_is_searched_by_the_provider(text: str) -> None:
    core = Core({LOGS: logs()})
    page = await search_logs(core, text=text)
    assert core.body()["expression"] == {"search": text}
    assert page.notes == ()


async def test_entries_without_a_severity_are_not_lost_to_a_low_minimum() -> None:
    core = Core({LOGS: logs(log_entry(severity=""), log_entry(severity="debug"))})
    page = await search_logs(core, severity=LogSeverity.INFO)
    assert core.body()["expression"] == {}
    assert [entry.severity for entry in page.rows] == [LogSeverity.UNKNOWN]


async def test_entries_come_newest_first_and_are_checked_again() -> None:
    late = "2026-03-03T09:15:00Z"
    core = Core({LOGS: logs(log_entry("a"), log_entry("b", timestamp=late), log_entry("c", service="search"))})
    page = await search_logs(core, service="checkout")
    assert [entry.message for entry in page.rows] == ["b", "a"]


async def test_as_many_entries_as_were_asked_for_may_lack_the_newest() -> None:
    page = await search_logs(Core({LOGS: logs(log_entry("a"), log_entry("b"))}), {"most_log_entries": 2})
    assert (page.complete, page.total) == (False, None)
    assert "they may be the newest" in page.notes[0]


async def test_earlier_versions_send_the_list_alone() -> None:
    assert len((await search_logs(Core({LOGS: [log_entry()]}))).rows) == 1
    assert (await search_logs(Core({LOGS: None}))).rows == ()
    assert (await search_logs(Core({LOGS: {"entries": None}}))).rows == ()
    with pytest.raises(UnexpectedAnswerError):
        await search_logs(Core({LOGS: {"url": "https://logs.example.com"}}))


async def test_metrics_are_listed_by_name() -> None:
    core = Core({DESCRIBE: {"metrics": [METRIC, {**METRIC, "name": "queue_depth"}]}})
    async with connected(core) as adapter:
        page = await adapter.list_metrics(MetricCatalogQuery(window=WINDOW, text="QUEUE", limit=10), call_at())
        narrowed = await adapter.list_metrics(MetricCatalogQuery(window=WINDOW, service="a&b", limit=1), call_at())
    assert [(one.name, one.unit, one.type_raw) for one in page.rows] == [("queue_depth", "requests", "counter")]
    assert (len(narrowed.rows), narrowed.complete, narrowed.total) == (1, False, 2)
    assert "is not told" in narrowed.notes[0]
    assert dict(core.requests[1].url.params) == {"service": "a&b"}


async def test_no_metrics_are_none() -> None:
    async with connected(Core({DESCRIBE: {"metrics": None}})) as adapter:
        query = MetricCatalogQuery(window=WINDOW, limit=10)
        assert (await adapter.list_metrics(query, call_at())).rows == ()


async def test_a_metric_is_asked_for_as_opsorch_writes_it() -> None:
    core = Core({METRICS: [series(1.0, 2.0)]})
    page = await metrics(core, aggregate=Aggregate.SUM, group_by=("method",), service="checkout")
    assert core.body() == {
        "start": "2026-03-03T07:20:00Z",
        "end": "2026-03-03T09:20:00Z",
        "step": 60,
        "expression": {"metricName": "http_requests_total", "aggregation": "sum", "groupBy": ["method"]},
        "scope": {"service": "checkout"},
    }
    (row,) = page.rows
    start = datetime(2026, 3, 3, 9, tzinfo=UTC).timestamp()
    assert row.points == ((start, 1.0), (start + 60, 2.0))
    assert (row.service, row.labels) == ("checkout", {"method": "POST", "code": "500"})
    assert (page.link, page.notes) == ("https://metrics.example.com/graph", ())


async def test_series_of_other_services_are_left_out_and_unnamed_ones_are_told() -> None:
    page = await metrics(
        Core({METRICS: [series(1.0), series(2.0, service="search"), series(3.0, service="")]}), service="checkout"
    )
    assert [row.points[0][1] for row in page.rows] == [1.0, 3.0]
    assert "name no service" in page.notes[0]


async def test_points_outside_of_the_window_and_without_order_are_put_right() -> None:
    early = {"timestamp": "2026-03-03T01:00:00Z", "value": 9.0}
    one = series(1.0, 2.0)
    page = await metrics(Core({METRICS: [{**one, "points": [*one["points"][::-1], early]}, series(points=None)]}))
    assert [[value for _, value in row.points] for row in page.rows] == [[1.0, 2.0], []]


async def test_a_step_is_widened_for_a_long_window() -> None:
    core = Core({METRICS: []})
    page = await metrics(core, window=Window(start=NOW - timedelta(days=7), end=NOW))
    assert core.body()["step"] == 303
    assert page.notes == ("the step is 303 s instead of 60 s",)


async def test_what_opsorch_cannot_be_asked_is_refused() -> None:
    core = Core({METRICS: []})
    for asked in ({"metric": None, "service": "checkout"}, {"metric": None, "promql": "up"}):
        with pytest.raises(InvalidRequestError, match="one metric by its name"):
            await metrics(core, **asked)
    with pytest.raises(UnsupportedError, match="it has avg, max, min, sum"):
        await metrics(core, aggregate=Aggregate.P95)
    assert core.asked == []
