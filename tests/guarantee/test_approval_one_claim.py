"""Guarantee: an approved action is executed once, however many processes of the workspace take it on at once."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from opsloom.approval.policy import Policy
from opsloom.approval.requirement import Execution
from opsloom.approval.state import State
from opsloom.audit.verify import verify
from opsloom.model.changes import SendMessage
from tests.approval.lab import bench
from tests.approval.store_clock import records

PROCESSES, ACTIONS = 3, 50

PROCESS = """
import json, os, sys, time
from pathlib import Path
import anyio
from opsloom.approval.policy import Policy
from opsloom.approval.requirement import Execution
from tests.approval.lab import World, bench

folder, count = Path(sys.argv[1]), int(sys.argv[2])

async def note(order):
    with (folder / "sent").open("a") as sent:
        sent.write(order.marker + chr(10))

def wait_for_all(number):
    with (folder / f"barrier-{number}").open("a") as barrier:
        barrier.write("x")
    deadline = time.monotonic() + 60
    while (folder / f"barrier-{number}").stat().st_size < count:
        assert time.monotonic() < deadline, "the other processes did not come"
        time.sleep(0.0005)

async def main():
    won = 0
    policy = Policy(execute=Execution.ON_STATUS)
    async with bench(folder / "workspace", World(after=note), policy) as lab:
        for number, view in enumerate(await lab.ledger.waiting()):
            wait_for_all(number)
            won += (await lab.run(view)).server == lab.ledger.server
        wait_for_all("end")
    print(won)

anyio.run(main)
"""


async def test_processes_that_take_fifty_actions_on_at_once_execute_each_of_them_once(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    async with bench(workspace, policy=Policy(execute=Execution.ON_STATUS)) as lab:
        for number in range(ACTIONS):
            view = await lab.propose(SendMessage(channel="incidents", text=f"message {number}"))
            assert (await lab.decide(view)).view.state is State.APPROVED
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, str(tmp_path), str(PROCESSES)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(PROCESSES)
    ]  # fmt: skip
    ended = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0] * PROCESSES, ended
    won = [json.loads(out) for out, _ in ended]
    assert sum(won) == ACTIONS
    assert max(won) < ACTIONS, "the processes did not contend"

    sent = Counter((tmp_path / "sent").read_text().split())
    assert (len(sent), set(sent.values())) == (ACTIONS, {1})
    claims = Counter(one["action"] for one in records(workspace, "action.moved", to="EXECUTING"))
    assert {f"opsloom-{action}": count for action, count in claims.items()} == dict(sent)
    async with bench(workspace) as lab:
        assert await lab.ledger.open() == []
    assert verify(workspace).ok
