"""What the gateway may send, in its documented shapes, and what becomes of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from opsloom.model.errors import PermissionDeniedError, UnexpectedAnswerError
from opsloom.model.logs import LogEntry, LogSeverity
from opsloom.model.page import Page
from opsloom_adapters.journald.config import JournaldConfig
from tests.adapters.journald.asking import NOW, URL, Gateway, call_at, connected, journal_entry, log_query, microseconds

DAYS_AGO = NOW - timedelta(days=3)


async def search(gateway: Gateway, settings: dict[str, Any] | None = None, **asked: Any) -> Page[LogEntry]:
    async with connected(gateway, **(settings or {})) as adapter:
        return await adapter.search_logs(log_query(**asked), call_at())


async def entry_of(**fields: Any) -> LogEntry:
    page = await search(Gateway(journal_entry(1, **fields)))
    return page.rows[0]


async def test_an_entry_is_mapped_with_its_origin() -> None:
    entry = await entry_of(PRIORITY="3", _SYSTEMD_UNIT="shop.service", TRACE_ID="4bf92f3577b34da6")
    assert entry == LogEntry(
        at=datetime(2026, 3, 3, 9, 0, 1, tzinfo=UTC),
        service="checkout",
        severity=LogSeverity.ERROR,
        severity_raw="3",
        message="order 1",
        trace_id="4bf92f3577b34da6",
        cursor=entry.cursor,
        attributes={
            "_HOSTNAME": "shop-1",
            "_PID": "100",
            "_SYSTEMD_UNIT": "shop.service",
            "SYSLOG_IDENTIFIER": "checkout",
        },
    )
    assert entry.cursor.startswith("s=53796a52;i=1;")


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ([98, 97, 100, 32, 255], "bad \N{REPLACEMENT CHARACTER}"),
        (["one", "two"], "one\ntwo"),
        (["one", [116, 119, 111], None], "one\ntwo"),
        ("two\nlines", "two\nlines"),
    ],
    ids=["bytes that are no text", "a repeated field", "a repeated field with bytes", "lines"],
)
async def test_a_message_in_any_documented_shape_becomes_text(sent: object, message: str) -> None:
    assert (await entry_of(MESSAGE=sent)).message == message


async def test_a_message_that_the_gateway_leaves_out_is_named() -> None:
    assert "over 4 KiB" in (await entry_of(MESSAGE=None)).message


async def test_an_entry_without_message_has_an_empty_one() -> None:
    entry = journal_entry(1)
    del entry["MESSAGE"]
    assert (await search(Gateway(entry))).rows[0].message == ""


@pytest.mark.parametrize("priority", [None, "9", "warn"])
async def test_a_priority_that_syslog_does_not_know_is_unknown(priority: object) -> None:
    entry = await entry_of(PRIORITY=priority)
    assert (entry.severity, entry.severity_raw) == (LogSeverity.UNKNOWN, priority or "")


async def test_of_a_repeated_priority_the_first_counts() -> None:
    assert (await entry_of(PRIORITY=["6", "3"])).severity is LogSeverity.INFO


async def test_entries_without_priority_are_not_hidden_by_the_least_severity_info() -> None:
    gateway = Gateway(journal_entry(1, PRIORITY="7"), journal_entry(2, PRIORITY=None))
    page = await search(gateway, severity=LogSeverity.INFO)
    assert [entry.severity for entry in page.rows] == [LogSeverity.UNKNOWN]
    assert gateway.requests[0].url.query == b""


async def test_a_unit_is_named_without_its_suffix() -> None:
    assert (await entry_of(SYSLOG_IDENTIFIER=None, _SYSTEMD_UNIT="checkout.service")).service == "checkout"


async def test_an_entry_that_two_fields_name_is_one_row() -> None:
    gateway = Gateway(journal_entry(1, _SYSTEMD_UNIT="checkout.service"))
    page = await search(gateway, service="checkout")
    assert (len(page.rows), page.total, page.complete) == (1, 1, True)
    asked = [request.url.params.multi_items() for request in gateway.requests]
    assert asked == [
        [("SYSLOG_IDENTIFIER", "checkout")],
        [("_SYSTEMD_UNIT", "checkout"), ("_SYSTEMD_UNIT", "checkout.service")],
    ]


async def test_other_fields_can_name_the_service() -> None:
    gateway = Gateway(journal_entry(1, CONTAINER_NAME="checkout", SYSLOG_IDENTIFIER="conmon"))
    page = await search(gateway, {"service_fields": ["CONTAINER_NAME"]}, service="checkout")
    assert [entry.service for entry in page.rows] == ["checkout"]
    assert [request.url.query for request in gateway.requests] == [b"CONTAINER_NAME=checkout"]


async def test_only_the_end_of_the_window_is_read() -> None:
    gateway = Gateway(journal_entry(1))
    page = await search(gateway, limit=20)
    last_before_the_end = f"{microseconds(NOW) - 1:x}"
    assert gateway.requests[0].headers["range"] == f"entries=t={last_before_the_end}:-20:21"
    assert page.query == f"GET /entries; Range: entries=t={last_before_the_end}:-20:21"


async def test_a_text_that_only_an_unsent_message_may_hold_is_no_clean_empty() -> None:
    page = await search(Gateway(journal_entry(1), journal_entry(2, MESSAGE=None)), text="timeout")
    assert (page.rows, page.complete, page.total) == ((), False, None)
    assert "their text was not searched" in page.notes[0]


async def test_an_empty_answer_says_that_the_journal_begins_later() -> None:
    page = await search(Gateway(oldest=NOW - timedelta(minutes=5)))
    assert page.rows == ()
    assert page.notes == ("the journal begins at 2026-03-03T09:16:00Z: what was before is not kept",)


async def test_an_empty_answer_says_that_logging_may_have_stopped() -> None:
    page = await search(Gateway(oldest=DAYS_AGO, newest=DAYS_AGO + timedelta(days=1)))
    assert page.notes == ("the newest entry of the journal is of 2026-03-01T09:21:00Z: did logging stop?",)


async def test_a_gateway_without_any_entry_may_not_read_the_journal() -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    with pytest.raises(PermissionDeniedError, match="systemd-journal"):
        await search(Gateway(oldest=epoch, newest=epoch))
    async with connected(Gateway(oldest=epoch, newest=epoch)) as adapter:
        with pytest.raises(PermissionDeniedError, match="systemd-journal"):
            await adapter.probe(call_at())


async def test_an_empty_answer_that_is_no_json_is_not_empty() -> None:
    with pytest.raises(UnexpectedAnswerError, match="something else than JSON"):
        await search(Gateway(media_type="text/plain"))


async def test_a_proxy_that_drops_the_range_is_noticed() -> None:
    entries = (journal_entry(number) for number in range(4))
    with pytest.raises(UnexpectedAnswerError, match="Range"):
        await search(Gateway(*entries), limit=2)


async def test_a_cursor_that_would_break_out_of_the_header_is_refused() -> None:
    with pytest.raises(UnexpectedAnswerError, match="__CURSOR"):
        await search(Gateway(journal_entry(1, __CURSOR="s=1:0:1\r\nX-Injected: 1")))


async def test_the_probe_tells_the_time_of_the_gateway() -> None:
    async with connected(Gateway()) as adapter:
        assert (await adapter.probe(call_at())).server_time == NOW


@pytest.mark.parametrize("field", ["boot", "__CURSOR", "A=B", "", "_systemd_unit"])
def test_a_setting_that_is_no_field_to_match_is_refused(field: str) -> None:
    with pytest.raises(ValidationError, match="service_fields"):
        JournaldConfig(adapter="journald", base_url=URL, service_fields=(field,))
