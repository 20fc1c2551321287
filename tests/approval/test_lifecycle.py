"""An action from the proposal to its verified end."""

from pathlib import Path

import pytest

from opsloom.approval.decision import Verdict
from opsloom.approval.progress import Effectiveness
from opsloom.approval.state import State
from opsloom.audit.verify import verify
from opsloom.model.errors import ApprovalError
from tests.approval.lab import Bench, World, bench


async def approved(lab: Bench, **fields: object):  # type: ignore[no-untyped-def]
    view = await lab.propose(**fields)
    ruling = await lab.decide(view)
    assert ruling.counted, ruling.why
    return ruling.view


async def test_an_approved_rollback_runs_once_and_is_verified(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await lab.propose()
        assert view.state is State.AWAITING
        assert lab.world.applied == []
        ended = await lab.run((await lab.decide(view)).view)
        assert (ended.state, ended.progress.effectiveness) == (State.SUCCEEDED, Effectiveness.EFFECTIVE)
        assert lab.world.applied == [view.action.marker]
        assert lab.world.revision == "v41"
    assert verify(tmp_path).ok


async def test_nothing_runs_without_an_approval(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await lab.propose()
        assert (await lab.run(view)).state is State.AWAITING
        assert (await lab.decide(view, Verdict.DENY, reason="not now")).view.state is State.DENIED
        assert (await lab.run(view)).state is State.DENIED
        assert lab.world.applied == []


async def test_the_same_call_again_is_the_same_action_open_or_just_done(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await lab.propose()
        assert (await lab.propose()).action.id == view.action.id
        await lab.run((await lab.decide(view)).view)
        assert (await lab.propose()).action.id == view.action.id
        assert len(lab.world.applied) == 1


async def test_a_target_that_moved_meanwhile_makes_it_stale_and_planned_anew(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await approved(lab)
        lab.world.revision = "v43"
        ended = await lab.run(view)
        assert ended.state is State.STALE
        assert [(one.what, one.before, one.after) for one in ended.progress.differences] == [("revision", "v42", "v43")]
        fresh = await lab.ledger.get(ended.progress.next_action or "")
        assert (fresh.state, fresh.action.replaces) == (State.AWAITING, view.action.id)
        assert lab.world.applied == []


async def test_done_without_effect_is_ineffective(tmp_path: Path) -> None:
    async with bench(tmp_path, World(heals=False)) as lab:
        ended = await lab.run(await approved(lab))
        assert (ended.state, ended.progress.effectiveness) == (State.INEFFECTIVE, Effectiveness.INEFFECTIVE)
        assert "has ended: NO, it is firing" in ended.progress.detail


async def test_what_has_ended_cannot_be_revoked(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        ended = await lab.run(await approved(lab))
        with pytest.raises(ApprovalError, match="too late"):
            await lab.ledger.stop(ended.action.code, State.REVOKED, "no", by=None)  # type: ignore[arg-type]
