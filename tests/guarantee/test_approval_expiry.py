"""Guarantee: an approval ends when its time is over by the store's own clock, to the instant, whatever the wall clock
is set to."""

from datetime import timedelta
from pathlib import Path

import pytest

from opsloom.approval.decision import Verdict
from opsloom.approval.state import State
from opsloom.audit.verify import verify
from opsloom.model.errors import ApprovalError
from tests.approval.lab import bench, by
from tests.approval.store_clock import StoreClock, records

INSTANT = timedelta(milliseconds=1)
HOUR = 3_600.0


async def test_an_approval_at_the_instant_of_expiry_is_too_late(tmp_path: Path) -> None:
    clock = StoreClock()
    async with bench(tmp_path, time=clock.time()) as lab:
        view = await lab.propose()
        clock.pass_until(view.action.approve_by)
        ruling = await lab.decide(view)
        assert (ruling.counted, ruling.why, ruling.view.state) == (False, "the action is EXPIRED", State.EXPIRED)
        assert (await lab.run(view)).state is State.EXPIRED
        assert lab.world.applied == []
    assert [one["counted"] for one in records(tmp_path, "action.decided")] == [False]
    assert verify(tmp_path).ok


async def test_an_approval_just_before_expiry_counts(tmp_path: Path) -> None:
    clock = StoreClock()
    async with bench(tmp_path, time=clock.time()) as lab:
        view = await lab.propose()
        clock.pass_until(view.action.approve_by - INSTANT)
        assert (await lab.decide(view)).view.state is State.APPROVED
        clock.pass_until(view.action.execute_by - INSTANT)
        assert (await lab.run(view)).state is State.SUCCEEDED


async def test_at_the_instant_when_it_had_to_be_begun_it_is_not_begun(tmp_path: Path) -> None:
    clock = StoreClock()
    async with bench(tmp_path, time=clock.time()) as lab:
        view = (await lab.decide(await lab.propose())).view
        clock.pass_until(view.action.execute_by)
        with pytest.raises(ApprovalError, match="only an approved one can run"):
            await lab.ledger.claim(view.action.id, "me", by("me"))
        ended = await lab.run(view)
        assert (ended.state, ended.progress.detail) == (State.EXPIRED, "it was not begun in time")
        assert lab.world.applied == []


async def test_neither_denial_nor_revocation_nor_claim_changes_what_has_expired(tmp_path: Path) -> None:
    clock = StoreClock()
    async with bench(tmp_path, time=clock.time()) as lab:
        view = await lab.propose()
        clock.pass_until(view.action.approve_by)
        ruling = await lab.decide(view, Verdict.DENY)
        assert (ruling.counted, ruling.view.state) == (False, State.EXPIRED)
        with pytest.raises(ApprovalError, match="too late"):
            await lab.ledger.stop(view.action.code, State.REVOKED, "no", by("opsloom-cli"))
        assert (await lab.ledger.get(view.action.id)).state is State.EXPIRED


async def test_what_expired_is_proposed_anew_as_another_action(tmp_path: Path) -> None:
    clock = StoreClock()
    async with bench(tmp_path, time=clock.time()) as lab:
        view = await lab.propose()
        clock.pass_until(view.action.approve_by)
        again = await lab.propose()
        assert (again.state, again.action.id != view.action.id) == (State.AWAITING, True)
        assert again.action.approve_by > view.action.approve_by


@pytest.mark.parametrize("step", [HOUR, -HOUR])
async def test_a_wall_clock_that_is_stepped_an_hour_neither_ends_nor_prolongs_an_approval(
    tmp_path: Path, step: float
) -> None:
    clock = StoreClock()
    async with bench(tmp_path, time=clock.time()) as lab:
        view = await lab.propose()
        clock.wall += step
        assert (await lab.decide(view)).view.state is State.APPROVED
        left = (view.action.execute_by - await lab.ledger.now()).total_seconds()
        clock.pass_by(left - 0.001)
        assert (await lab.ledger.get(view.action.id)).state is State.APPROVED
        clock.pass_by(0.001)
        assert (await lab.run(view)).state is State.EXPIRED
        assert lab.world.applied == []


async def test_a_reboot_with_a_clock_that_was_set_back_gives_no_second_life(tmp_path: Path) -> None:
    clock = StoreClock()
    async with bench(tmp_path, time=clock.time()) as lab:
        view = (await lab.decide(await lab.propose())).view
        clock.pass_until(view.action.execute_by)
        assert (await lab.ledger.get(view.action.id)).state is State.EXPIRED
    clock.boot, clock.since_boot, clock.wall = "boot-2", 1.0, clock.wall - 10 * HOUR
    async with bench(tmp_path, lab.world, time=clock.time()) as lab:
        fresh = await lab.propose()
        assert fresh.action.approve_by > view.action.execute_by
        assert (await lab.run(view)).state is State.EXPIRED
        assert lab.world.applied == []
