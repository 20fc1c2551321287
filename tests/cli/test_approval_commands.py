"""``opsloom approve`` and the other commands that decide, typed at a real terminal beside a server that runs."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from opsloom.approval import watcher
from opsloom.audit.verify import verify
from opsloom.model.changes import Order
from opsloom.model.errors import OutcomeUnknownError
from tests.approval.lab import World
from tests.cli.approver import LAPTOP, approve, aside, at_terminal, comes_to, command, proposed, status
from tests.cli.command import opsloom
from tests.cli.terminal import CTRL_C, CTRL_D, WITHIN_SECONDS, Terminal
from tests.server.lab_server import lab_client


@pytest.fixture(autouse=True)
def _watching_closely(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watcher, "ACTION_WATCH_SECONDS", 0.05)


async def test_an_approver_reads_the_plan_and_its_evidence_types_the_code_and_the_server_runs_it(folder: Path) -> None:
    world = World()
    async with lab_client(folder, world, "legacy", policy=LAPTOP) as client:
        action = await proposed(client)
        code, shown = await approve(folder, action["code"])
        assert code == 0, shown
        await comes_to(client, action, "succeeded")
        decisions = (await status(client, action))["decisions"]
    assert len(world.applied) == 1
    for line in action["preview"].splitlines():
        assert line in shown
    assert f"Planned on {action['evidence'][0]}: GET lab://" in shown
    assert action["requester_says"] in shown
    assert "The server that planned it runs it now." in shown
    assert len(decisions) == 1
    assert "in a terminal (A1), SELF-APPROVED" in decisions[0]
    assert verify(folder / "workspace").ok


@pytest.mark.parametrize("typed", ["yes\n", "y\n", "\n", "0000-0000\n", CTRL_D, CTRL_C])
async def test_anything_but_the_code_decides_nothing(folder: Path, typed: str) -> None:
    async with lab_client(folder, World(), "legacy", policy=LAPTOP) as client:
        action = await proposed(client)
        code, shown = await approve(folder, action["code"], types=typed)
        assert code == (130 if typed == CTRL_C else 1), shown
        assert "Recorded" not in shown
        assert "Traceback" not in shown
        assert await status(client, action) == action


async def test_no_program_approves_settles_or_registers_a_key(folder: Path) -> None:
    async with lab_client(folder, World(), "legacy", policy=LAPTOP) as client:
        action = await proposed(client)
        code = action["code"]
        for words in (("approve", code), ("settle", code, "--happened", "yes", "--reason", "x"), ("keys", "add", "k")):
            done = await aside(partial(piped, folder, f"{code}\n" * 3, *words))
            assert (done.returncode, done.stdout) == (2, "")
            assert "needs a person at a terminal" in done.stderr
        refused = await command(folder, "approve", code, "--yes")
        assert (refused.code, refused.out) == (2, "")
        assert "--yes exists for --demo only" in refused.err
        assert await status(client, action) == action


def piped(folder: Path, typed: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What a program does that holds the code."""
    return subprocess.run(
        [sys.executable, "-m", "opsloom.cli.main", *arguments], input=typed, capture_output=True, text=True,
        timeout=WITHIN_SECONDS, check=False, cwd=folder, env={**os.environ, "HOME": str(folder)},
    )  # fmt: skip


async def test_the_demos_approval_without_a_person_counts_for_recordings_only(folder: Path) -> None:
    (folder / "state" / "opsloom").mkdir(parents=True)
    (folder / "state" / "opsloom" / "demo").symlink_to(folder / "workspace")
    async with lab_client(folder, World(), "legacy", policy=LAPTOP) as client:
        action = await proposed(client)
        words = ("approve", action["code"], "--demo", "--yes")
        done = await aside(partial(opsloom, *words, home=folder, XDG_STATE_HOME=str(folder / "state")))
        assert done.code == 1
        assert "only a recording's own world may be changed without a person" in done.out
        assert await status(client, action) == action


async def test_the_requester_does_not_approve_an_r2_of_their_own_at_a_terminal_either(folder: Path) -> None:
    world = World()
    async with lab_client(folder, world, "legacy") as client:
        action = await proposed(client)
        code, shown = await approve(folder, action["code"])
        assert code == 1
        assert "This does not count: the policy wants another person than the requester" in shown
        assert (await status(client, action))["status"] == "pending_approval"
    assert world.applied == []


async def test_two_terminals_that_approve_at_once_are_one_approval_and_one_execution(folder: Path) -> None:
    world = World()
    async with lab_client(folder, world, "legacy", policy=LAPTOP) as client:
        action = await proposed(client)
        terminals = [Terminal("approve", action["code"], folder=folder) for _ in range(2)]
        for terminal in terminals:
            await aside(partial(terminal.until, "to leave it: "))
        for terminal in terminals:
            terminal.type(f"{action['code']}\n")
        codes = [await aside(terminal.end) for terminal in terminals]
        await comes_to(client, action, "succeeded")
        assert len((await status(client, action))["decisions"]) == 1
    assert (sorted(codes), len(world.applied)) == ([0, 1], 1)
    assert any("This does not count: the action is" in terminal.shown for terminal in terminals)


async def test_a_denial_needs_a_reason_which_the_requester_reads(folder: Path) -> None:
    world = World()
    async with lab_client(folder, world, "legacy", policy=LAPTOP) as client:
        action = await proposed(client)
        assert (await command(folder, "deny", action["code"])).code == 2
        done = await command(folder, "deny", action["code"].lower(), "--reason", "not before the backup")
        assert (done.code, done.out) == (0, "Recorded. The action is DENIED.\n")
        answer = await status(client, action)
        again = await command(folder, "deny", action["code"], "--reason", "once more")
        assert (again.code, again.out) == (1, "This does not count: the action is DENIED.\n")
    assert (answer["status"], answer["detail"]) == ("denied", "denied: not before the backup")
    assert world.applied == []


async def test_an_approval_that_is_revoked_before_it_runs_does_not_run(folder: Path) -> None:
    world = World()
    async with lab_client(folder, world, "legacy", policy=LAPTOP) as client:
        action = await proposed(client)
    code, shown = await approve(folder, action["code"])
    assert code == 0, shown
    assert f"It runs when it is asked for: opsloom call action_status action={action['code']}" in shown
    done = await command(folder, "revoke", action["code"], "--reason", "wrong service")
    assert (done.code, done.out) == (0, "Recorded. The action is REVOKED: it does not run.\n")
    async with lab_client(folder, world, "legacy", policy=LAPTOP) as client:
        answer = await status(client, action)
        late = await command(folder, "revoke", action["code"])
    assert (answer["status"], world.applied) == ("revoked", [])
    assert late.code == 2
    assert "too late" in late.err


@pytest.mark.parametrize(("happened", "ends"), [("no", "failed"), ("yes", "succeeded")])
async def test_a_person_settles_what_nobody_could_see(folder: Path, happened: str, ends: str) -> None:
    async def timeout(_order: Order) -> None:
        raise OutcomeUnknownError("no answer came", instance="lab")

    world = World(after=timeout)
    async with lab_client(folder, world, "legacy", policy=LAPTOP) as client:
        action = await proposed(client, "send_message", channel="ops", text="hello", reason="to tell")
        words = ("settle", action["code"], "--happened", happened, "--reason", "read the channel")
        early, shown = await at_terminal(folder, *words)
        assert early == 2, shown
        assert "only one that is UNKNOWN can be settled" in shown
        await approve(folder, action["code"])
        await comes_to(client, action, "unknown")
        code, shown = await at_terminal(folder, *words)
        assert code == 0, shown
        answer = await status(client, action)
    assert (answer["status"], len(world.messages)) == (ends, 1)


async def test_a_code_that_there_is_not_is_said_and_nothing_is_asked(folder: Path) -> None:
    async with lab_client(folder, World(), "legacy"):
        for code in ("0000-0000", "x", ""):
            ended, shown = await at_terminal(folder, "approve", code)
            assert ended == 2
            assert "there is no such action here" in shown
