"""What a tracker may send, in its documented shapes, and what becomes of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from opsloom.model.errors import NotFoundError, PermissionDeniedError, UnexpectedAnswerError
from opsloom.model.page import Page
from opsloom.model.tickets import Ticket, TicketStatus
from opsloom_adapters.roundup.config import RoundupConfig
from tests.adapters.roundup.asking import (
    NOW,
    URL,
    Tracker,
    call_at,
    collection,
    connected,
    issue,
    linked,
    ticket_query,
)


async def search(tracker: Tracker, settings: dict[str, Any] | None = None, **asked: Any) -> Page[Ticket]:
    async with connected(tracker, **(settings or {})) as adapter:
        return await adapter.search_tickets(ticket_query(**asked), call_at())


async def ticket_of(settings: dict[str, Any] | None = None, **properties: Any) -> Ticket:
    page = await search(Tracker(collection(issue(7, **properties))), settings)
    return page.rows[0]


async def test_an_issue_is_mapped_with_the_names_of_what_it_links_to() -> None:
    ticket = await ticket_of(assignedto=linked("user", 5, username="oncall-b"))
    assert ticket == Ticket(
        ref=ticket.ref,
        link=f"{URL}/issue7",
        key="issue7",
        title="checkout is slow (7)",
        status=TicketStatus.OPEN,
        status_raw="chatting",
        priority="urgent",
        assignee="oncall-b",
        reporter="oncall-a",
        created_at=datetime(2026, 3, 2, 20, 0, tzinfo=UTC),
        updated_at=datetime(2026, 3, 3, 9, 0, tzinfo=UTC),
    )
    assert str(ticket.ref) == "ticket:tracker-eu/issue7"


async def test_what_is_empty_or_may_not_be_viewed_stays_empty() -> None:
    bare = issue(7, title=None, status=None, priority=None, creator=None)
    del bare["assignedto"]
    ticket = (await search(Tracker(collection(bare)))).rows[0]
    assert (ticket.title, ticket.priority, ticket.assignee, ticket.reporter) == ("", "", "", "")
    assert (ticket.status, ticket.status_raw) == (TicketStatus.UNKNOWN, "")


async def test_a_status_of_the_trackers_own_means_what_the_settings_say() -> None:
    settings = {"statuses": {"closed": ["Shipped"], "in_progress": ["chatting"]}}
    shipped = await ticket_of(settings, status=linked("status", 9, name="shipped"))
    assert (shipped.status, shipped.status_raw) == (TicketStatus.CLOSED, "shipped")
    assert (await ticket_of(settings)).status is TicketStatus.IN_PROGRESS
    assert (await ticket_of(settings, status=linked("status", 8, name="resolved"))).status is TicketStatus.CLOSED


async def test_the_name_of_a_linked_item_is_its_label_whatever_that_is_called() -> None:
    assert (await ticket_of(priority=linked("priority", 1, label="P1"))).priority == "P1"


async def test_a_linked_service_is_asked_for_by_its_path() -> None:
    tracker = Tracker(collection(issue(7, **{"component.name": "checkout"})))
    page = await search(tracker, {"service_property": "component.name"}, service="checkout")
    assert [ticket.service for ticket in page.rows] == ["checkout"]
    asked = tracker.requests[0].url.params
    assert asked["component.name"] == "checkout"
    assert asked["@fields"].endswith(",component.name")
    assert "title" not in asked
    assert page.notes == ()


async def test_a_service_whose_name_only_contains_the_one_asked_for_is_left_out() -> None:
    tracker = Tracker(collection(issue(7, component="checkout-admin"), issue(8, component="Checkout")))
    page = await search(tracker, {"service_property": "component"}, service="checkout")
    assert [ticket.key for ticket in page.rows] == ["issue8"]
    assert page.total == 1


async def test_a_linked_service_property_without_path_gives_its_label() -> None:
    named = linked("component", 3, name="checkout")
    assert (await ticket_of({"service_property": "component"}, component=named)).service == "checkout"


@pytest.mark.parametrize("odd", [[{"id": "3"}], {"id": None}, 3, None])
async def test_a_service_property_of_another_shape_names_no_service(odd: object) -> None:
    assert (await ticket_of({"service_property": "component"}, component=odd)).service is None


async def test_statuses_are_filtered_by_the_tracker() -> None:
    tracker = Tracker(collection())
    await search(tracker, statuses=frozenset({TicketStatus.CLOSED, TicketStatus.UNKNOWN}))
    assert tracker.requests[1].url.params["status"] == "7,8,-1"


async def test_no_such_status_is_said_instead_of_asked() -> None:
    tracker = Tracker(status=collection(linked("status", 1, name="new")))
    page = await search(tracker, statuses=frozenset({TicketStatus.CLOSED}))
    assert (page.rows, page.total) == ((), 0)
    assert page.notes == ("no status of this tracker means closed; the setting statuses says what names mean",)


async def test_the_window_is_sent_in_utc_and_covers_whole_seconds() -> None:
    tracker = Tracker(collection())
    await search(tracker)
    assert tracker.requests[0].url.params["activity"] == "2026-03-02.09:21:00+0000;2026-03-03.09:21:01+0000"


async def test_a_ticket_that_changed_when_the_window_ended_is_left_out() -> None:
    page = await search(Tracker(collection(issue(7, activity="2026-03-03.09:21:00"), issue(8))))
    assert [ticket.key for ticket in page.rows] == ["issue8"]


async def test_an_empty_page_with_a_next_one_is_not_the_end() -> None:
    tracker = Tracker(collection(more=True, total=-1), collection(issue(7)))
    page = await search(tracker)
    assert ([ticket.key for ticket in page.rows], page.complete) == (["issue7"], True)
    assert [request.url.params["@page_index"] for request in tracker.requests] == ["1", "2"]


async def test_pages_without_end_are_bounded_and_said() -> None:
    tracker = Tracker(*[collection(more=True, total=-1)] * 11)
    page = await search(tracker)
    assert (page.rows, page.complete, page.total) == ((), False, None)
    assert page.notes == ("there are more tickets than could be read: narrow the window",)
    assert len(tracker.requests) == 10


async def test_a_cut_says_how_many_there_are() -> None:
    page = await search(Tracker(collection(issue(7), issue(8), total=171, more=True)), limit=1)
    assert ([ticket.key for ticket in page.rows], page.total, page.complete) == (["issue7"], 171, False)


async def test_the_description_is_the_first_message() -> None:
    messages = [linked("msg", number, activity="2026-03-03.09:00:00") for number in (12, 9)]
    tracker = Tracker(
        **{
            "issue/7": {"data": {"id": "7", "attributes": issue(7, messages=messages)}},
            "msg/9": {"data": {"id": "9", "attributes": {"content": "Since 08:00."}}},
        }
    )
    async with connected(tracker) as adapter:
        ticket = await adapter.get_ticket("issue7", call_at())
    assert (ticket.description, ticket.key) == ("Since 08:00.", "issue7")


async def test_a_ticket_without_messages_has_no_description() -> None:
    tracker = Tracker(**{"issue/7": {"data": {"id": "7", "attributes": issue(7, messages=None)}}})
    async with connected(tracker) as adapter:
        assert (await adapter.get_ticket("issue7", call_at())).description == ""
    assert len(tracker.requests) == 1


@pytest.mark.parametrize(
    "native_id", ["7", "issue", "issue7/../msg/1", "issue-1", "issue07", "issue\u0667", "msg7", ""]
)
async def test_an_id_of_another_form_is_not_found_without_asking(native_id: str) -> None:
    tracker = Tracker()
    async with connected(tracker) as adapter:
        with pytest.raises(NotFoundError, match="look like issue123"):
            await adapter.get_ticket(native_id, call_at())
    assert tracker.requests == []


async def test_an_id_that_would_lead_elsewhere_is_refused() -> None:
    messages = [{"id": "../../admin", "link": "..."}]
    tracker = Tracker(**{"issue/7": {"data": {"id": "7", "attributes": issue(7, messages=messages)}}})
    async with connected(tracker) as adapter:
        with pytest.raises(UnexpectedAnswerError):
            await adapter.get_ticket("issue7", call_at())
    assert len(tracker.requests) == 1


async def test_a_user_who_may_view_no_tickets_fails_the_probe() -> None:
    async with connected(Tracker(**{"": {"data": {"keyword": {"link": "..."}}}})) as adapter:
        with pytest.raises(PermissionDeniedError, match="View on issue"):
            await adapter.probe(call_at())


async def test_a_request_carries_what_roundup_asks_of_rest_clients() -> None:
    tracker = Tracker(collection())
    await search(tracker)
    headers = tracker.requests[0].headers
    assert headers["x-requested-with"] == "opsloom"
    assert headers["accept"] == "application/json; version=1"
    assert "origin" not in headers


async def test_the_link_goes_to_the_pages_that_people_open() -> None:
    settings = {"web_url": "https://tickets.example.com"}
    page = await search(Tracker(collection(issue(7))), settings, text="slow & sad")
    assert page.link is not None
    assert page.link.startswith("https://tickets.example.com/issue?%40columns=")
    assert "&title=slow%20%26%20sad" in page.link
    assert page.rows == ()


@pytest.mark.parametrize("name", ["a b", "status;drop", "@fields", "a.b.c", ""])
def test_a_service_property_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="service_property"):
        RoundupConfig(adapter="roundup", base_url=URL, service_property=name)


def test_a_status_that_means_two_things_is_refused() -> None:
    statuses = {"open": ["waiting"], "closed": ["Waiting"]}
    with pytest.raises(ValidationError, match="named twice: waiting"):
        RoundupConfig.model_validate({"adapter": "roundup", "base_url": URL, "statuses": statuses})


async def test_a_time_that_is_none_is_an_error_and_no_ticket() -> None:
    with pytest.raises(UnexpectedAnswerError, match="activity"):
        await search(Tracker(collection(issue(7, activity="yesterday"))))


async def test_a_window_in_the_past_is_asked_for_as_such() -> None:
    tracker = Tracker(collection())
    await search(tracker, window=ticket_query(NOW - timedelta(days=30)).window)
    assert tracker.requests[0].url.params["activity"] == "2026-01-31.09:21:00+0000;2026-02-01.09:21:01+0000"
