"""Spans that failed."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from opsloom.model.errors import InvalidRequestError, NotFoundError, UnexpectedAnswerError
from opsloom.model.logs import LogEntry, LogQuery, LogSeverity
from opsloom.model.page import Page
from tests.adapters.jaeger.asking import NO_TRACES, WINDOW, Jaeger, call_at, connected
from tests.adapters.jaeger.vendor import SPAN, START_NS, TRACE, attribute, span, traces

TRACES = "/api/v3/traces"
HOSTILE = 'x"}&limit=9#\n{'


async def search(transport: Jaeger, **asked: Any) -> Page[LogEntry]:
    query = LogQuery(**{"window": WINDOW, "service": "checkout", "limit": 5, **asked})
    async with connected(transport, web_url="https://jaeger.example.com") as adapter:
        return await adapter.search_logs(query, call_at())


async def test_traces_of_the_service_with_an_error_are_asked_for() -> None:
    transport = Jaeger({TRACES: traces(span())})
    page = await search(transport)
    assert dict(transport.requests[0].url.params) == {
        "query.serviceName": "checkout",
        "query.startTimeMin": "2026-03-03T08:21:00Z",
        "query.startTimeMax": "2026-03-03T09:21:00Z",
        "query.searchDepth": "6",
        "query.attributes": '{"error": "true"}',
    }
    assert page.link == (
        "https://jaeger.example.com/search?service=checkout&tags=%7B%22error%22%3A%22true%22%7D"
        "&start=1772526060000000&end=1772529660000000&lookback=custom&limit=6"
    )
    assert (page.complete, page.total) == (True, 1)


async def test_a_failed_span_says_what_failed_how_long_it_took_and_why() -> None:
    entry = (await search(Jaeger({TRACES: traces(span())}))).rows[0]
    assert entry.message == "POST /pay failed after 230 ms: card declined"
    assert (entry.severity, entry.severity_raw) == (LogSeverity.ERROR, "STATUS_CODE_ERROR")
    assert (entry.at, entry.service, entry.trace_id) == (datetime(2026, 3, 3, 9, 0, tzinfo=UTC), "checkout", TRACE)
    assert dict(entry.attributes) == {
        "http.status_code": "500",
        "exception.type": "PaymentError",
        "exception.message": "card declined",
        "span_id": SPAN,
        "span_kind": "server",
        "link": f"https://jaeger.example.com/trace/{TRACE}?uiFind={SPAN}",
    }


@pytest.mark.parametrize(
    "said",
    [
        {"status": {"code": "STATUS_CODE_ERROR", "message": "no stock"}},
        {"status": {}, "attributes": [attribute("error", boolValue=True)]},
        {"status": {}, "attributes": [attribute("error", stringValue="true")]},
    ],
)
async def test_an_error_is_known_by_its_name_and_by_the_tag_of_opentracing(said: dict[str, Any]) -> None:
    page = await search(Jaeger({TRACES: traces(span(events=[], **said))}))
    assert len(page.rows) == 1
    assert page.rows[0].message.endswith("no stock" if "message" in said["status"] else "230 ms")


@pytest.mark.parametrize("status", [{}, {"code": 0}, {"code": 1}, {"code": "STATUS_CODE_OK"}])
async def test_what_did_not_fail_is_left_out(status: dict[str, Any]) -> None:
    assert (await search(Jaeger({TRACES: traces(span(status=status))}))).rows == ()


async def test_spans_of_other_services_and_outside_of_the_window_are_left_out() -> None:
    reply = traces(span(), span(startTimeUnixNano=str(START_NS - 7_200 * 10**9)))
    reply["result"]["resourceSpans"] += traces(span(), service="cart")["result"]["resourceSpans"]
    assert len((await search(Jaeger({TRACES: reply}))).rows) == 1


async def test_text_and_severity_are_filtered_here_and_the_newest_come_first() -> None:
    later = span(name="GET /cart", startTimeUnixNano=str(START_NS + 10**9), events=[])
    replies = {TRACES: traces(span(), later)}
    assert [row.message.partition(" failed")[0] for row in (await search(Jaeger(replies))).rows] == [
        "GET /cart", "POST /pay",
    ]  # fmt: skip
    assert len((await search(Jaeger(replies), text="DECLINED")).rows) == 1
    assert (await search(Jaeger(replies), severity=LogSeverity.FATAL)).rows == ()


async def test_as_many_traces_as_asked_for_may_not_be_all() -> None:
    page = await search(Jaeger({TRACES: traces(span(), span(traceId="other"))}), limit=1)
    assert (len(page.rows), page.complete, page.total) == (1, False, None)
    assert "2 traces were read" in page.notes[1]


async def test_no_more_traces_are_asked_for_than_fit_into_an_answer() -> None:
    transport = Jaeger({TRACES: traces(span())})
    await search(transport, limit=500)
    assert transport.requests[0].url.params["query.searchDepth"] == "50"


async def test_none_found_is_an_empty_page_and_another_404_is_not() -> None:
    assert (await search(Jaeger({TRACES: NO_TRACES}))).rows == ()
    assert (await search(Jaeger({TRACES: {"result": {}}}))).rows == ()
    with pytest.raises(NotFoundError):
        await search(Jaeger({TRACES: httpx.Response(404, text="404 page not found")}))


async def test_an_older_server_is_asked_with_the_names_that_it_knows() -> None:
    refusal = httpx.Response(400, json={"error": {"httpCode": 400, "message": "query.start_time_min is required"}})
    transport = Jaeger({TRACES: [refusal, traces(span())]})
    assert len((await search(transport)).rows) == 1
    assert dict(transport.requests[1].url.params) == {
        "query.service_name": "checkout",
        "query.start_time_min": "2026-03-03T08:21:00Z",
        "query.start_time_max": "2026-03-03T09:21:00Z",
        "query.num_traces": "6",
    }


async def test_traces_without_their_wrapper_are_no_empty_answer() -> None:
    with pytest.raises(UnexpectedAnswerError):
        await search(Jaeger({TRACES: {"resourceSpans": []}}))


async def test_a_search_needs_a_service_and_any_name_stays_one() -> None:
    with pytest.raises(InvalidRequestError, match="give service"):
        await search(Jaeger({}), service=None)
    transport = Jaeger({TRACES: NO_TRACES})
    page = await search(transport, service=HOSTILE)
    assert transport.requests[0].url.params["query.serviceName"] == HOSTILE
    assert json.loads(transport.requests[0].url.params["query.attributes"]) == {"error": "true"}
    assert page.link is not None
    assert "#" not in page.link
