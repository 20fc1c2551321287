"""The answer to a service alone: what it holds, what it leaves out and says so, what it never does."""

import re
from typing import Any

import httpx
import pytest

from opsloom.model import limits
from opsloom.model.errors import (
    AuthenticationError,
    InvalidRequestError,
    ProviderError,
    UnavailableError,
    UnexpectedAnswerError,
)
from opsloom.model.metrics import Aggregate, MetricKind
from tests.adapters.prometheus.asking import HOSTILE, NOW, call_at, connected, metric_query, refusal
from tests.adapters.prometheus.asking_service import HTTP, SHOP, Service, ask


async def test_no_kind_crowds_out_another_and_what_is_left_out_is_said() -> None:
    names = [f"shard{number}_errors_total" for number in range(20)]
    service = Service([*names, "process_cpu_seconds_total", "up", *HTTP], SHOP)
    page = await ask(service)
    assert len(page.rows) == len(service.expressions) == limits.METRIC_SIGNALS_MAX
    assert {row.kind for row in page.rows} == set(MetricKind) - {MetricKind.CONFIG}
    assert page.rows[0].metric == "http_requests_total:error_ratio"
    assert (page.total, page.complete) == (None, False)
    assert page.notes == ("further metrics of a known kind, left out: 17; ask for one by metric",)
    assert len((await ask(Service(["up", *HTTP], SHOP), limit=2)).rows) == 2


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (
            httpx.Response(503, json=refusal("timeout", "query timed out")),
            "gave up on the query because it took too long",
        ),
        (httpx.Response(422, json=refusal("execution", "too many samples")), "refused the request (422)"),
    ],
    ids=["too slow", "too many samples"],
)
async def test_a_query_that_is_too_much_spoils_no_other_and_is_not_silence(
    answer: httpx.Response, sentence: str
) -> None:
    page = await ask(Service(["up", *HTTP], SHOP, failing=("histogram_quantile", answer)))
    assert [row.kind for row in page.rows] == [MetricKind.ERRORS, MetricKind.SUCCESS, MetricKind.TRAFFIC]
    assert (page.total, page.complete) == (None, False)
    (note,) = page.notes
    assert note.startswith("signals that were too much for the server: 1 of 4; prom-eu ")
    assert sentence in note
    with pytest.raises(ProviderError):
        await ask(Service(["up", *HTTP], SHOP, failing=("(", answer)))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(503, text="upstream connect error"), UnavailableError),
        (httpx.Response(401, text="who?"), AuthenticationError),
        (httpx.Response(200, html="<form>log in</form>"), UnexpectedAnswerError),
    ],
)
async def test_a_server_that_fails_on_one_question_is_not_trusted_with_the_others(
    answer: httpx.Response, error: type[ProviderError]
) -> None:
    with pytest.raises(error):
        await ask(Service(["up", *HTTP], SHOP, failing=("histogram_quantile", answer)))


async def test_a_share_of_no_requests_is_absent_and_a_note_counts_it() -> None:
    page = await ask(Service(HTTP, SHOP, silent="or 0 *"))
    assert [row.kind for row in page.rows] == [MetricKind.LATENCY, MetricKind.TRAFFIC]
    assert page.notes == ("signals without any value in the window: 1 of 3",)


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ([], "no metric has this service in one of its service labels"),
        (["node_load1", "process_start_time_seconds"], "metrics of this service: 2, none of a kind"),
        (["promhttp_metric_handler_requests_total", "scrape_duration_seconds"], "no metric has this service"),
        (["payment_errors_total) or vector(1", 'a"b_errors_total'], "no metric has this service"),
    ],
    ids=["unknown", "of no known kind", "about the exposition", "names that PromQL cannot be written with"],
)
async def test_nothing_to_ask_for_is_said_and_nothing_is_asked(names: list[str], sentence: str) -> None:
    service = Service(names)
    page = await ask(service)
    assert (page.rows, page.total, service.expressions) == ((), 0, [])
    assert page.notes[0].startswith(sentence)
    assert page.query.startswith('metric names of {service="checkout"}')


async def test_each_service_label_counts_only_for_series_that_lack_those_before_it() -> None:
    page = await ask(Service(["up"]), {})
    assert page.query == (
        'avg(up{service="checkout"} or up{service="",app="checkout"} or up{service="",app="",job="checkout"})'
    )


async def test_a_hostile_service_stays_inside_its_strings() -> None:
    labels = {"istio_requests_total": ("reporter", "response_code"), **SHOP}
    service = Service(["up", "istio_requests_total", *HTTP], labels)
    await ask(service, service=HOSTILE)
    matches = [one for request in service.requests for one in request.url.params.get_list("match[]")]
    for expression in (*service.expressions, *matches):
        assert "vector" not in re.sub(r'"(?:[^"\\]|\\.)*"', '""', expression)


async def test_a_step_as_long_as_the_window_asks_for_the_value_at_its_end() -> None:
    service = Service(["up"])
    page = await ask(service, step_seconds=3_600)
    assert [row.points for row in page.rows] == [((NOW.timestamp() - 0.001, 0.25),)]


async def test_each_question_leaves_its_own_evidence_and_the_link_opens_all_graphs() -> None:
    service = Service(["up", *HTTP], SHOP)
    call = call_at()
    async with connected(service, service_labels=["service"]) as adapter:
        page = await adapter.query_metrics(metric_query(service="checkout"), call)
    asked = [value for made in call.exchanges for name, value in made.parameters if name == "query"]
    assert sorted(asked) == service.expressions
    assert len(call.exchanges) == len(service.requests)
    assert page.link is not None
    assert dict(httpx.URL(page.link).params.multi_items())["g3.expr"] == page.query.split("; ")[3]


@pytest.mark.parametrize("asked", [{"aggregate": Aggregate.MAX}, {"group_by": ("code",), "aggregate": Aggregate.RATE}])
async def test_a_service_alone_is_asked_without_aggregate(asked: dict[str, Any]) -> None:
    service = Service(["up"])
    with pytest.raises(InvalidRequestError, match="go with metric"):
        await ask(service, **asked)
    assert service.requests == []
