"""Logs."""

from typing import Any

import pytest

from opsloom.model.logs import LogEntry, LogQuery, LogSeverity
from opsloom.model.page import Page
from tests.adapters.datadog.asking import HOSTILE, WINDOW, Datadog, call_at, connected
from tests.adapters.datadog.vendor import log, page_of

SEARCH = "POST /api/v2/logs/events/search"


async def search(transport: Datadog, **asked: Any) -> Page[LogEntry]:
    async with connected(transport) as adapter:
        return await adapter.search_logs(LogQuery(**{"window": WINDOW, "limit": 2, **asked}), call_at())


async def test_the_newest_logs_of_the_window_are_asked_for_by_post() -> None:
    transport = Datadog({SEARCH: page_of(log())})
    page = await search(transport, service="checkout")
    assert transport.bodies == [
        {
            "filter": {
                "query": 'service:"checkout"',
                "from": "2026-03-03T08:21:00Z",
                "to": "2026-03-03T09:21:00Z",
            },
            "sort": "-timestamp",
            "page": {"limit": 3},
        }
    ]
    assert page.link == (
        "https://app.datadoghq.com/logs?query=service%3A%22checkout%22"
        "&from_ts=1772526060000&to_ts=1772529660000&live=false"
    )


async def test_a_log_keeps_its_words_and_flattens_its_attributes() -> None:
    entry = (await search(Datadog({SEARCH: page_of(log())}))).rows[0]
    assert (entry.severity, entry.severity_raw, entry.message) == (LogSeverity.ERROR, "error", "payment refused")
    assert entry.trace_id == "7d5d747be160e280504c099d984bcfe0"
    assert entry.attributes["http.status_code"] == "500"
    assert (entry.attributes["host"], entry.attributes["env"]) == ("web-1", "prod")


async def test_absent_and_null_fields_are_no_error() -> None:
    bare = {"id": "AQAA", "type": "log", "attributes": {"timestamp": "2026-03-03T09:10:00.000Z", "tags": None}}
    entry = (await search(Datadog({SEARCH: {"data": [bare]}}))).rows[0]
    assert (entry.service, entry.message, entry.severity) == (None, "", LogSeverity.UNKNOWN)


async def test_a_least_severity_excludes_what_is_less() -> None:
    transport = Datadog({SEARCH: page_of(log(), log(status="strange"), log(status="ok"))})
    page = await search(transport, severity=LogSeverity.WARN)
    assert transport.bodies[0]["filter"]["query"] == "-status:(notice OR info OR ok OR debug OR trace)"
    assert [row.severity_raw for row in page.rows] == ["error"]


async def test_hostile_text_and_service_stay_phrases() -> None:
    transport = Datadog({SEARCH: page_of()})
    page = await search(transport, text=HOSTILE, service='a" OR *\n')
    assert transport.bodies[0]["filter"]["query"] == (r'service:"a\" OR * " "x\"} OR service:* \\ (a"')
    assert page.notes == ("Datadog finds whole words: a part of a word finds nothing",)


async def test_the_cursor_is_followed_until_the_limit_and_no_further() -> None:
    pages = [
        page_of(log(message="a"), log(message="b"), after="one"),
        page_of(log(message="c"), after="two"),
        page_of(log(message="d")),
    ]
    transport = Datadog({SEARCH: pages})
    page = await search(transport, limit=3)
    assert [body["page"].get("cursor") for body in transport.bodies] == [None, "one"]
    assert ([row.message for row in page.rows], page.complete) == (["a", "b", "c"], False)


async def test_an_empty_last_page_ends_the_search() -> None:
    transport = Datadog({SEARCH: [page_of(log(), after="one"), {"data": []}]})
    page = await search(transport)
    assert (len(page.rows), page.complete, page.total) == (1, True, 1)


@pytest.mark.parametrize(
    "meta", [{"status": "timeout"}, {"warnings": [{"code": "unknown_index", "title": "no such index"}]}]
)
async def test_a_partial_answer_is_said_to_be_one(meta: dict[str, Any]) -> None:
    page = await search(Datadog({SEARCH: {"data": [log()], "meta": meta}}))
    assert (page.complete, page.total, len(page.notes)) == (False, None, 1)
