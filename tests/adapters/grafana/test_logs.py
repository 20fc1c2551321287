"""Logs of a Loki data source: what is asked through Grafana, and what comes of the answer."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from opsloom.model.errors import InvalidRequestError, UnexpectedAnswerError
from opsloom.model.logs import LogEntry, LogQuery, LogSeverity
from opsloom.model.page import Page
from tests.adapters.canned import Routed
from tests.adapters.grafana.asking import END_MS, LOKI, START_MS, WINDOW, call_at, connected, success

RANGE = f"{LOKI}/query_range"
COUNT = f"{LOKI}/query"
LABELS = f"{LOKI}/labels"
START, END = START_MS * 10**6, END_MS * 10**6
FATAL_OR_ERROR = "(?i)(fatal|critical|crit|emerg|alert|error|err|eror)"
HOSTILE = 'x"} | line_format "{{.}}" # {a="\\\n\x00'


def streams(*lines: tuple[int, str], **labels: str) -> dict[str, Any]:
    stream = {"service_name": "checkout", "detected_level": "error", **labels}
    result = [{"stream": stream, "values": [[str(at), text] for at, text in lines]}] if lines else []
    return success({"resultType": "streams", "result": result, "stats": {}})


def counted(number: int) -> dict[str, Any]:
    return success({"resultType": "vector", "result": [{"metric": {}, "value": [1, str(number)]}] if number else []})


async def search(transport: Routed, settings: dict[str, Any] | None = None, **asked: Any) -> Page[LogEntry]:
    query = LogQuery(**{"window": WINDOW, "limit": 50, **asked})
    async with connected(transport, **(settings or {})) as adapter:
        return await adapter.search_logs(query, call_at())


async def sent_for(settings: dict[str, Any] | None = None, **asked: Any) -> list[str]:
    transport = Routed({RANGE: streams((END - 1, "x")), LABELS: success(["service_name"]), COUNT: counted(0)})
    await search(transport, settings, **asked)
    return [asked["query"] for asked in transport.parameters(RANGE)]


@pytest.mark.parametrize(
    ("asked", "logql"),
    [
        ({}, '{service_name=~".+"}'),
        ({"service": "cart"}, '{service_name="cart"}'),
        ({"text": "a.b"}, r'{service_name=~".+"} |~ "(?i)a\\.b"'),
        ({"severity": LogSeverity.ERROR}, '{service_name=~".+"} | detected_level=~"' + FATAL_OR_ERROR + '"'),
        ({"severity": LogSeverity.DEBUG}, '{service_name=~".+"} | detected_level!~"(?i)(trace)"'),
        ({"severity": LogSeverity.TRACE}, '{service_name=~".+"}'),
    ],
)
async def test_a_typed_question_becomes_logql(asked: dict[str, Any], logql: str) -> None:
    assert await sent_for(**asked) == [logql]


async def test_several_service_labels_are_queries_that_share_no_stream() -> None:
    sent = await sent_for({"log_service_labels": ["service_name", "app"]}, service="cart")
    assert sent == ['{service_name="cart"}', '{service_name="", app="cart"}']


@pytest.mark.parametrize("argument", ["service", "text"])
async def test_a_hostile_value_stays_one_quoted_literal(argument: str) -> None:
    (sent,) = await sent_for(**{argument: HOSTILE})
    start = sent.index('"') if argument == "service" else sent.index('"(?i)')
    value, length = json.JSONDecoder().raw_decode(sent[start:])
    assert sent[start:][length:] == ("}" if argument == "service" else "")
    assert value.removeprefix("(?i)").replace("\\", "") == HOSTILE.replace("\\", "")


async def test_an_entry_is_mapped_and_the_window_is_asked_for_in_nanoseconds() -> None:
    transport = Routed({RANGE: streams((END - 1_500, "refused"), trace_id="0242ac12", pod="c-1")})
    page = await search(transport)
    (entry,) = page.rows
    assert entry.at == datetime(2026, 3, 1, 11, 59, 59, 999998, tzinfo=UTC)
    assert (entry.service, entry.severity, entry.severity_raw) == ("checkout", LogSeverity.ERROR, "error")
    assert (entry.trace_id, entry.attributes, entry.cursor) == ("0242ac12", {"pod": "c-1"}, str(END - 1_500))
    assert (page.total, page.complete, page.notes) == (1, True, ())
    (asked,) = transport.parameters(RANGE)
    assert (asked["start"], asked["end"], asked["direction"]) == (str(START), str(END), "backward")


async def test_paging_goes_back_to_the_start_and_loses_no_entry_of_the_nanosecond_at_the_border() -> None:
    every = [(END - 1 - age // 3, str(age)) for age in range(700)]  # three to a nanosecond, 500 to a page

    def answer(request: httpx.Request) -> dict[str, Any]:
        end, limit = int(request.url.params["end"]), int(request.url.params["limit"])
        return streams(*[one for one in every if one[0] < end][:limit])

    transport = Routed({RANGE: answer})
    page = await search(transport, limit=900)
    assert [asked["end"] for asked in transport.parameters(RANGE)] == [str(END), str(END - 166)]
    assert sorted(int(entry.message) for entry in page.rows) == list(range(700))
    assert page.complete


async def test_the_page_after_the_limit_is_not_fetched() -> None:
    every = streams(*[(END - 1 - age, str(age)) for age in range(301)])
    transport = Routed({RANGE: every, COUNT: counted(400)})
    page = await search(transport, limit=300)
    assert [asked["limit"] for asked in transport.parameters(RANGE)] == ["301"]
    assert (len(page.rows), page.total, page.complete) == (300, 400, False)


async def test_what_more_there_is_is_counted_over_exactly_the_window() -> None:
    transport = Routed({RANGE: streams((END - 1, "a"), (END - 2, "b")), COUNT: counted(4_711)})
    page = await search(transport, limit=1)
    assert (page.total, page.complete) == (4_711, False)
    (asked,) = transport.parameters(COUNT)
    assert asked["query"] == 'sum(count_over_time({service_name=~".+"} [3600000ms]))'
    assert asked["time"] == str(END - 1)


async def test_a_count_that_fails_leaves_the_total_open() -> None:
    transport = Routed({RANGE: streams((END - 1, "a"), (END - 2, "b")), COUNT: httpx.Response(400, text="too much")})
    page = await search(transport, limit=1)
    assert (page.total, len(page.rows)) == (None, 1)


async def test_what_loki_gives_beyond_the_question_is_left_out() -> None:
    page = await search(Routed({RANGE: streams((END - 1, "a"), (END - 2, "b"))}), text="B")
    assert [entry.message for entry in page.rows] == ["b"]


async def test_an_empty_answer_tells_a_wrong_service_label_and_entries_of_unknown_severity() -> None:
    wrong = Routed({RANGE: streams(), LABELS: success(["app"])})
    assert "set log_service_labels" in (await search(wrong)).notes[0]
    unlevelled = Routed({RANGE: streams(), LABELS: success(["service_name"]), COUNT: counted(17)})
    page = await search(unlevelled, severity=LogSeverity.ERROR)
    assert page.notes == ("entries of unknown severity, left out because a severity was asked for: 17",)
    assert 'detected_level!~"(?i)(fatal|' in unlevelled.parameters(COUNT)[0]["query"]
    none = Routed({RANGE: streams(), LABELS: success(["service_name"])})
    assert (await search(none)).notes == ()


async def test_a_question_that_loki_refuses_is_one_to_correct() -> None:
    refused = httpx.Response(400, text="the query time range exceeds the limit")
    with pytest.raises(InvalidRequestError, match="narrow the window") as error:
        await search(Routed({RANGE: refused}))
    assert "exceeds the limit" in error.value.upstream


@pytest.mark.parametrize("body", [{}, {"status": "error"}, success({"resultType": "matrix", "result": []})])
async def test_what_is_no_answer_is_an_error_and_never_an_empty_page(body: Any) -> None:
    with pytest.raises(UnexpectedAnswerError):
        await search(Routed({RANGE: body}))


async def test_the_link_opens_explore_with_exactly_the_queries() -> None:
    page = await search(Routed({RANGE: streams((END - 1, "x"))}), service="checkout")
    assert page.link is not None
    (pane,) = json.loads(parse_qs(urlsplit(page.link).query)["panes"][0]).values()
    assert pane["queries"] == [
        {"refId": "Q1", "datasource": {"type": "loki", "uid": "loki-eu"}, "expr": page.query, "queryType": "range"}
    ]
