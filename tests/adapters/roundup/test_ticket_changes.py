"""What a tracker may answer to a change, in its documented shapes, and what becomes of it."""

import json
from typing import Any

import httpx
import pytest

from opsloom.model.changes import CreateTicket, Effect, ExpireSilence, Order, Sight, TicketChange, UpdateTicket
from opsloom.model.errors import (
    AuthenticationError,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    OutcomeUnknownError,
    PermissionDeniedError,
    UnavailableError,
    UnexpectedAnswerError,
    UnsupportedError,
)
from opsloom.model.tickets import TicketStatus
from tests.adapters.roundup.asking import URL, Tracker, collection, issue, linked
from tests.adapters.roundup.desk import Desk, order_of

ETAG = '"8b792b4c99584d61399882c958b66871"'
CREATE = CreateTicket(title="checkout is slow", description="Since 08:00.")
CLOSE = UpdateTicket(ticket="issue7", status=TicketStatus.CLOSED)
COMMENT = UpdateTicket(ticket="issue7", comment="The pool is full.")
CHANGES = [pytest.param(CREATE, "POST issue", id="create"), pytest.param(CLOSE, "PUT issue/7", id="update")]

LOST = [
    pytest.param(httpx.Response(500, json={}), id="500"),
    pytest.param(httpx.Response(503, text="busy"), id="503"),
    pytest.param(httpx.Response(200, html="<h1>Log in</h1>"), id="web page"),
    pytest.param(httpx.ReadTimeout("late"), id="timeout"),
    pytest.param(httpx.ReadError("reset"), id="broken"),
]
REFUSALS = [
    (400, UnexpectedAnswerError),
    (401, AuthenticationError),
    (403, PermissionDeniedError),
    (404, NotFoundError),
    (405, UnexpectedAnswerError),
    (412, ConflictError),
]


def created(kind: str, number: int) -> httpx.Response:
    return httpx.Response(201, json={"data": linked(kind, number)})


def ticket(etag: str = ETAG, **properties: Any) -> dict[str, Any]:
    return {"data": {"id": "7", "attributes": issue(7, messages=[linked("msg", 9)], **properties), "@etag": etag}}


def refusal(status: int) -> httpx.Response:
    return httpx.Response(status, json={"error": {"status": status, "msg": "no"}})


def tracker(*pages: Any, **others: Any) -> Tracker:
    """Holds ``issue7`` with message 9; makes message 12 and ticket 31."""
    return Tracker(
        *pages,
        **{
            "issue/7": ticket(),
            "priority": collection(linked("priority", 1, name="critical"), linked("priority", 2, name="urgent")),
            "user": collection(linked("user", 5, username="oncall-b")),
            "msg": collection(linked("msg", 12)),
            "POST msg": created("msg", 12),
            "POST issue": created("issue", 31),
            "PUT issue/7": {"data": {"id": "7", "type": "issue", "attribute": {"status": "8"}}},
            **others,
        },
    )


def desk(transport: Tracker, **settings: Any) -> Desk:
    return Desk(lambda: transport, **settings)


async def planned(change: TicketChange) -> Order:
    return await desk(tracker()).order(change)


def changes_sent(transport: Tracker) -> list[str]:
    named = [(request.method, request.url.path.rpartition("/rest/data/")[2]) for request in transport.requests]
    return [f"{method} {name}" for method, name in named if method != "GET"]


def bodies(transport: Tracker) -> list[Any]:
    return [json.loads(request.content) for request in transport.requests if request.method != "GET"]


@pytest.mark.parametrize("change", [CREATE, CLOSE, COMMENT])
async def test_a_plan_only_reads_and_is_the_same_the_second_time(change: TicketChange) -> None:
    asked = tracker()
    first = await desk(asked).plan(change)
    assert await desk(asked).plan(first.change) == first
    assert changes_sent(asked) == []


async def test_a_change_carries_what_roundup_asks_of_those_who_write() -> None:
    asked = tracker()
    await desk(asked).apply(await planned(CLOSE))
    for request in [one for one in asked.requests if one.method != "GET"]:
        assert request.headers["origin"] == "http://tracker.test"
        assert request.headers["referer"] == f"{URL}/"
        assert request.headers["x-requested-with"] == "opsloom"
        assert request.headers["content-type"] == "application/json"
    assert asked.requests[-1].headers["if-match"] == ETAG


async def test_the_origin_is_that_of_the_pages_that_people_open() -> None:
    asked = tracker()
    await desk(asked, web_url="https://tickets.example.com:8443/shop").apply(await planned(CLOSE))
    assert asked.requests[-1].headers["origin"] == "https://tickets.example.com:8443"
    assert asked.requests[-1].headers["referer"] == "https://tickets.example.com:8443/shop/"


async def test_the_message_comes_first_and_one_request_changes_the_ticket() -> None:
    asked, order = tracker(), await planned(UpdateTicket(ticket="issue7", comment="Done.", assignee="oncall-b"))
    receipt = await desk(asked).apply(order)
    message, change = bodies(asked)
    assert changes_sent(asked) == ["POST msg", "PUT issue/7"]
    assert message["author"] == "opsloom"
    assert message["messageid"] == f"<{order.marker}@opsloom.invalid>"
    assert message["content"] == f"Done.\n\n({order.marker}: asked for by oncall-a, approved by lead-b)"
    assert change == {"messages": "+12", "status": "3", "assignedto": "5"}
    assert (receipt.native_id, receipt.link) == ("issue7", f"{URL}/issue7")


async def test_a_status_that_the_user_may_not_see_is_not_touched_by_a_comment() -> None:
    unseen = ticket()
    del unseen["data"]["attributes"]["status"]
    asked = tracker(**{"issue/7": unseen})
    await desk(asked).apply(await planned(COMMENT))
    assert bodies(asked)[-1] == {"messages": "+12"}


async def test_a_ticket_without_status_stays_without_when_it_gets_a_comment() -> None:
    asked = tracker(**{"issue/7": ticket(status=None)})
    await desk(asked).apply(await planned(COMMENT))
    assert bodies(asked)[-1] == {"messages": "+12", "status": ""}


@pytest.mark.parametrize(("change", "last"), CHANGES)
@pytest.mark.parametrize("answer", LOST)
async def test_without_an_answer_nobody_knows_and_nothing_is_sent_again(
    change: TicketChange, last: str, answer: Any
) -> None:
    asked = tracker(**{last: answer})
    with pytest.raises(OutcomeUnknownError):
        await desk(asked).apply(await planned(change))
    assert changes_sent(asked) == ["POST msg", last]


@pytest.mark.parametrize("answer", LOST)
async def test_a_message_without_an_answer_leaves_the_ticket_alone(answer: Any) -> None:
    asked = tracker(**{"POST msg": answer})
    with pytest.raises(OutcomeUnknownError):
        await desk(asked).apply(await planned(CLOSE))
    assert changes_sent(asked) == ["POST msg"]


@pytest.mark.parametrize(("change", "last"), CHANGES)
@pytest.mark.parametrize(("status", "error"), REFUSALS)
async def test_a_refusal_says_that_nothing_was_done(
    change: TicketChange, last: str, status: int, error: type[Exception]
) -> None:
    asked = tracker(**{last: refusal(status)})
    with pytest.raises(error) as refused:
        await desk(asked).apply(await planned(change))
    assert not isinstance(refused.value, OutcomeUnknownError)
    assert changes_sent(asked) == ["POST msg", last]


async def test_a_refused_message_ends_it() -> None:
    asked = tracker(**{"POST msg": refusal(403)})
    with pytest.raises(PermissionDeniedError, match="Create on msg"):
        await desk(asked).apply(await planned(CLOSE))
    assert changes_sent(asked) == ["POST msg"]


async def test_an_unreachable_tracker_was_told_nothing() -> None:
    asked = tracker(**{"POST msg": httpx.ConnectError("refused")})
    with pytest.raises(UnavailableError):
        await desk(asked).apply(await planned(CLOSE))


async def test_a_new_ticket_whose_id_was_not_told_may_exist() -> None:
    asked = tracker(**{"POST issue": httpx.Response(201, json={"data": {}})})
    with pytest.raises(OutcomeUnknownError):
        await desk(asked).apply(await planned(CREATE))


@pytest.mark.parametrize("moved", [ticket(etag='"another"'), ticket(assignedto=linked("user", 5, username="oncall-b"))])
async def test_a_ticket_that_moved_is_a_conflict_before_anything_is_written(moved: dict[str, Any]) -> None:
    asked = tracker(**{"issue/7": moved})
    with pytest.raises(ConflictError):
        await desk(asked).apply(await planned(CLOSE))
    assert changes_sent(asked) == []


async def test_a_comment_does_not_depend_on_what_others_do_to_the_ticket() -> None:
    moved = ticket(etag='"another"', status=linked("status", 8, name="resolved"))
    order, asked = await planned(COMMENT), tracker(**{"issue/7": moved})
    assert (await desk(asked).plan(order.plan.change)).observed == order.plan.observed
    await desk(asked).apply(order)
    assert bodies(asked)[-1] == {"messages": "+12", "status": "8"}
    assert asked.requests[-1].headers["if-match"] == '"another"'


async def test_an_update_that_was_taken_and_has_no_effect_is_absent() -> None:
    asked, order = tracker(), await planned(CLOSE)
    await desk(asked).apply(order)
    seen = await desk(asked).observe(order)
    assert (seen.sight, seen.receipt) == (Sight.ABSENT, None)
    assert ("status", "chatting") in seen.state


async def test_a_status_without_the_message_was_set_by_somebody_else() -> None:
    closed = ticket(status=linked("status", 8, name="resolved"))
    assert (await desk(tracker(**{"issue/7": closed})).observe(await planned(CLOSE))).sight is Sight.ABSENT


@pytest.mark.parametrize(("messages", "tickets"), [([], []), ([linked("msg", 12)], [])])
async def test_a_new_ticket_that_is_not_there_is_absent(messages: list[Any], tickets: list[Any]) -> None:
    asked = tracker(collection(*tickets), msg=collection(*messages))
    assert (await desk(asked).observe(await planned(CREATE))).sight is Sight.ABSENT


async def test_a_token_does_not_say_who_writes() -> None:
    asked = tracker()
    with pytest.raises(UnsupportedError, match="set write_username and write_password"):
        await desk(asked, write_token={"env": "TRACKER_TOKEN"}).plan(COMMENT)
    assert asked.requests == []


async def test_the_settings_say_which_status_a_change_sets() -> None:
    names = ("resolved", "chatting", "Shipped")
    statuses = collection(*(linked("status", number, name=name) for number, name in enumerate(names)))
    plan = await desk(tracker(status=statuses), statuses={"closed": ["gone", "shipped"]}).plan(CLOSE)
    assert plan.effects[0] == Effect(what="status", before="chatting", after="Shipped")


@pytest.mark.parametrize("status", [TicketStatus.UNKNOWN, TicketStatus.IN_PROGRESS])
async def test_a_status_that_cannot_be_set_names_those_that_can(status: TicketStatus) -> None:
    few = collection(linked("status", 1, name="unread"), linked("status", 8, name="resolved"))
    with pytest.raises(InvalidRequestError, match="valid are closed, open"):
        await desk(tracker(status=few)).plan(UpdateTicket(ticket="issue7", status=status))


async def test_a_status_of_unknown_meaning_cannot_be_put_back() -> None:
    odd = ticket(status=linked("status", 9, name="parked"))
    plan = await desk(tracker(**{"issue/7": odd})).plan(CLOSE)
    assert plan.inverse is None
    assert plan.irreversible == "its status cannot be set back to parked, which the setting statuses does not name"


async def test_an_inverse_that_leads_to_another_name_says_so() -> None:
    unread = ticket(status=linked("status", 1, name="unread"))
    plan = await desk(tracker(**{"issue/7": unread})).plan(CLOSE)
    assert plan.inverse == UpdateTicket(ticket="issue7", status=TicketStatus.OPEN)
    assert plan.summary == (
        "issue7: set its status to resolved; taking that back leaves its status chatting, not unread"
    )


async def test_only_a_comment_is_irreversible() -> None:
    assert (await planned(COMMENT)).plan.irreversible == "a comment cannot be taken back"
    both = (await planned(CLOSE.model_copy(update={"comment": "Done."}))).plan
    assert both.inverse == UpdateTicket(ticket="issue7", status=TicketStatus.OPEN)
    assert both.irreversible == ""


async def test_a_tracker_that_closes_nothing_keeps_a_new_ticket() -> None:
    plan = await desk(tracker(status=collection(linked("status", 1, name="unread")))).plan(CREATE)
    assert (plan.inverse, plan.irreversible) == (None, "no status of this tracker means closed")


@pytest.mark.parametrize(
    "change",
    [
        UpdateTicket(ticket="issue7"),
        UpdateTicket(ticket="issue7", comment=" \n", links=(" ",)),
        UpdateTicket(ticket="issue7", status=TicketStatus.OPEN, assignee=" "),
    ],
)
async def test_a_change_that_changes_nothing_is_refused(change: UpdateTicket) -> None:
    with pytest.raises(InvalidRequestError, match="nothing would change on issue7"):
        await desk(tracker()).plan(change)


async def test_an_assignee_that_does_not_exist_names_some_that_do() -> None:
    with pytest.raises(InvalidRequestError, match="login name such as oncall-b"):
        await desk(tracker()).plan(UpdateTicket(ticket="issue7", assignee="oncall"))


@pytest.mark.parametrize("priority", ["", "3", "very urgent"])
async def test_a_priority_that_does_not_exist_names_those_that_do(priority: str) -> None:
    with pytest.raises(InvalidRequestError, match="valid are critical, urgent"):
        await desk(tracker()).plan(CREATE.model_copy(update={"priority": priority}))


async def test_a_new_ticket_is_planned_with_the_trackers_own_words() -> None:
    plan = await desk(tracker()).plan(CreateTicket(title=" is\nslow ", service="checkout", priority="URGENT"))
    assert plan.change == CreateTicket(title="checkout: is slow", service="checkout", priority="urgent")
    assert plan.services == ("checkout",)
    assert plan.inverse == UpdateTicket(ticket="", status=TicketStatus.CLOSED)


async def test_a_title_that_names_the_service_stays() -> None:
    plan = await desk(tracker()).plan(CreateTicket(title="The Checkout is slow", service="checkout"))
    assert plan.change == CreateTicket(title="The Checkout is slow", service="checkout")


async def test_a_title_of_blanks_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="title is empty"):
        await desk(tracker()).plan(CreateTicket(title=" \n "))


async def test_a_service_goes_into_its_property() -> None:
    settings = {"service_property": "component.name"}
    asked = tracker(collection())
    order = await desk(asked, **settings).order(CREATE.model_copy(update={"service": "payments"}))
    assert asked.requests[0].url.params["component"] == "payments"
    asked = tracker()
    await desk(asked, **settings).apply(order)
    assert bodies(asked)[-1] == {"title": "checkout is slow", "component": "payments", "messages": ["12"]}


@pytest.mark.parametrize("service", ["a,b", "12", "-1"])
async def test_a_service_that_roundup_would_read_as_ids_is_refused(service: str) -> None:
    asked = tracker()
    with pytest.raises(InvalidRequestError, match="service must be one name"):
        await desk(asked, service_property="component").plan(CREATE.model_copy(update={"service": service}))
    assert asked.requests == []


async def test_a_change_of_something_else_is_refused() -> None:
    order = await planned(COMMENT)
    other = order_of(order.plan.model_copy(update={"change": ExpireSilence(silence="4f2c")}))
    for act in (desk(tracker()).apply, desk(tracker()).observe):
        with pytest.raises(InvalidRequestError, match="none for create_ticket or update_ticket"):
            await act(other)
