"""Guarantee: no step of an action without its audit record; an outcome that cannot be recorded is found out later."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from opsloom.approval import watcher
from opsloom.approval.decision import Verdict
from opsloom.approval.state import State
from opsloom.audit.verify import verify
from opsloom.model.changes import Order
from opsloom.model.errors import AuditUnavailableError
from tests.approval.lab import NOW, Bench, World, bench, by
from tests.approval.store_clock import records
from tests.store.faulty_disk import FaultyDisk, faulty_disk

Step = Callable[[Bench, Any], Awaitable[object]]


async def approve(lab: Bench, view: Any) -> object:
    return await lab.decide(view)


async def deny(lab: Bench, view: Any) -> object:
    return await lab.decide(view, Verdict.DENY)


async def revoke(lab: Bench, view: Any) -> object:
    return await lab.ledger.stop(view.action.id, State.REVOKED, "no", by("opsloom-cli"))


async def claim(lab: Bench, view: Any) -> object:
    return await lab.ledger.claim(view.action.id, lab.ledger.server, by("test-client"))


async def ask(lab: Bench, view: Any) -> object:
    return await lab.ledger.ask(view.action.id, "client", by("test-client"))  # type: ignore[arg-type]


async def until_it_works(disk: FaultyDisk, lab: Bench, step: Callable[[], Awaitable[object]]) -> int:
    """Fail the first, the second ... write of ``step`` until one does not fail; how often it failed.

    After each failure all is as before it.
    """
    for nth in range(1, 100):
        before = await state_of(lab)
        disk.fail_writes(nth)
        try:
            await step()
        except AuditUnavailableError:
            disk.heal()
            assert await state_of(lab) == before
        else:
            disk.heal()
            return nth - 1
    raise AssertionError("it never worked")


async def state_of(lab: Bench) -> list[Any]:
    """What is stored of actions, decisions and questions, and how many records there are."""
    tables = ("action", "action_decision", "action_question")
    counting = "SELECT count(*) FROM audit_record WHERE record ->> '$.kind' LIKE 'action.%'"

    def question(reader: Any) -> list[Any]:
        found = [sorted(map(str, reader.execute(f"SELECT * FROM {table}"))) for table in tables]  # noqa: S608
        return [*found, *reader.execute(counting)]

    return await lab.store.read(question)


@pytest.mark.parametrize("step", [approve, deny, revoke, claim, ask])
async def test_a_step_whose_record_cannot_be_written_is_not_taken(tmp_path: Path, step: Step) -> None:
    with faulty_disk() as disk:
        async with bench(tmp_path, vfs=disk.name) as lab:
            view = await lab.propose()
            if step is claim:
                await lab.decide(view)
            assert await until_it_works(disk, lab, lambda: step(lab, view)) > 0
            assert lab.world.applied == []
    report = verify(tmp_path)
    assert report.ok, report.lines()


async def test_a_plan_whose_record_cannot_be_written_is_not_kept(tmp_path: Path) -> None:
    with faulty_disk() as disk:
        async with bench(tmp_path, vfs=disk.name) as lab:
            assert await until_it_works(disk, lab, lab.propose) > 0
            assert [view.state for view in await lab.ledger.open()] == [State.AWAITING]
    assert len(records(tmp_path, "action.planned")) == 1


async def test_an_approved_action_is_not_sent_while_its_claim_cannot_be_recorded(tmp_path: Path) -> None:
    with faulty_disk() as disk:
        async with bench(tmp_path, vfs=disk.name) as lab:
            view = (await lab.decide(await lab.propose())).view
            disk.fail_writes()
            with pytest.raises(AuditUnavailableError):
                await lab.run(view)
            assert lab.world.applied == []
            disk.heal()
            assert (await lab.run(view)).state is State.SUCCEEDED
            assert len(lab.world.applied) == 1


@pytest.mark.parametrize(("effect", "end"), [(True, State.SUCCEEDED), (False, State.FAILED)])
async def test_an_outcome_that_cannot_be_recorded_is_unknown_and_found_out_later(
    tmp_path: Path, effect: bool, end: State
) -> None:
    with faulty_disk() as disk:

        async def lose_the_disk(_order: Order) -> None:
            disk.fail_writes()

        world = World(after=lose_the_disk, swallows=not effect)
        async with bench(tmp_path, world, vfs=disk.name) as lab:
            view = (await lab.decide(await lab.propose())).view
            with pytest.raises(AuditUnavailableError):
                await lab.run(view)
            disk.heal()
            assert (await lab.ledger.get(view.action.id)).state is State.EXECUTING
            ended = await lab.run(view)
            assert (ended.state, ended.progress.reconciled) == (end, True)
            assert world.applied == [view.action.marker]
    assert len(records(tmp_path, "action.moved", to="UNKNOWN")) == 1
    assert verify(tmp_path).ok


async def test_the_server_itself_takes_up_what_it_could_not_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "ACTION_WATCH_SECONDS", 0.01)
    monkeypatch.setattr(watcher, "RECONCILE_AGAIN_SECONDS", 0.0)
    with faulty_disk() as disk:

        async def lose_the_disk(_order: Order) -> None:
            disk.fail_writes()

        async with bench(tmp_path, World(after=lose_the_disk), vfs=disk.name) as lab:
            view = (await lab.decide(await lab.propose())).view
            with pytest.raises(AuditUnavailableError):
                await lab.run(view)
            disk.heal()
            with anyio.fail_after(10):
                while (await lab.ledger.get(view.action.id)).state is not State.SUCCEEDED:
                    await anyio.sleep(0.01)
            assert len(lab.world.applied) == 1


async def test_wherever_the_disk_fails_on_the_way_there_is_at_most_one_effect_and_none_without_a_claim(
    tmp_path: Path,
) -> None:
    with faulty_disk() as disk:
        async with bench(tmp_path, vfs=disk.name) as lab:
            for nth in range(1, 40):
                lab.world.revision, lab.clock.at = "v42", NOW
                view = await lab.propose(requester=f"agent-{nth}")
                await lab.decide(view)
                disk.fail_writes(nth)
                try:
                    await lab.run(view)
                except AuditUnavailableError:
                    sent = lab.world.applied.count(view.action.marker)
                    claimed = bool(records(tmp_path, "action.moved", action=view.action.id, to="EXECUTING"))
                    assert sent <= claimed
                disk.heal()
                assert (await lab.run(view)).state is State.SUCCEEDED
                assert lab.world.applied.count(view.action.marker) == 1
    report = verify(tmp_path)
    assert report.ok, report.lines()
