"""Guarantee: what moved between plan and execution, be it target, policy or tool, stops an approved action."""

from pathlib import Path

import pytest

from opsloom.approval.policy import Policy
from opsloom.approval.policy_load import PolicySource
from opsloom.approval.progress import ActionView
from opsloom.approval.requirement import Risk
from opsloom.approval.state import State
from opsloom.audit.verify import verify
from opsloom.model.changes import Order
from opsloom.model.errors import ConfigurationError, UnsupportedError
from tests.approval import lab as lab_module
from tests.approval.lab import Bench, World, bench
from tests.approval.policies import policy_of
from tests.approval.store_clock import records

WEEK = "during = { from = 2026-03-01T00:00:00Z, until = 2026-03-09T00:00:00Z }"
FROZEN = policy_of(f'[[freezes]]\nname = "launch"\n{WEEK}')
FROZEN_ELSEWHERE = policy_of(f'[[freezes]]\nname = "payday"\nservices = ["payments"]\n{WEEK}')


async def approved(lab: Bench) -> ActionView:
    ruling = await lab.decide(await lab.propose())
    assert ruling.view.state is State.APPROVED
    return ruling.view


async def replacement_of(lab: Bench, stale: ActionView) -> ActionView:
    return await lab.ledger.get(stale.progress.next_action or "none")


async def test_a_target_that_moved_shows_the_difference_and_a_new_plan_that_needs_its_own_approval(
    tmp_path: Path,
) -> None:
    async with bench(tmp_path) as lab:
        view = await approved(lab)
        lab.world.revision = "v43"
        stale = await lab.run(view)
        assert stale.state is State.STALE
        (told,) = records(tmp_path, "action.moved", to="STALE")
        assert told["differences"] == [{"what": "revision", "before": "v42", "after": "v43"}]
        fresh = await replacement_of(lab, stale)
        assert (fresh.state, fresh.action.replaces, fresh.decisions) == (State.AWAITING, view.action.id, ())
        assert 'revision: "v43" -> "v41"' in fresh.action.preview
        assert (await lab.run(fresh)).state is State.AWAITING
        assert lab.world.applied == []
        assert (await lab.run((await lab.decide(fresh)).view)).action.id == fresh.action.id
        assert lab.world.revision == "v41"
    assert verify(tmp_path).ok


async def test_a_target_that_moves_at_the_last_moment_is_left_to_the_providers_condition(tmp_path: Path) -> None:
    world = World()

    async def move(_order: Order) -> None:
        world.revision = "v43"

    world.before = move
    async with bench(tmp_path, world) as lab:
        stale = await lab.run(await approved(lab))
        assert stale.state is State.STALE
        assert (await replacement_of(lab, stale)).state is State.AWAITING
    assert (world.revision, world.applied) == ("v43", [])


async def test_a_target_that_cannot_be_looked_at_again_gets_nothing_sent(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await approved(lab)

        def broken(_change: object) -> None:
            raise ConfigurationError("the lab has lost its address")

        lab.world._plan_revision = broken  # type: ignore[method-assign,assignment]
        ended = await lab.run(view)
    assert (ended.state, lab.world.applied) == (State.FAILED, [])
    assert "nothing was sent" in ended.progress.detail


@pytest.mark.parametrize(
    ("policy", "difference"),
    [
        (FROZEN, "policy: allowed"),
        (policy_of('[[rules]]\nname = "strict"\ntools = ["*"]\nrisk = "R3"'), "policy: risk"),
        (policy_of('[[rules]]\nname = "no"\ntools = ["*"]\nforbid = "not any more"'), "policy: allowed"),
        (policy_of("rules = []"), "policy: allowed"),
        (Policy(local_self_approve=True), "policy: self_approval"),
        (Policy(execution_minutes=1), "policy: execution_seconds"),
    ],
)
async def test_a_policy_that_changed_after_the_approval_stops_it(
    tmp_path: Path, policy: Policy, difference: str
) -> None:
    async with bench(tmp_path) as lab:
        view = await approved(lab)
        lab.policy.policy = policy
        stale = await lab.run(view)
        assert stale.state is State.STALE
        assert difference in [one.what for one in stale.progress.differences]
        assert lab.world.applied == []
        fresh = await replacement_of(lab, stale)
        assert fresh.action.policy_digest == policy.digest
        assert (fresh.state is State.PLANNED) == (not fresh.action.requirement.allowed)


async def test_a_policy_that_says_the_same_of_this_action_does_not_stop_it(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await approved(lab)
        lab.policy.policy = FROZEN_ELSEWHERE
        assert (await lab.run(view)).state is State.SUCCEEDED


async def test_a_freeze_does_not_let_a_new_plan_be_approved(tmp_path: Path) -> None:
    async with bench(tmp_path, policy=FROZEN) as lab:
        view = await lab.propose()
        assert (view.state, view.action.requirement.risk) == (State.PLANNED, Risk.R2)
        assert "CANNOT RUN: the freeze" in view.action.preview
        ruling = await lab.decide(view, break_glass=True, reason="it burns")
        assert not ruling.counted
        await lab.run(view)
        assert lab.world.applied == []


async def test_a_policy_that_is_broken_when_it_should_run_stops_it(tmp_path: Path) -> None:
    settings = tmp_path / "opsloom.toml"
    settings.write_text("[policy]\n")
    source = PolicySource(settings)
    async with bench(tmp_path / "workspace") as lab:
        lab.policy.current = source.current  # type: ignore[method-assign]
        view = await approved(lab)
        settings.write_text("[policy]\nlocal_self_approve = maybe\n")
        ended = await lab.run(view)
    assert (ended.state, lab.world.applied) == (State.FAILED, [])
    assert "nothing was sent" in ended.progress.detail


async def test_a_tool_whose_contract_changed_is_stale_and_planned_anew_under_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with bench(tmp_path) as lab:
        view = await approved(lab)
        monkeypatch.setitem(lab_module.CONTRACTS, "rollback_deploy", "d" * 64)
        stale = await lab.run(view)
        assert stale.state is State.STALE
        assert [one.what for one in stale.progress.differences] == ["contract of the tool"]
        assert lab.world.applied == []
        fresh = await replacement_of(lab, stale)
        assert fresh.action.tool_digest == "d" * 64
        assert (await lab.run((await lab.decide(fresh)).view)).state is State.SUCCEEDED


async def test_a_server_without_the_tool_leaves_it_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with bench(tmp_path) as lab:
        view = await approved(lab)
        monkeypatch.delitem(lab_module.CONTRACTS, "rollback_deploy")
        with pytest.raises(UnsupportedError):
            await lab.run(view)
        assert (await lab.ledger.get(view.action.id)).state is State.APPROVED
        assert lab.world.applied == []
