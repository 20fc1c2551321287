"""Writing tickets and messages and paging people in the world of a recording."""

from pathlib import Path

import pytest

from opsloom.model.changes import Change, CreateTicket, PagePerson, SendMessage, UpdateTicket
from opsloom.model.errors import ConflictError, InvalidRequestError, NotFoundError, UnsupportedError
from opsloom.model.limits import MESSAGE_CHARS
from opsloom.model.tickets import TicketQuery, TicketStatus
from tests.adapters.recording.changes import apply, change_world, order_of, plan
from tests.adapters.recording.recordings import DEMO, NOW, at, call, last, replay, write


async def test_a_new_ticket_is_found_by_search_and_by_id() -> None:
    change = CreateTicket(title="Checkout fails", description="Since 09:12", service="checkout", priority="high")
    query = TicketQuery(window=last(hours=1, until=at("09:22")), text="since 09:12", limit=5)
    async with replay(DEMO) as adapter:
        _, receipt = await change_world(adapter, change)
        asked = call(at("09:22"))
        (found,) = (await adapter.search_tickets(query, asked)).rows
        assert await adapter.get_ticket(receipt.native_id, call(at("09:22"))) == found
    assert (found.title, found.service, found.priority) == ("Checkout fails", "checkout", "high")
    assert (found.status, found.reporter, found.created_at) == (TicketStatus.OPEN, "oncall-a", NOW)
    assert [exchange.url for exchange in asked.exchanges if exchange.body] == ["recording:checkout/world/tickets.jsonl"]


async def test_an_updated_ticket_shows_what_changed_and_keeps_the_rest() -> None:
    change = UpdateTicket(
        ticket="1318",
        comment="Rolled back.",
        status=TicketStatus.CLOSED,
        assignee="oncall-a",
        links=("https://deploys.example.com/d/1",),
    )
    async with replay(DEMO) as adapter:
        before = await adapter.get_ticket("1318", call())
        order, _ = await change_world(adapter, change)
        after = await adapter.get_ticket("1318", call())
    assert (after.status, after.assignee, after.updated_at) == (TicketStatus.CLOSED, "oncall-a", NOW)
    assert after.description.startswith(before.description)
    assert after.description.endswith(
        "\noncall-a, 2026-03-03T09:21:00Z:\nRolled back.\nhttps://deploys.example.com/d/1"
    )
    assert (after.title, after.created_at) == (before.title, before.created_at)
    assert [(effect.what, effect.before) for effect in order.plan.effects] == [
        ("status", "in_progress"),
        ("assignee", "checkout-dev-b"),
        ("comment", ""),
        ("link", ""),
    ]
    assert (order.plan.inverse, order.plan.irreversible[:16]) == (None, "What was written")


async def test_the_inverse_of_an_update_restores_status_and_assignee() -> None:
    async with replay(DEMO) as adapter:
        before = await adapter.get_ticket("1203", call())
        change = UpdateTicket(ticket="1203", status=TicketStatus.IN_PROGRESS, assignee="oncall-d")
        order, _ = await change_world(adapter, change, marker="opsloom-1")
        assert order.plan.inverse is not None
        await change_world(adapter, order.plan.inverse, marker="opsloom-2")
        after = await adapter.get_ticket("1203", call())
    assert after == before.model_copy(update={"updated_at": NOW})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (CreateTicket(title=" "), "title"),
        (UpdateTicket(ticket="1318"), "nothing would change"),
        (UpdateTicket(ticket="1318", status=TicketStatus.IN_PROGRESS), "nothing would change"),
        (UpdateTicket(ticket="1318", status=TicketStatus.UNKNOWN), "open, in_progress, closed"),
        (SendMessage(channel="", text="x"), "channel"),
        (SendMessage(channel="checkout", text=" "), "text"),
        (SendMessage(channel="checkout", text="x" * (MESSAGE_CHARS + 1)), f"{MESSAGE_CHARS}"),
        (PagePerson(target="oncall-a", text=""), "text"),
        (
            PagePerson(target="oncall-z", text="x"),
            r"a step of an escalation: catalog-team, .*checkout-team, .*oncall-a, ",
        ),
    ],
)
async def test_what_says_nothing_is_refused_with_what_would_do(change: Change, told: str) -> None:
    async with replay(DEMO) as adapter:
        with pytest.raises(InvalidRequestError, match=told):
            await plan(adapter, change)


async def test_a_ticket_that_does_not_exist_is_not_found() -> None:
    async with replay(DEMO) as adapter:
        with pytest.raises(NotFoundError):
            await plan(adapter, UpdateTicket(ticket="0", comment="x"))


@pytest.mark.parametrize("change", [CreateTicket(title="x"), PagePerson(target="oncall-a", text="x")])
async def test_a_recording_without_tickets_or_teams_takes_none(tmp_path: Path, change: Change) -> None:
    async with replay(write(tmp_path, {})) as adapter:
        with pytest.raises(UnsupportedError, match=r"without (tickets\.jsonl|teams\.json)"):
            await plan(adapter, change)


async def test_a_page_to_a_team_wakes_whoever_is_on_call() -> None:
    async with replay(DEMO) as adapter:
        team = await plan(adapter, PagePerson(target="checkout-team", text="x"))
        person = await plan(adapter, PagePerson(target="oncall-b", text="x"))
    assert [effect.what for effect in team.effects] == ["page to oncall-a"]
    assert [effect.what for effect in person.effects] == ["page to oncall-b"]


async def test_a_page_that_would_wake_somebody_else_by_now_is_a_conflict(tmp_path: Path) -> None:
    shift = {"team": "web-team", "user": "oncall-a", "starts_at": "2026-03-03T09:00:00Z"}
    teams = {
        "teams": [{"name": "web-team"}],
        "on_call": [
            {**shift, "ends_at": "2026-03-03T09:20:00Z"},
            {**shift, "user": "oncall-b", "starts_at": "2026-03-03T09:20:00Z", "ends_at": "2026-03-03T10:00:00Z"},
        ],
    }
    async with replay(write(tmp_path, {"teams.json": teams})) as adapter:
        order = order_of(await plan(adapter, PagePerson(target="web-team", text="x"), at("09:19")))
        with pytest.raises(ConflictError):
            await apply(adapter, order, at("09:20"))


async def test_a_team_with_nobody_on_call_is_refused(tmp_path: Path) -> None:
    async with replay(write(tmp_path, {"teams.json": {"teams": [{"name": "web-team"}]}})) as adapter:
        with pytest.raises(InvalidRequestError, match="nobody on call"):
            await plan(adapter, PagePerson(target="web-team", text="x"))
