"""What becomes of Loki's answers: entries, pages, totals, notes and links."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from opsloom.model.errors import InvalidRequestError, NotFoundError, UnexpectedAnswerError
from opsloom.model.logs import LogSeverity
from opsloom_adapters.loki.patterns import CountedPattern
from tests.adapters.loki.asking import (
    COUNT,
    END,
    LABELS,
    PATTERNS,
    QUERY_RANGE,
    START,
    FakeLoki,
    call_at,
    connected,
    line,
    search,
    success,
)


async def test_an_entry_is_mapped_with_its_time_labels_and_place() -> None:
    at = END - 1_876_543_211
    page = await search(FakeLoki(line(at, "refused", trace_id="0242ac12", pod="checkout-1")))
    (entry,) = page.rows
    assert (entry.message, entry.service, entry.trace_id) == ("refused", "checkout", "0242ac12")
    assert (entry.severity, entry.severity_raw) == (LogSeverity.ERROR, "error")
    assert entry.at == datetime(2026, 3, 1, 11, 59, 58, 123456, tzinfo=UTC)
    assert entry.cursor == str(at)
    assert entry.attributes == {"pod": "checkout-1"}
    assert (page.total, page.complete, page.notes) == (1, True, ())


@pytest.mark.parametrize(
    ("labels", "severity", "word"),
    [
        ({"detected_level": "critical"}, LogSeverity.FATAL, "critical"),
        ({"detected_level": "WARN"}, LogSeverity.WARN, "WARN"),
        ({"detected_level": "unknown"}, LogSeverity.UNKNOWN, "unknown"),
        ({"detected_level": "", "level": "notice"}, LogSeverity.INFO, "notice"),
        ({"detected_level": "debug", "level": "error"}, LogSeverity.DEBUG, "debug"),
        ({"detected_level": ""}, LogSeverity.UNKNOWN, ""),
    ],
)
async def test_the_first_level_label_present_says_how_bad_it_is(
    labels: dict[str, str], severity: LogSeverity, word: str
) -> None:
    (entry,) = (await search(FakeLoki(line(END - 1, **labels)))).rows
    assert (entry.severity, entry.severity_raw) == (severity, word)


async def test_the_first_service_label_present_names_the_service() -> None:
    loki = FakeLoki(line(END - 1, service_name="", app="cart", job="shop/cart"))
    page = await search(loki, {"service_labels": ["service_name", "app"]}, service="cart")
    assert {entry.service for entry in page.rows} == {"cart"}
    assert page.rows[0].attributes == {"job": "shop/cart"}


async def test_entries_of_several_streams_come_newest_first() -> None:
    loki = FakeLoki(*(line(END - age, str(age), pod=f"p{age % 2}") for age in (4, 1, 3, 2)))
    assert [entry.message for entry in (await search(loki)).rows] == ["1", "2", "3", "4"]


async def test_paging_goes_back_to_the_limit_and_loses_no_entry_of_the_nanosecond_at_the_border() -> None:
    shared = [line(END - 100, f"shared {number}") for number in range(3)]
    loki = FakeLoki(*(line(END - 1 - age, f"new {age}") for age in range(98)), *shared, line(END - 200, "old"))
    page = await search(loki, limit=102, settings={"max_entries": 100})
    assert [asked["end"] for asked in loki.asked()] == [str(END), str(END - 99)]
    assert len({entry.message for entry in page.rows}) == len(page.rows) == 102
    assert page.rows[-1].message == "old"
    assert page.complete


async def test_the_page_after_the_limit_is_not_fetched() -> None:
    loki = FakeLoki(*(line(END - 1 - age, str(age)) for age in range(300)), count=300)
    page = await search(loki, limit=100, settings={"max_entries": 100})
    assert len(loki.asked()) == 1
    assert (len(page.rows), page.total, page.complete) == (100, 300, False)


async def test_a_limit_in_the_middle_of_a_page_cuts_it() -> None:
    loki = FakeLoki(*(line(END - 1 - age, str(age)) for age in range(150)))
    page = await search(loki, limit=120, settings={"max_entries": 100})
    assert [asked["limit"] for asked in loki.asked()] == ["100", "100"]
    assert (len(page.rows), page.complete) == (120, False)


async def test_more_entries_of_one_nanosecond_than_a_page_holds_end_the_reading_as_incomplete() -> None:
    loki = FakeLoki(*(line(END - 1, str(number)) for number in range(5)), line(END - 9, "old"))
    page = await search(loki, settings={"max_entries": 3})
    assert len(loki.asked()) == 1
    assert not page.complete


async def test_what_loki_gives_beyond_the_question_is_left_out() -> None:
    loki = FakeLoki(line(END - 1, service_name="cart"), line(END - 2, "ok", detected_level="info"), line(END - 3))
    page = await search(loki, service="checkout", text="REFUSED", severity=LogSeverity.WARN)
    assert [entry.cursor for entry in page.rows] == [str(END - 3)]


async def test_a_count_that_fails_leaves_the_total_open() -> None:
    loki = FakeLoki(line(END - 1), line(END - 2))
    loki.replies[COUNT] = httpx.Response(400, text="too many outstanding requests")
    page = await search(loki, limit=1)
    assert (page.total, page.complete, len(page.rows)) == (None, False, 1)


async def test_entries_carry_the_pattern_that_they_fit_and_a_note_tells_the_counts() -> None:
    patterns = success(
        [
            {"pattern": "payment <_> refused by <_>", "samples": [[1, 700], [2, 11]]},
            {"pattern": "<_>", "samples": [[1, 5]]},
            {"pattern": "never", "samples": []},
        ]
    )
    loki = FakeLoki(
        line(END - 1, "payment 17 refused by bank"), line(END - 2, "refused by payment 17"), line(END - 3),
        patterns=patterns, count=716,
    )  # fmt: skip
    page = await search(loki, service="checkout", text="refused", limit=2)
    first, second = page.rows
    assert (first.pattern, first.similar) == ("payment <_> refused by <_>", 711)
    assert (second.pattern, second.similar) == ("<_>", 5)
    (asked,) = loki.asked(PATTERNS)
    assert asked["query"] == '{service_name="checkout"}'
    (note,) = page.notes
    assert "2, with 711, 5 entries" in note
    assert "payment" not in note


@pytest.mark.parametrize(
    ("pattern", "line_text", "fits"),
    [
        ("a <_> c", "a b c", True),
        ("a <_> c", "a b d", False),
        ("ab<_>bc", "abc", False),
        ("<_> b <_> d <_>", "a b c d e", True),
        ("<_> d <_> b <_>", "a b c d e", False),
        ("a.c", "abc", False),
        ("abc", "abc", True),
    ],
)
def test_a_line_fits_a_pattern_if_it_holds_its_constant_parts_in_order(
    pattern: str, line_text: str, fits: bool
) -> None:
    assert CountedPattern(pattern, 1).fits(line_text) is fits


async def test_a_loki_that_detects_no_patterns_is_no_failure() -> None:
    page = await search(FakeLoki(line(END - 1), line(END - 2), count=2), limit=1)
    assert page.notes == ()
    assert page.rows[0].attributes == {}


async def test_a_whole_answer_asks_neither_for_a_count_nor_for_patterns() -> None:
    loki = FakeLoki(line(END - 1))
    await search(loki)
    assert [request.url.path for request in loki.requests] == [QUERY_RANGE]


async def test_warnings_of_the_server_make_an_answer_incomplete() -> None:
    page = await search(FakeLoki(line(END - 1), warnings=["some shards did not answer"]))
    assert (page.complete, page.total) == (False, None)
    assert page.notes == ("warnings of the server: 1; entries may be missing",)


async def test_an_empty_answer_is_empty_where_the_service_label_exists() -> None:
    page = await search(FakeLoki(labels=["service_name", "pod"]), service="nobody")
    assert (page.rows, page.total, page.complete, page.notes) == ((), 0, True, ())


async def test_an_empty_answer_says_so_if_no_stream_has_the_service_label() -> None:
    loki = FakeLoki(labels=["app", "pod"])
    page = await search(loki, service="checkout")
    assert page.notes == (
        "no stream of this window has the label service_name: set service_labels to those that name services",
    )
    assert (loki.asked(LABELS)[0]["start"], loki.asked(LABELS)[0]["end"]) == (str(START), str(END))


async def test_an_empty_answer_says_so_if_loki_has_no_stream_at_all() -> None:
    loki = FakeLoki()
    loki.replies[LABELS] = {"status": "success"}  # as it is sent where there are none
    assert (await search(loki)).notes == ("Loki has no stream at all in this window",)


async def test_an_empty_answer_to_a_severity_counts_the_entries_that_have_none() -> None:
    loki = FakeLoki(count=17)
    page = await search(loki, {"level_labels": ["level"]}, severity=LogSeverity.ERROR)
    assert page.notes == ("entries of unknown severity, left out because a severity was asked for: 17",)
    assert '{service_name=~".+"} | level!~"(?i)(fatal|' in loki.asked(COUNT)[0]["query"]


async def test_a_question_that_loki_refuses_is_one_to_correct_with_its_reason_quoted() -> None:
    said = "the query time range exceeds the limit (query length: 2160h, limit: 721h)"
    with pytest.raises(InvalidRequestError, match="narrow the window") as refused:
        await search(httpx.MockTransport(lambda _request: httpx.Response(400, text=said)))
    assert refused.value.upstream == said


@pytest.mark.parametrize(
    "body",
    [
        {"status": "error", "errorType": "internal", "error": "boom"},
        {"status": "success"},
        {"status": "success", "data": {"resultType": "matrix", "result": []}},
        success({"resultType": "streams", "result": [{"stream": {}, "values": [["soon", "x"]]}]}),
        success({"resultType": "streams", "result": [{"stream": {}, "values": [["9" * 30, "x"]]}]}),
    ],
    ids=repr,
)
async def test_what_is_no_answer_is_an_error_and_never_an_empty_page(body: Any) -> None:
    with pytest.raises(UnexpectedAnswerError):
        await search(httpx.MockTransport(lambda _request: httpx.Response(200, json=body)))


async def test_the_link_opens_explore_with_exactly_the_queries_and_the_window() -> None:
    settings = {
        "web_url": "https://grafana.example.com/g",
        "grafana_datasource": "loki-uid",
        "service_labels": ["service_name", "app"],
    }
    page = await search(FakeLoki(line(END - 1)), settings, service='c"art')
    assert page.link is not None
    parts = urlsplit(page.link)
    asked = parse_qs(parts.query)
    assert (parts.netloc, parts.path, asked["schemaVersion"]) == ("grafana.example.com", "/g/explore", ["1"])
    (pane,) = json.loads(asked["panes"][0]).values()
    assert pane["datasource"] == "loki-uid"
    assert "; ".join(query["expr"] for query in pane["queries"]) == page.query
    assert [query["refId"] for query in pane["queries"]] == ["A", "B"]
    assert pane["queries"][0]["datasource"] == {"type": "loki", "uid": "loki-uid"}
    assert pane["range"] == {"from": "1772362800000", "to": "1772366400000"}


async def test_without_a_grafana_there_is_no_link() -> None:
    assert (await search(FakeLoki(line(END - 1)))).link is None


async def test_the_probe_tells_the_version_and_proves_that_the_tenant_is_let_in() -> None:
    loki = FakeLoki()
    async with connected(loki, tenant="shop") as adapter:
        assert (await adapter.probe(call_at())).version == "3.4.2"
    assert [request.url.path for request in loki.requests][-1] == LABELS


async def test_the_probe_goes_without_a_version_that_a_gateway_hides() -> None:
    async with connected(FakeLoki(build=httpx.Response(404))) as adapter:
        assert (await adapter.probe(call_at())).version == ""
    with pytest.raises(NotFoundError):
        async with connected(httpx.MockTransport(lambda _request: httpx.Response(404))) as adapter:
            await adapter.probe(call_at())
