"""Against the journal gateway of the test bed, which serves half an hour of the shop's logs."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from opsloom.adapter_api.call import Call
from opsloom.model.logs import LogEntry, LogSeverity
from opsloom.model.page import Page
from opsloom.model.window import Window
from opsloom_adapters.journald import scan
from tests.adapters.journald.asking import call_at, connected, log_query
from tests.bed.journal.entries import JournalEntry, entries

NO_CONNECTION = "no free connection"


class Journal:
    """The gateway, and what was written into its journal."""

    def __init__(self, url: str, now: datetime) -> None:
        self._url = url
        self.now = now
        self.written = entries(now)
        self.calls: list[Call] = []

    async def search(self, settings: dict[str, Any] | None = None, **asked: Any) -> Page[LogEntry]:
        self.calls.append(call_at(self.now))
        async with connected(base_url=self._url, **(settings or {})) as adapter:
            query = log_query(self.now, **{"limit": 1_000, **asked})
            return await adapter.search_logs(query, self.calls[-1])

    def times(self, **wanted: Any) -> list[datetime]:
        """When entries with these properties were written, newest first."""
        fits = [one.at for one in self.written if all(getattr(one, name) == wanted[name] for name in wanted)]
        return fits[::-1]


@pytest.fixture
def journal(bed: Any) -> Journal:
    return Journal(bed.journal.url, bed.started_at)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "LOG_PAGE_ENTRIES", 7)


def times_of(page: Page[LogEntry]) -> list[datetime]:
    return [entry.at for entry in page.rows]


def _mentions(one: JournalEntry, text: str) -> bool:
    return text.encode() in one.message


async def test_all_entries_of_a_window_come_newest_first(journal: Journal) -> None:
    page = await journal.search()
    assert times_of(page) == journal.times()
    assert (page.total, page.complete, page.notes) == (len(journal.written), True, ())


async def test_a_limit_gives_the_newest_and_says_that_there_is_more(journal: Journal) -> None:
    page = await journal.search(limit=5)
    assert times_of(page) == journal.times()[:5]
    assert (page.complete, page.total) == (False, None)
    assert len(journal.calls[-1].exchanges[0].body.splitlines()) == 6


async def test_a_past_window_is_half_open(journal: Journal) -> None:
    start, end = (journal.written[index].at for index in (100, 140))
    page = await journal.search(window=Window(start=start, end=end))
    assert times_of(page) == [at for at in journal.times() if start <= at < end]
    assert page.rows[-1].at == start


@pytest.mark.parametrize("name", ["checkout", "checkout.service"])
async def test_a_service_is_found_by_identifier_and_by_unit(journal: Journal, name: str) -> None:
    page = await journal.search(service=name)
    assert times_of(page) == journal.times(service="checkout")
    assert {entry.service for entry in page.rows} == {name}


async def test_a_service_that_logs_nothing_is_an_empty_page(journal: Journal) -> None:
    page = await journal.search(service="mailer")
    assert (page.rows, page.total, page.complete) == ((), 0, True)
    assert "the journal begins at" in page.notes[0]


async def test_a_least_severity_is_filtered_by_the_gateway(journal: Journal) -> None:
    page = await journal.search(severity=LogSeverity.ERROR)
    assert times_of(page) == [one.at for one in reversed(journal.written) if one.priority <= 3]
    assert {entry.severity for entry in page.rows} == {LogSeverity.ERROR, LogSeverity.FATAL}
    assert len(journal.calls[-1].exchanges[0].body.splitlines()) == len(page.rows)


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("service", [None, "checkout"])
async def test_a_text_is_looked_for_through_all_pages(journal: Journal, service: str | None) -> None:
    page = await journal.search(text=NO_CONNECTION.upper(), service=service)
    assert times_of(page) == [one.at for one in reversed(journal.written) if _mentions(one, NO_CONNECTION)]
    assert page.complete
    assert len(journal.calls[-1].exchanges) > 10


@pytest.mark.usefixtures("small_pages")
async def test_no_entry_is_lost_or_doubled_between_pages(journal: Journal) -> None:
    assert times_of(await journal.search()) == journal.times()


@pytest.mark.usefixtures("small_pages")
async def test_reading_stops_where_the_window_begins(journal: Journal) -> None:
    window = Window(start=journal.now - timedelta(minutes=1), end=journal.now)
    page = await journal.search(text="no such words", window=window)
    assert (page.rows, page.complete) == ((), True)
    assert len(journal.calls[-1].exchanges) < 6


@pytest.mark.usefixtures("small_pages")
async def test_a_search_that_was_given_up_is_never_a_clean_empty(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "LOG_SCAN_ENTRIES_MAX", 21)
    page = await journal.search(text="no such words")
    assert (page.rows, page.complete, page.total) == ((), False, None)
    assert "were not searched: too many" in page.notes[0]


async def test_bytes_and_lines_and_trace_ids_arrive(journal: Journal) -> None:
    by_message = {entry.message: entry for entry in (await journal.search()).rows}
    assert "item name is \ufffd\ufffd\x00 and no text" in by_message
    assert by_message["out of memory\nkilled: stock report\nrestarting"].severity is LogSeverity.FATAL
    traced = next(one for one in journal.written if one.trace_id)
    assert by_message[traced.message.decode()].trace_id == traced.trace_id


@pytest.mark.parametrize(
    "name",
    ['x"} or vector(1) or {a="', "--output=/etc/x", "../../etc/passwd", "x&boot&follow", "checkout\x00", "", "a\r\nb"],
)
async def test_a_hostile_service_name_finds_nothing(journal: Journal, name: str) -> None:
    page = await journal.search(service=name)
    assert (page.rows, page.complete) == ((), True)
    assert {urlsplit(one.url).path for one in journal.calls[-1].exchanges} == {"/entries", "/machine"}


@pytest.mark.usefixtures("small_pages")
async def test_the_evidence_of_each_page_tells_where_it_began(journal: Journal) -> None:
    await journal.search(service="checkout")
    asked = [(one.url, one.parameters) for one in journal.calls[-1].exchanges]
    assert len(set(asked)) == len(asked) > 10


async def test_every_answer_is_evidence_with_window_and_link(journal: Journal) -> None:
    page = await journal.search(service="checkout", limit=3)
    exchanges = journal.calls[-1].exchanges
    assert [one.parameters[0] for one in exchanges] == [
        ("SYSLOG_IDENTIFIER", "checkout"),
        ("_SYSTEMD_UNIT", "checkout"),
    ]
    assert {one.link for one in exchanges} == {page.link}
    assert page.link is not None
    assert page.link.endswith("/browse")
    assert all(one.window is not None and one.window.end == journal.now for one in exchanges)


async def test_the_probe_is_answered(bed: Any) -> None:
    async with connected(base_url=bed.journal.url) as adapter:
        assert (await adapter.probe(call_at(bed.started_at))).server_time is not None
