"""What holds for every kind of change: planned without a trace, applied once and only as planned, seen afterwards."""

from datetime import timedelta

import pytest

from opsloom.model.alerts import AlertQuery
from opsloom.model.changes import (
    AcknowledgeAlert,
    Change,
    ChangeRevision,
    CreateTicket,
    ExpireSilence,
    Matcher,
    PagePerson,
    Receipt,
    SendMessage,
    Sight,
    SilenceAlerts,
    UnacknowledgeAlert,
    UpdateTicket,
)
from opsloom.model.deploys import DeployQuery
from opsloom.model.errors import ConflictError, InvalidRequestError, OutcomeUnknownError
from opsloom.model.tickets import TicketQuery, TicketStatus
from opsloom_adapters.recording import RecordingAdapter
from opsloom_adapters.recording.world import World
from tests.adapters.recording.changes import apply, change_world, observe, order_of, plan
from tests.adapters.recording.recordings import DEMO, NOW, call, last, replay

SILENCE = SilenceAlerts(matchers=(Matcher(name="service", value="checkout"),), duration_seconds=600)
CHANGES: tuple[Change, ...] = (
    AcknowledgeAlert(alert="a-7f31"),
    SILENCE,
    ChangeRevision(service="checkout"),
    CreateTicket(title="Checkout fails", service="checkout", description="Since 09:12", priority="high"),
    UpdateTicket(ticket="1318", status=TicketStatus.CLOSED, assignee="oncall-a"),
    SendMessage(channel="checkout", text="We roll back."),
    PagePerson(target="checkout-team", text="Checkout fails", service="checkout"),
)
# What must have happened before these can be planned
AFTERWARDS: tuple[tuple[Change, Change], ...] = (
    (AcknowledgeAlert(alert="a-7f31"), UnacknowledgeAlert(alert="a-7f31")),
    (SILENCE, ExpireSilence(silence="world-1")),
    (ChangeRevision(service="checkout"), ChangeRevision(service="checkout", revision="v2.42.0")),
)
# Another change that takes the ground from under the first one
RIVALS: tuple[tuple[Change, Change], ...] = (
    (AcknowledgeAlert(alert="a-7f31"), AcknowledgeAlert(alert="a-7f31")),
    (ChangeRevision(service="checkout"), ChangeRevision(service="checkout")),
    (UpdateTicket(ticket="1318", status=TicketStatus.CLOSED), UpdateTicket(ticket="1318", assignee="oncall-b")),
)
HOSTILE = 'x"} --force\n{"id": "a-7f31"}\r\x1b[2J$(id) \N{RIGHT-TO-LEFT OVERRIDE}\N{SNOWMAN}'

kinds = pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.kind)
rivals = pytest.mark.parametrize(("change", "rival"), RIVALS, ids=lambda change: change.kind)
afterwards = pytest.mark.parametrize(("first", "change"), AFTERWARDS, ids=lambda change: change.kind)


async def everything(adapter: RecordingAdapter) -> list[object]:
    """All that the readers tell that a change could have changed, a little later."""
    later = NOW + timedelta(minutes=1)
    window = last(hours=24, until=later)
    return [
        await adapter.search_alerts(AlertQuery(window=window, limit=50), call(later)),
        await adapter.search_deploys(DeployQuery(window=window, limit=50), call(later)),
        await adapter.search_tickets(TicketQuery(window=window, limit=50), call(later)),
    ]


@kinds
async def test_a_plan_changes_nothing_and_says_what_it_stands_on(change: Change) -> None:
    async with replay(DEMO) as adapter:
        before = await everything(adapter)
        planned = await plan(adapter, change)
        assert await everything(adapter) == before
    assert planned.effects
    assert planned.inverse or planned.irreversible


@kinds
async def test_the_answers_of_a_plan_are_kept_as_evidence(change: Change) -> None:
    async with replay(DEMO) as adapter:
        asked = call()
        await plan(adapter, change, asked=asked)
    assert any(exchange.body for exchange in asked.exchanges)
    assert all(exchange.method == "READ" for exchange in asked.exchanges)
    assert not any(b"heals" in exchange.body for exchange in asked.exchanges)


@kinds
async def test_planning_what_was_resolved_gives_the_same_plan_later(change: Change) -> None:
    async with replay(DEMO) as adapter:
        planned = await plan(adapter, change)
        assert await plan(adapter, planned.change, NOW + timedelta(minutes=3)) == planned


@kinds
async def test_what_was_applied_is_seen_and_was_not_there_before(change: Change) -> None:
    async with replay(DEMO) as adapter:
        order = order_of(await plan(adapter, change))
        assert (await observe(adapter, order)).sight is Sight.ABSENT
        receipt = await apply(adapter, order)
        seen = await observe(adapter, order, NOW + timedelta(minutes=1))
    assert (seen.sight, seen.receipt) == (Sight.PRESENT, receipt)


@afterwards
async def test_what_undoes_is_planned_applied_and_seen_as_well(first: Change, change: Change) -> None:
    async with replay(DEMO) as adapter:
        earlier, _ = await change_world(adapter, first, marker="opsloom-1")
        planned = await plan(adapter, change)
        assert await plan(adapter, planned.change, NOW + timedelta(minutes=1)) == planned
        order = order_of(planned, "opsloom-2")
        assert (await observe(adapter, order)).sight is Sight.ABSENT
        await apply(adapter, order)
        assert (await observe(adapter, order)).sight is Sight.PRESENT
        assert (await observe(adapter, earlier)).sight is Sight.ABSENT


@kinds
async def test_the_same_marker_changes_nothing_twice(change: Change) -> None:
    async with replay(DEMO) as adapter:
        order, receipt = await change_world(adapter, change)
        before = await everything(adapter)
        assert await apply(adapter, order, NOW + timedelta(minutes=1)) == receipt
        assert await everything(adapter) == before


@rivals
async def test_a_state_that_has_moved_is_a_conflict_and_nothing_is_changed(change: Change, rival: Change) -> None:
    async with replay(DEMO) as adapter:
        order = order_of(await plan(adapter, change))
        await change_world(adapter, rival, marker="opsloom-rival")
        before = await everything(adapter)
        with pytest.raises(ConflictError, match="nothing was changed"):
            await apply(adapter, order)
        assert await everything(adapter) == before
        assert (await observe(adapter, order)).sight is Sight.ABSENT


@kinds
async def test_a_change_that_was_confirmed_and_not_done_is_absent(
    change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(World, "apply", lambda _world, _order, _at: Receipt(native_id="said-so"))
    async with replay(DEMO) as adapter:
        order, receipt = await change_world(adapter, change)
        assert receipt.native_id == "said-so"
        assert (await observe(adapter, order)).sight is Sight.ABSENT


@kinds
async def test_a_change_whose_answer_was_lost_is_found_by_its_marker(
    change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = World.apply

    def lost(world: World, *arguments: object) -> Receipt:
        done(world, *arguments)  # type: ignore[arg-type]  # passed on as they come
        raise OutcomeUnknownError("nobody knows")

    monkeypatch.setattr(World, "apply", lost)
    async with replay(DEMO) as adapter:
        order = order_of(await plan(adapter, change))
        with pytest.raises(OutcomeUnknownError):
            await apply(adapter, order)
        assert (await observe(adapter, order)).sight is Sight.PRESENT


async def test_applying_and_observing_are_evidence_of_the_world_and_not_of_the_recording() -> None:
    async with replay(DEMO) as adapter:
        order = order_of(await plan(adapter, SendMessage(channel="checkout", text="We roll back.")))
        applied, observed = call(), call()
        await adapter.apply_message(order, applied)
        await adapter.observe_message(order, observed)
    (written, read) = (applied.exchanges[-1], observed.exchanges[-1])
    assert (written.method, written.url) == ("WRITE", "recording:checkout/world/deeds.jsonl")
    assert (read.method, read.url) == ("READ", "recording:checkout/world/deeds.jsonl")
    assert order.marker.encode() in read.body
    assert b"We roll back." in read.body


async def test_two_adapters_on_one_recording_have_a_world_each() -> None:
    async with replay(DEMO) as one, replay(DEMO) as other:
        order, _ = await change_world(one, AcknowledgeAlert(alert="a-7f31"))
        assert (await observe(other, order)).sight is Sight.ABSENT


@pytest.mark.parametrize(
    "change",
    [
        AcknowledgeAlert(alert="a-7f31", comment=HOSTILE),
        SilenceAlerts(
            matchers=(
                Matcher(name="service", value="checkout"),
                Matcher(name="summary", value=HOSTILE, is_equal=False),
            ),
            duration_seconds=60,
            comment=HOSTILE,
        ),
        ChangeRevision(service="checkout", comment=HOSTILE),
        CreateTicket(title=HOSTILE, description=HOSTILE, service=HOSTILE, priority=HOSTILE),
        UpdateTicket(ticket="1318", comment=HOSTILE, assignee=HOSTILE, links=(HOSTILE,)),
        SendMessage(channel=HOSTILE, text=HOSTILE),
        PagePerson(target="oncall-a", text=HOSTILE, service=HOSTILE),
    ],
    ids=lambda change: change.kind,
)
async def test_hostile_text_stays_data(change: Change) -> None:
    async with replay(DEMO) as adapter:
        order, _ = await change_world(adapter, change)
        looked = call()
        seen = await observe(adapter, order, asked=looked)
        await everything(adapter)
    assert seen.sight is Sight.PRESENT
    assert all(exchange.body.count(b"\n") == 0 for exchange in looked.exchanges if "deeds" in exchange.url)


@pytest.mark.parametrize(
    "change",
    [
        AcknowledgeAlert(alert=HOSTILE),
        SilenceAlerts(matchers=(Matcher(name=HOSTILE, value="x"),), duration_seconds=60),
        SilenceAlerts(matchers=(Matcher(name="service", value="(" * 50, is_regex=True),), duration_seconds=60),
        ExpireSilence(silence=HOSTILE),
        ChangeRevision(service=HOSTILE),
        ChangeRevision(service="checkout", revision=HOSTILE),
        ChangeRevision(service="checkout", environment=HOSTILE),
        UpdateTicket(ticket=HOSTILE, comment="x"),
        PagePerson(target=HOSTILE, text="x"),
    ],
    ids=lambda change: change.kind,
)
async def test_a_hostile_name_names_nothing(change: Change) -> None:
    async with replay(DEMO) as adapter:
        with pytest.raises(Exception, match=r"no record with this id|must be|is not recorded|is recorded|matchers"):
            await plan(adapter, change)


async def test_an_order_for_another_writer_is_refused() -> None:
    async with replay(DEMO) as adapter:
        message = order_of(await plan(adapter, SendMessage(channel="checkout", text="x")))
        page = order_of(await plan(adapter, PagePerson(target="oncall-a", text="x")))
        for apply_other in (
            adapter.apply_acknowledgement,
            adapter.apply_silence,
            adapter.apply_rollback,
            adapter.apply_ticket,
            adapter.apply_page,
        ):
            with pytest.raises(InvalidRequestError, match="an order to send_message is none for"):
                await apply_other(message, call())
        with pytest.raises(InvalidRequestError, match="an order to page_person is none for"):
            await adapter.apply_message(page, call())
