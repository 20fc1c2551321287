"""Against the Roundup tracker of the test bed (classic template) and the tickets in it."""

import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from opsloom.adapter_api.call import Call
from opsloom.model.errors import AuthenticationError, NotFoundError, UnexpectedAnswerError
from opsloom.model.page import Page
from opsloom.model.tickets import Ticket, TicketStatus
from opsloom.model.window import Window
from tests.adapters.roundup.asking import call_at, connected, ticket_query
from tests.bed.roundup.tickets import TICKETS
from tests.bed.roundup.tracker import Tracker


class Tickets:
    """The tickets of the tracker, as the adapter finds them."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self.settings: dict[str, Any] = {
            "base_url": tracker.url,
            "user": tracker.user,
            "password": tracker.password,
        }
        self.calls: list[Call] = []

    async def search(self, **asked: Any) -> Page[Ticket]:
        self.calls.append(call_at(datetime.now(UTC)))
        async with connected(**self.settings) as adapter:
            query = ticket_query(datetime.now(UTC) + timedelta(seconds=1), **asked)
            return await adapter.search_tickets(query, self.calls[-1])


@pytest.fixture
def tickets(bed: Any) -> Tickets:
    return Tickets(bed.roundup)


@pytest.fixture
def user_in_tokyo(bed: Any) -> Iterator[None]:
    """Roundup reads times without an offset as local to the user who asks."""
    with bed.roundup.client() as rest:
        _set_timezone(rest, bed.roundup.user, "9")
        yield
        _set_timezone(rest, bed.roundup.user, "")


def _set_timezone(rest: httpx.Client, user: str, timezone: str) -> None:
    found = rest.get("/rest/data/user", params={"username": user}).raise_for_status().json()["data"]
    path = f"/rest/data/user/{found['collection'][0]['id']}"
    etag = rest.get(path).raise_for_status().json()["data"]["@etag"]
    changed = rest.put(f"{path}/timezone", json={"data": timezone}, headers={"If-Match": etag})
    changed.raise_for_status()


def titles(page: Page[Ticket]) -> set[str]:
    return {ticket.title for ticket in page.rows}


def written(word: str) -> set[str]:
    return {ticket.title for ticket in TICKETS if word in ticket.title}


async def test_all_tickets_come_last_changed_first(tickets: Tickets) -> None:
    page = await tickets.search()
    assert titles(page) == written("")
    assert (page.total, page.complete, page.notes) == (len(TICKETS), True, ())
    changed = [ticket.updated_at for ticket in page.rows]
    assert changed == sorted(changed, reverse=True)
    assert len(tickets.calls[-1].exchanges) == 1


async def test_names_are_resolved_in_the_same_request(tickets: Tickets) -> None:
    ticket = (await tickets.search(text="answers with 500")).rows[0]
    assert (ticket.status, ticket.status_raw) == (TicketStatus.IN_PROGRESS, "in-progress")
    assert (ticket.priority, ticket.assignee, ticket.reporter) == ("critical", "oncall-a", "opsloom")
    assert len(tickets.calls[-1].exchanges) == 1


async def test_a_limit_says_how_many_there_are(tickets: Tickets) -> None:
    page = await tickets.search(limit=3)
    assert (len(page.rows), page.total, page.complete) == (3, len(TICKETS), False)


@pytest.mark.parametrize(
    ("status", "names"),
    [
        (TicketStatus.OPEN, {"chatting", "unread", "deferred", "need-eg"}),
        (TicketStatus.IN_PROGRESS, {"in-progress", "testing"}),
        (TicketStatus.CLOSED, {"resolved", "done-cbb"}),
    ],
)
async def test_a_status_is_filtered_by_the_tracker(tickets: Tickets, status: TicketStatus, names: set[str]) -> None:
    page = await tickets.search(statuses=frozenset({status}))
    assert {ticket.status_raw for ticket in page.rows} == names
    assert page.total == len(page.rows) == sum(ticket.status in names for ticket in TICKETS)


async def test_no_ticket_has_an_unknown_status(tickets: Tickets) -> None:
    page = await tickets.search(statuses=frozenset({TicketStatus.UNKNOWN}))
    assert (page.rows, page.total, page.complete) == ((), 0, True)


async def test_words_are_found_in_titles_in_any_case_and_the_limits_of_that_are_said(tickets: Tickets) -> None:
    page = await tickets.search(service="checkout", text="PAYMENTS")
    assert titles(page) == written("checkout") & written("payments")
    assert page.notes == ("Roundup's REST API finds words in titles only: messages were not searched",)


@pytest.mark.parametrize("text", ["%", "_", "check%out"])
async def test_wildcards_of_the_database_are_plain_characters(tickets: Tickets, text: str) -> None:
    assert (await tickets.search(text=text)).rows == ()


@pytest.mark.usefixtures("user_in_tokyo")
async def test_the_window_does_not_move_with_the_timezone_of_the_user(tickets: Tickets) -> None:
    now = datetime.now(UTC)
    hour_around_now = Window(start=now - timedelta(minutes=30), end=now + timedelta(minutes=30))
    assert titles(await tickets.search(window=hour_around_now)) == written("")


async def test_a_window_before_the_tickets_is_empty(tickets: Tickets) -> None:
    now = datetime.now(UTC)
    before = Window(start=now - timedelta(days=2), end=now - timedelta(days=1))
    page = await tickets.search(window=before)
    assert (page.rows, page.total, page.complete) == ((), 0, True)


async def test_a_ticket_is_read_by_its_ref_with_its_description(tickets: Tickets) -> None:
    found = (await tickets.search(text="answers with 500")).rows[0]
    async with connected(**tickets.settings) as adapter:
        read = await adapter.get_ticket(found.ref.native_id, call_at())
    assert read.description == TICKETS[0].messages[0]
    assert read == found.model_copy(update={"description": read.description})


async def test_a_ticket_that_does_not_exist_is_not_found(tickets: Tickets) -> None:
    async with connected(**tickets.settings) as adapter:
        with pytest.raises(NotFoundError):
            await adapter.get_ticket("issue999999", call_at())


@pytest.mark.parametrize(
    "value",
    [
        'x"} or vector(1) or {a="',
        "--output=/etc/x",
        "../../etc/passwd",
        "-1",
        "a,b",
        "x&@fields=content",
        "a\x00b",
        "'; --",
    ],
)
async def test_hostile_words_find_nothing(tickets: Tickets, value: str) -> None:
    for page in (await tickets.search(service=value), await tickets.search(text=value)):
        assert (page.rows, page.total, page.complete) == ((), 0, True)


async def test_a_property_that_the_tracker_lacks_is_an_error_and_no_empty_page(tickets: Tickets) -> None:
    tickets.settings["service_property"] = "component"
    with pytest.raises(UnexpectedAnswerError) as refused:
        await tickets.search(service="checkout")
    assert "component" in refused.value.upstream


async def test_the_links_open_the_same_tickets(tickets: Tickets) -> None:
    page = await tickets.search(service="checkout", statuses=frozenset({TicketStatus.CLOSED}))
    assert page.link is not None
    login = {"__login_name": tickets.settings["user"], "__login_password": tickets.settings["password"]}
    async with httpx.AsyncClient(trust_env=False, follow_redirects=True) as browser:
        login_form = {**login, "@action": "login", "__came_from": f"{tickets.settings['base_url']}/"}
        await browser.post(f"{tickets.settings['base_url']}/", data=login_form)
        listed = await browser.get(page.link)
        opened = await browser.get(str(page.rows[0].link))
    assert set(re.findall(r'href="(issue\d+)"', listed.text)) == {ticket.key for ticket in page.rows}
    assert page.rows[0].title in opened.text


async def test_every_answer_is_evidence(tickets: Tickets) -> None:
    page = await tickets.search(service="checkout")
    (exchange,) = tickets.calls[-1].exchanges
    assert exchange.url.endswith("/rest/data/issue")
    assert ("title", "checkout") in exchange.parameters
    assert exchange.link == page.link
    assert exchange.window is not None


async def test_a_wrong_password_is_an_authentication_error(bed: Any) -> None:
    url, password = bed.roundup.url, secrets.token_urlsafe()
    async with connected(base_url=url, user="oncall-a", password=password) as adapter:
        with pytest.raises(AuthenticationError):
            await adapter.search_tickets(ticket_query(), call_at())


async def test_the_probe_is_answered(tickets: Tickets) -> None:
    async with connected(**tickets.settings) as adapter:
        assert (await adapter.probe(call_at())).server_time is not None
