"""Metrics of a Prometheus data source: what is asked through Grafana, and what comes of the answer."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from opsloom.model.errors import InvalidRequestError, UnavailableError, UnexpectedAnswerError
from opsloom.model.metrics import Aggregate, MetricCatalogQuery, MetricDescriptor, MetricKind, MetricQuery, Series
from opsloom.model.page import Page
from tests.adapters.canned import Routed
from tests.adapters.grafana.asking import END_MS, PROMETHEUS, START_MS, WINDOW, call_at, connected, matrix, success

RANGE = f"{PROMETHEUS}/query_range"
INSTANT = f"{PROMETHEUS}/query"
NAMES = f"{PROMETHEUS}/label/__name__/values"
LABELS = f"{PROMETHEUS}/labels"
METADATA = f"{PROMETHEUS}/metadata"
START, END = START_MS // 1_000, END_MS // 1_000
HOSTILE = 'x"} or vector(1) or {a="\\\n'
ONE_LABEL = {"service_labels": ["service"]}


async def ask(transport: Routed, settings: dict[str, Any] | None = None, **asked: Any) -> Page[Series]:
    query = MetricQuery(**{"window": WINDOW, "step_seconds": 60, "limit": 50, **asked})
    async with connected(transport, **(settings or {})) as adapter:
        return await adapter.query_metrics(query, call_at())


async def sent_for(settings: dict[str, Any] | None = None, **asked: Any) -> str:
    transport = Routed({RANGE: matrix(), METADATA: success({})})
    await ask(transport, settings, **asked)
    return transport.parameters(RANGE)[0]["query"]


async def catalog(transport: Routed, **asked: Any) -> Page[MetricDescriptor]:
    query = MetricCatalogQuery(**{"window": WINDOW, "limit": 50, **asked})
    async with connected(transport, **ONE_LABEL) as adapter:
        return await adapter.list_metrics(query, call_at())


@pytest.mark.parametrize(
    ("asked", "expression"),
    [
        ({"metric": "jobs"}, "jobs"),
        ({"metric": "jobs", "service": "cart"}, 'jobs{service="cart"}'),
        ({"metric": "jobs", "aggregate": Aggregate.MAX, "group_by": ("pod",)}, "max by (pod) (jobs)"),
        ({"metric": "x_total", "aggregate": Aggregate.RATE}, "sum(rate(x_total[75s]))"),
        ({"metric": "x_total"}, "rate(x_total[75s])"),
        ({"metric": "x_total", "step_seconds": 15}, "rate(x_total[60s])"),
        (
            {"metric": "wait_seconds", "service": "cart", "aggregate": Aggregate.P95},
            'histogram_quantile(0.95, sum by (le) (rate(wait_seconds_bucket{service="cart"}[75s])))',
        ),
        ({"promql": "up == 0"}, "up == 0"),
    ],
)
async def test_a_typed_question_becomes_promql(asked: dict[str, Any], expression: str) -> None:
    assert await sent_for(ONE_LABEL, **asked) == expression


async def test_a_series_belongs_to_the_first_service_label_that_it_has() -> None:
    sent = await sent_for({"service_labels": ["service", "app"]}, metric="jobs", service="cart")
    assert sent == 'jobs{service="cart"} or jobs{service="",app="cart"}'


async def test_a_hostile_service_stays_one_quoted_literal() -> None:
    sent = await sent_for(ONE_LABEL, metric="jobs", service=HOSTILE)
    assert sent == r'jobs{service="x\"} or vector(1) or {a=\"\\\n"}'


async def test_values_are_points_within_the_window_with_unit_and_kind() -> None:
    labels = {"__name__": "queue_lag_seconds", "service": "cart", "pod": "a"}
    values = [[START - 60, "1"], [START, "2"], [START + 60, "NaN"], [END - 60, "3.5"], [END, "4"]]
    transport = Routed({RANGE: matrix((labels, values)), METADATA: success({})})
    page = await ask(transport, metric="queue_lag_seconds")
    (series,) = page.rows
    assert series.points == ((START, 2.0), (END - 60, 3.5))
    assert (series.metric, series.service, series.labels) == (
        "queue_lag_seconds",
        "cart",
        {"service": "cart", "pod": "a"},
    )
    assert (series.unit, series.kind) == ("seconds", MetricKind.SATURATION)
    (asked,) = transport.parameters(RANGE)
    assert (asked["start"], asked["end"], asked["step"]) == (f"{START}.000", f"{END}.000", "60")


async def test_the_link_opens_explore_with_exactly_the_expression_and_the_window() -> None:
    transport = Routed({RANGE: matrix(), METADATA: success({})})
    page = await ask(transport, {"org_id": 2, "web_url": "https://g.example.com/sub"}, promql='up{a="é&b"}')
    assert page.link is not None
    parts = urlsplit(page.link)
    asked = parse_qs(parts.query)
    assert (parts.netloc, parts.path) == ("g.example.com", "/sub/explore")
    assert (asked["orgId"], asked["schemaVersion"]) == (["2"], ["1"])
    (pane,) = json.loads(asked["panes"][0]).values()
    assert pane["datasource"] == "prom-eu"
    assert [query["expr"] for query in pane["queries"]] == ['up{a="é&b"}'] == [page.query]
    assert pane["queries"][0]["datasource"] == {"type": "prometheus", "uid": "prom-eu"}
    assert pane["range"] == {"from": str(START_MS), "to": str(END_MS)}


async def test_a_step_as_long_as_the_window_asks_for_the_one_value_at_its_end() -> None:
    value = {"metric": {"__name__": "jobs"}, "value": [END - 0.001, "7"]}
    transport = Routed({INSTANT: success({"resultType": "vector", "result": [value]}), METADATA: success({})})
    page = await ask(transport, metric="jobs", step_seconds=3_600)
    assert page.rows[0].points == ((END - 0.001, 7.0),)
    assert transport.parameters(INSTANT)[0]["time"] == f"{END - 1}.999"


async def test_a_counter_by_its_metadata_is_shown_as_a_rate_with_a_note() -> None:
    known = success({"hits": [{"type": "counter", "help": "", "unit": ""}]})
    transport = Routed({RANGE: matrix(({}, [[START, "1"]])), METADATA: known})
    page = await ask(transport, metric="hits")
    assert page.query == "rate(hits[75s])"
    assert (page.rows[0].metric, page.rows[0].unit) == ("hits", "1/s")
    assert page.notes == ("the metric is a counter, so its rate per second is shown",)


async def test_more_series_than_asked_for_are_cut_which_is_said() -> None:
    many = matrix(*(({"pod": str(number)}, [[START, "1"]]) for number in range(3)))
    transport = Routed({RANGE: many})
    page = await ask(transport, promql="x", limit=2)
    assert (len(page.rows), page.total, page.complete) == (2, None, False)
    assert transport.parameters(RANGE)[0]["limit"] == "3"


async def test_warnings_make_an_answer_incomplete_and_too_fine_a_step_is_noted() -> None:
    transport = Routed({RANGE: {**matrix(), "warnings": ["partial"]}})
    page = await ask(transport, promql="x", step_seconds=1)
    assert not page.complete
    assert [note.partition(":")[0] for note in page.notes] == ["step made coarser, 2 s", "warnings of the data source"]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"metric": "a", "promql": "b"},
        {"metric": "a b"},
        {"metric": "a", "group_by": ("pod",)},
        {"metric": "a", "aggregate": Aggregate.SUM, "group_by": ("p}",)},
        {"metric": "a", "service": ""},
        {"promql": "a", "service": "cart"},
        {"service": "cart", "aggregate": Aggregate.SUM},
        {"metric": "a", "step_seconds": 0},
    ],
    ids=repr,
)
async def test_a_question_that_makes_no_sense_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError):
        await ask(Routed({METADATA: success({})}), **asked)


async def test_promql_that_prometheus_refuses_is_one_to_correct_with_its_reason_quoted() -> None:
    said = '{"status":"error","errorType":"bad_data","error":"parse error: unexpected end of input"}'
    with pytest.raises(InvalidRequestError, match="refuses this promql") as refused:
        await ask(Routed({RANGE: httpx.Response(400, text=said)}), promql="sum(")
    assert "unexpected end" in refused.value.upstream


async def test_a_refusal_of_grafana_itself_is_not_blamed_on_the_promql() -> None:
    said = {"message": "Authentication to data source failed"}
    with pytest.raises(UnexpectedAnswerError):
        await ask(Routed({RANGE: httpx.Response(400, json=said)}), promql="up")


@pytest.mark.parametrize(
    "body", [{"status": "error", "error": "x"}, {"status": "success"}, success({"resultType": "streams", "result": []})]
)
async def test_an_error_in_an_answer_of_success_is_an_error(body: Any) -> None:
    with pytest.raises(UnexpectedAnswerError):
        await ask(Routed({RANGE: body}), promql="up")


async def test_metrics_are_listed_by_name_with_their_metadata() -> None:
    known = success({"jobs": [{"type": "gauge", "help": "Waiting jobs.", "unit": ""}]})
    transport = Routed({NAMES: success(["up", "jobs", "Jobs_total"]), METADATA: known})
    page = await catalog(transport, service="cart", text="jobs", limit=1)
    assert [row.name for row in page.rows] == ["Jobs_total"]
    assert (page.total, page.complete) == (2, False)
    (asked,) = transport.parameters(NAMES)
    assert asked["match[]"] == '{service="cart",__name__=~"(?i).*jobs.*"}'
    assert (await catalog(transport, text="jobs")).rows[1].help == "Waiting jobs."


async def test_without_metadata_names_are_listed_all_the_same() -> None:
    transport = Routed({NAMES: success(["up"]), METADATA: httpx.Response(404, json={})})
    (row,) = (await catalog(transport)).rows
    assert (row.name, row.kind, row.type_raw) == ("up", MetricKind.SUCCESS, "")
    assert "match[]" not in transport.parameters(NAMES)[0]


async def test_a_service_alone_is_answered_with_its_golden_signals() -> None:
    names = [
        "http_requests_total",
        "http_request_duration_seconds_bucket",
        "up",
        "worker_pending",
        "cache_errors_total",
    ]
    transport = Routed(
        {
            NAMES: success([*names, "build_version_info", "go_threads"]),
            LABELS: success(["code", "service"]),
            RANGE: lambda request: matrix(({}, [[START, "1"]])),
        }
    )
    page = await ask(transport, ONE_LABEL, service="cart")
    assert [(row.metric, row.kind, row.unit) for row in page.rows] == [
        ("http_requests_total:error_ratio", MetricKind.ERRORS, "ratio"),
        ("http_request_duration_seconds:p95", MetricKind.LATENCY, "seconds"),
        ("worker_pending", MetricKind.SATURATION, ""),
        ("up", MetricKind.SUCCESS, "ratio"),
        ("http_requests_total:rate", MetricKind.TRAFFIC, "requests/s"),
        ("cache_errors_total:rate", MetricKind.ERRORS, "errors/s"),
    ]
    assert {row.service for row in page.rows} == {"cart"}
    assert (page.total, page.complete, page.notes) == (6, True, ())
    ratio = next(asked["query"] for asked in transport.parameters(RANGE) if "5.." in asked["query"])
    assert ratio == (
        '(sum(rate(http_requests_total{service="cart",code=~"5.."}[75s])) '
        'or 0 * sum(rate(http_requests_total{service="cart",code=~"[1-4].."}[75s]))) '
        '/ sum(rate(http_requests_total{service="cart"}[75s]))'
    )


async def test_a_service_of_which_no_name_tells_anything_says_so() -> None:
    page = await ask(Routed({NAMES: success(["widgets"])}), service="cart")
    assert page.rows == ()
    assert page.notes == ("metrics of this service: 1, none of a kind that its name tells",)


async def test_one_signal_that_fails_is_no_answer_that_lacks_it() -> None:
    transport = Routed({NAMES: success(["up", "worker_pending"]), RANGE: httpx.Response(500, json={})})
    with pytest.raises(UnavailableError):
        await ask(transport, service="cart")
