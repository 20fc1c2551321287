"""Guarantee: a server that is killed before or after the provider call causes no second effect; what became of the
action is found out at the provider."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from opsloom.approval.state import State
from opsloom.audit.verify import verify
from tests.approval.lab import World, bench
from tests.approval.store_clock import records

PROCESS = """
import os, signal, sys
from pathlib import Path
import anyio
from tests.approval.lab import World, bench

folder, moment = Path(sys.argv[1]), sys.argv[2]

async def die(order):
    os.kill(os.getpid(), signal.SIGKILL)

async def die_after_effect(order):
    (folder / "effects").write_text(order.marker)
    await die(order)

async def main():
    world = World(before=die) if moment == "before" else World(after=die_after_effect)
    async with bench(folder / "workspace", world) as lab:
        await lab.run((await lab.decide(await lab.propose())).view)

anyio.run(main)
"""


def killed(folder: Path, moment: str) -> World:
    """A server dies ``moment`` the provider call; what the provider then holds."""
    command = [sys.executable, "-c", PROCESS, str(folder), moment]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    effects = folder / "effects"
    return World(revision="v41", applied=[effects.read_text()]) if effects.exists() else World()


@pytest.mark.parametrize(("moment", "end", "effects"), [("before", State.FAILED, 0), ("after", State.SUCCEEDED, 1)])
async def test_the_next_server_finds_out_what_became_of_it_and_sends_nothing(
    tmp_path: Path, moment: str, end: State, effects: int
) -> None:
    world, workspace = killed(tmp_path, moment), tmp_path / "workspace"
    (claimed,) = records(workspace, "action.moved", to="EXECUTING")
    async with bench(workspace, world) as lab:
        view = await lab.run(await lab.ledger.get(claimed["action"]))
    assert (view.state, view.progress.reconciled) == (end, True)
    assert len(world.applied) == effects
    assert len(records(workspace, "action.moved", to="UNKNOWN")) == 1
    report = verify(workspace)
    assert report.ok, report.lines()


async def test_only_a_new_action_with_an_approval_of_its_own_sends_it_again(tmp_path: Path) -> None:
    world, workspace = killed(tmp_path, "before"), tmp_path / "workspace"
    async with bench(workspace, world) as lab:
        (first,) = await lab.ledger.open()
        assert (await lab.run(first)).state is State.FAILED
        again = await lab.propose()
        assert (again.state, again.action.id != first.action.id) == (State.AWAITING, True)
        await lab.run(again)
        assert world.applied == []
        assert (await lab.run((await lab.decide(again)).view)).state is State.SUCCEEDED
    assert world.applied == [again.action.marker]
