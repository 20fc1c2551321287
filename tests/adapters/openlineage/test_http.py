"""Events over HTTP: Marquez, as its API page tells, and addresses that serve JSON lines."""

from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import pytest

from opsloom.model.errors import UnexpectedAnswerError
from opsloom.model.limits import LINEAGE_EVENTS_MAX, LINEAGE_PAGE_EVENTS
from opsloom.model.window import Window
from tests.adapters.openlineage.events import (
    DAY,
    NOW,
    Event,
    edges,
    ends,
    json_lines,
    new_call,
    nightly_chain,
    run_event,
)


class Marquez(httpx.MockTransport):
    """Lists ``events`` as https://marquezproject.ai/docs/api/get-lineage-events tells, and keeps the requests."""

    def __init__(self, *events: Event, pages: bool = True) -> None:
        super().__init__(self._answer)
        self.requests: list[httpx.Request] = []
        self._events = sorted(events, key=_time, reverse=True)
        self._pages = pages

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        assert request.url.path == "/api/v1/events/lineage"
        asked = request.url.params
        assert asked["sortDirection"] == "desc"
        before = datetime.fromisoformat(asked.get("before", "2030-01-01T00:00:00+00:00"))
        after = datetime.fromisoformat(asked.get("after", "1970-01-01T00:00:00+00:00"))
        listed = [event for event in self._events if after <= _time(event) < before]
        offset = int(asked.get("offset", "0")) if self._pages else 0
        page = listed[offset : offset + int(asked.get("limit", "100"))]
        return httpx.Response(200, json={"events": page, "totalCount": len(listed) + 7})


def _time(event: Event) -> datetime:
    return datetime.fromisoformat(event["eventTime"])


def many(count: int) -> list[Event]:
    """Runs of one job, one a second back from three in the morning."""
    start = datetime.fromisoformat("2026-03-03T03:00:00Z")
    events = [run_event("hourly", "03:00", run=str(number), reads=["orders"]) for number in range(count)]
    return [event | {"eventTime": (start - timedelta(seconds=n)).isoformat()} for n, event in enumerate(events)]


def serving(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.MockTransport:
    return httpx.MockTransport(answer)


async def test_marquez_is_asked_for_the_window_and_no_more() -> None:
    marquez = Marquez(*nightly_chain())
    page = await edges(marquez, web_url="https://lineage.example.com")
    assert len(page.rows) == 4
    [request] = marquez.requests
    assert (request.url.params["after"], request.url.params["before"]) == (DAY.start.isoformat(), DAY.end.isoformat())
    assert (page.total, page.complete, page.link) == (4, True, "https://lineage.example.com/events")


@pytest.mark.parametrize("count", [LINEAGE_PAGE_EVENTS, 2 * LINEAGE_PAGE_EVENTS + 1])
async def test_all_pages_are_read_until_one_is_not_full(count: int) -> None:
    marquez = Marquez(*many(count))
    page = await edges(marquez)
    assert page.rows[0].request_rate == pytest.approx(count / DAY.seconds)
    assert page.complete
    assert len(marquez.requests) == count // LINEAGE_PAGE_EVENTS + 1


async def test_of_too_many_events_the_newest_are_read_and_rates_count_from_there() -> None:
    page = await edges(Marquez(*many(LINEAGE_EVENTS_MAX + 1)))
    assert (page.total, page.complete) == (None, False)
    first = page.rows[0].first_seen
    assert first == datetime.fromisoformat("2026-03-03T03:00:00Z") - timedelta(seconds=LINEAGE_EVENTS_MAX - 1)
    assert page.rows[0].request_rate == pytest.approx(LINEAGE_EVENTS_MAX / (NOW - first).total_seconds())
    assert "too many events" in page.notes[0]


async def test_a_marquez_that_does_not_page_is_an_error_and_never_half_an_answer() -> None:
    with pytest.raises(UnexpectedAnswerError, match="too old to page"):
        await edges(Marquez(*many(LINEAGE_PAGE_EVENTS + 1), pages=False))


async def test_a_window_without_runs_tells_when_the_last_one_was() -> None:
    hour = Window(start=NOW - timedelta(hours=1), end=NOW)
    page = await edges(Marquez(*nightly_chain()), asked={"window": hour})
    assert (page.rows, page.total, page.complete) == ((), 0, True)
    assert page.notes == ("no run event in this window, the last one before it is of 2026-03-03T03:00:00Z",)


async def test_an_event_of_marquez_that_cannot_be_read_is_named_by_its_place() -> None:
    broken = Marquez(*nightly_chain(), {**run_event("a", "00:30"), "job": {"name": "a"}})
    with pytest.raises(UnexpectedAnswerError, match="missing at events/5/job/namespace"):
        await edges(broken)


async def test_json_lines_are_read_from_their_own_path() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/lineage/events.jsonl"
        return httpx.Response(200, content=json_lines(*nightly_chain(), run_event("late", "09:30", reads=["x"])))

    page = await edges(serving(answer), events_path="/lineage/events.jsonl")
    assert len(ends(page)) == 4


async def test_a_line_over_http_that_is_no_event_is_named_by_its_number() -> None:
    transport = serving(lambda _: httpx.Response(200, content=json_lines(*nightly_chain()) + b'{"error": "gone"}'))
    call = new_call()
    with pytest.raises(UnexpectedAnswerError, match=r"line 6 \(missing at eventTime\); check events_path"):
        await edges(transport, call=call, events_path="/events")
    assert len(call.exchanges) == 1
