"""Writing tickets and timelines, from canned replies."""

from typing import Any

import httpx
import pytest

from opsloom.model.changes import (
    ChangePlan,
    CreateTicket,
    Effect,
    Observation,
    Receipt,
    RecordEvent,
    RestartService,
    Sight,
    UpdateTicket,
    WithdrawEvent,
)
from opsloom.model.errors import (
    ConflictError,
    InvalidRequestError,
    OutcomeUnknownError,
    UnavailableError,
    UnsupportedError,
)
from opsloom.model.tickets import TicketStatus
from tests.adapters.canned import order_of
from tests.adapters.opsorch.asking import SIGNED, Core, call_at, connected
from tests.adapters.opsorch.replies import entry, incident, ticket

SETTINGS = {"ticket_statuses": {"in_progress": ["In Progress"], "closed": ["Done"]}}
NEW = CreateTicket(title="it is slow", description="Since 08:00.", service="checkout", priority="P1")
CLOSE = UpdateTicket(ticket="TCK-1", status=TicketStatus.CLOSED)
NOTE = RecordEvent(title="failover", text="to the second region", incident="inc-1", service="checkout", tags=("dr",))
TICKET, TICKETS, TIMELINE = "GET /tickets/TCK-1", "POST /tickets/query", "POST /incidents/inc-1/timeline"


async def plan(core: Core, change: Any, **settings: Any) -> ChangePlan:
    async with connected(core, **{**SETTINGS, **settings}) as adapter:
        if isinstance(change, RecordEvent | WithdrawEvent):
            return await adapter.plan_event(change, call_at())
        return await adapter.plan_ticket(change, call_at())


async def apply(core: Core, planned: ChangePlan, **settings: Any) -> Receipt:
    async with connected(core, **{**SETTINGS, **settings}) as adapter:
        if isinstance(planned.change, RecordEvent):
            return await adapter.apply_event(order_of(planned), call_at())
        return await adapter.apply_ticket(order_of(planned), call_at())


async def observe(core: Core, planned: ChangePlan, **settings: Any) -> Observation:
    async with connected(core, **{**SETTINGS, **settings}) as adapter:
        if isinstance(planned.change, RecordEvent):
            return await adapter.observe_event(order_of(planned), call_at())
        return await adapter.observe_ticket(order_of(planned), call_at())


def reading(**said: Any) -> Core:
    return Core({TICKET: ticket("TCK-1", **said), TICKETS: [], "GET /incidents/inc-1": incident()})


async def test_a_new_ticket_names_its_service_in_its_title_where_no_field_takes_it() -> None:
    planned = await plan(reading(), NEW)
    assert isinstance(planned.change, CreateTicket)
    assert planned.change.title == "checkout: it is slow"
    assert planned.inverse == UpdateTicket(ticket="", status=TicketStatus.CLOSED)
    assert await plan(reading(), planned.change) == planned
    core = Core({"POST /tickets": httpx.Response(201, json=ticket("TCK-9"))})
    receipt = await apply(core, planned)
    assert core.body() == {
        "title": "checkout: it is slow",
        "description": f"Since 08:00.\n\n{SIGNED}",
        "fields": {"priority": "P1"},
    }
    assert core.requests[0].headers["authorization"] == "Bearer secret-of-WRITE"
    assert (receipt.native_id, receipt.link) == ("TCK-9", "https://tickets.example.com/TCK-9")
    assert receipt.inverse == UpdateTicket(ticket="TCK-9", status=TicketStatus.CLOSED)


async def test_a_field_takes_the_service_where_the_settings_name_one() -> None:
    settings = {"ticket_service_field": "component", "ticket_statuses": {}}
    planned = await plan(reading(), NEW, **settings)
    core = Core({"POST /tickets": ticket()})
    await apply(core, planned, **settings)
    assert (core.body()["title"], core.body()["fields"]) == ("it is slow", {"priority": "P1", "component": "checkout"})
    assert (planned.inverse, planned.irreversible) == (None, "no status that closes tickets is set (ticket_statuses)")


async def test_a_ticket_that_cannot_be_made_is_refused_while_planning() -> None:
    with pytest.raises(InvalidRequestError, match="title is empty"):
        await plan(reading(), CreateTicket(title=" "))
    with pytest.raises(UnsupportedError, match="no provider for tickets"):
        await plan(Core({TICKETS: httpx.Response(501)}), NEW)


@pytest.mark.parametrize("reply", [httpx.Response(502), httpx.Response(201, json={}), httpx.ReadTimeout("late")])
async def test_a_ticket_without_an_answer_may_have_been_made(reply: Any) -> None:
    planned = await plan(reading(), NEW)

    def answer(_body: Any) -> Any:
        if isinstance(reply, Exception):
            raise reply
        return reply

    core = Core({"POST /tickets": answer})
    with pytest.raises(OutcomeUnknownError):
        await apply(core, planned)
    assert core.asked == ["POST /tickets"]


async def test_a_new_ticket_is_found_by_its_marker() -> None:
    planned = await plan(reading(), NEW)
    mine = ticket("TCK-9", description=f"Since 08:00.\n\n{SIGNED}")
    searched = Core({TICKETS: lambda asked: [ticket("TCK-8"), mine] if "query" in asked else []})
    seen = await observe(searched, planned)
    assert (seen.sight, dict(seen.state)["ticket"]) == (Sight.PRESENT, "TCK-9")
    assert seen.receipt is not None
    assert seen.receipt.inverse == UpdateTicket(ticket="TCK-9", status=TicketStatus.CLOSED)
    assert searched.body() == {"query": "opsloom-7k2m9q4r", "limit": 100}
    listed = Core({TICKETS: lambda asked: [] if "query" in asked else [mine]})
    assert (await observe(listed, planned)).sight is Sight.PRESENT


async def test_a_new_ticket_that_is_not_among_all_is_absent_and_among_some_not_to_be_seen() -> None:
    planned = await plan(reading(), NEW)
    longer = ticket(description=SIGNED.replace("]", "x]"))
    assert (await observe(Core({TICKETS: [longer]}), planned)).sight is Sight.ABSENT
    assert (await observe(Core({TICKETS: None}), planned)).sight is Sight.ABSENT
    cut = Core({TICKETS: [ticket("1"), ticket("2")]})
    assert (await observe(cut, planned, most_rows=2)).sight is Sight.UNOBSERVABLE
    with pytest.raises(UnavailableError):
        await observe(Core({TICKETS: httpx.Response(502)}), planned)


async def test_a_ticket_gets_the_word_of_its_tracker_and_one_assignee() -> None:
    change = UpdateTicket(ticket="TCK-1", status=TicketStatus.CLOSED, assignee="lead-b")
    planned = await plan(reading(status="In Progress"), change)
    assert planned.effects == (
        Effect(what="status", before="In Progress", after="Done"),
        Effect(what="assignee", before="oncall-a", after="lead-b"),
    )
    assert planned.summary == "OPS-TCK-1 (Checkout postmortem): set its status to Done and set its assignee to lead-b"
    assert planned.inverse == UpdateTicket(ticket="TCK-1", status=TicketStatus.IN_PROGRESS, assignee="oncall-a")
    core = Core({TICKET: ticket("TCK-1", status="In Progress"), "PATCH /tickets/TCK-1": ticket()})
    await apply(core, planned)
    assert core.asked == [TICKET, "PATCH /tickets/TCK-1"]
    assert core.body() == {"status": "Done", "assignees": ["lead-b"]}


async def test_nobody_is_an_assignee_too() -> None:
    planned = await plan(reading(), UpdateTicket(ticket="TCK-1", assignee=""))
    core = Core({TICKET: ticket("TCK-1"), "PATCH /tickets/TCK-1": ticket()})
    await apply(core, planned)
    assert core.body() == {"assignees": []}
    assert planned.inverse == UpdateTicket(ticket="TCK-1", assignee="oncall-a")


@pytest.mark.parametrize(
    ("said", "change", "words"),
    [
        ({"status": "In Review"}, CLOSE, "In Review is not one that the settings can set again"),
        ({"assignees": ["a", "b"]}, UpdateTicket(ticket="TCK-1", assignee="c"), "it has several assignees now"),
    ],
)
async def test_what_cannot_be_put_back_exactly_is_irreversible(said: Any, change: Any, words: str) -> None:
    planned = await plan(reading(**said), change)
    assert planned.inverse is None
    assert words in planned.irreversible


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        (UpdateTicket(ticket="TCK-1", comment="hi"), UnsupportedError, "no comment and no links"),
        (UpdateTicket(ticket="TCK-1", links=("https://x.example.com",)), UnsupportedError, "no comment and no links"),
        (UpdateTicket(ticket="TCK-1", status=TicketStatus.OPEN), UnsupportedError, "set now: in_progress, closed"),
        (UpdateTicket(ticket="TCK-1", status=TicketStatus.IN_PROGRESS), InvalidRequestError, "nothing would change"),
        (UpdateTicket(ticket="TCK-1", assignee="oncall-a"), InvalidRequestError, "nothing would change"),
    ],
)
async def test_what_opsorch_cannot_do_to_a_ticket_is_refused(change: Any, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        await plan(reading(), change)


async def test_a_ticket_that_moved_since_the_plan_is_left_alone() -> None:
    planned = await plan(reading(), CLOSE)
    core = reading(status="todo")
    with pytest.raises(ConflictError, match="nothing was changed"):
        await apply(core, planned)
    assert core.asked == [TICKET]


async def test_a_change_of_a_ticket_is_seen_by_what_it_set() -> None:
    planned = await plan(reading(), CLOSE)
    assert (await observe(reading(status="done"), planned)).sight is Sight.PRESENT
    seen = await observe(reading(), planned)
    assert (seen.sight, dict(seen.state)["status"]) == (Sight.ABSENT, "in_progress")


async def test_an_event_goes_on_the_timeline_of_its_incident() -> None:
    planned = await plan(reading(), NOTE)
    assert planned.summary == "add to the timeline of Checkout slow in the EU (inc-1): failover"
    assert (planned.services, planned.inverse) == (("checkout",), None)
    assert planned.irreversible == "OpsOrch only appends to timelines"
    core = Core({TIMELINE: httpx.Response(201, json={"status": "ok"})})
    await apply(core, planned)
    assert core.body() == {
        "at": "2026-03-03T09:20:00Z",
        "kind": "note",
        "body": f"failover\nto the second region\nservice: checkout\ntags: dr\n\n{SIGNED}",
        "actor": {"type": "user", "name": "oncall-a"},
    }


async def test_an_event_is_found_by_its_marker() -> None:
    planned = await plan(reading(), NOTE)
    path = "GET /incidents/inc-1/timeline"
    seen = await observe(Core({path: [entry("t-1"), entry("t-2", body=f"failover\n\n{SIGNED}")]}), planned)
    assert seen.sight is Sight.PRESENT
    assert seen.receipt is not None
    assert seen.receipt.native_id == "t-2"
    assert (await observe(Core({path: [entry("t-1")]}), planned)).sight is Sight.ABSENT
    with pytest.raises(UnavailableError):
        await observe(Core({path: httpx.Response(502)}), planned)


async def test_events_without_an_incident_and_events_to_take_back_are_refused() -> None:
    with pytest.raises(InvalidRequestError, match="incident: name the one"):
        await plan(reading(), RecordEvent(title="x"))
    with pytest.raises(UnsupportedError, match="only appends"):
        await plan(reading(), WithdrawEvent(event="t-1"))


async def test_an_order_for_something_else_is_refused() -> None:
    planned = (await plan(reading(), CLOSE)).model_copy(update={"change": RestartService(service="checkout")})
    async with connected(Core({})) as adapter:
        with pytest.raises(InvalidRequestError, match="create_ticket or update_ticket"):
            await adapter.apply_ticket(order_of(planned), call_at())
        with pytest.raises(InvalidRequestError, match="record_event"):
            await adapter.apply_event(order_of(planned), call_at())
