"""Guarantee: a record that was acknowledged survives the death of its server at any moment, and the log verifies."""

import json
import random
import signal
import subprocess
import sys
from pathlib import Path

from opsloom.audit.reading import get_records
from opsloom.audit.verify import verify
from opsloom.store.sqlite import SqliteStore

ROUNDS = 20
MOST_ACKNOWLEDGED = 150

SERVER = """
import os, sys
from pathlib import Path
import anyio
from opsloom.audit.log import AuditLog
from opsloom.audit.record import new_id
from opsloom.store.sqlite import SqliteStore
from tests.audit.logbook import beginning, end

async def caller(log):
    while True:
        call = new_id()
        for record in (beginning(call), end(call)):
            appended = await log.append(record)
            os.write(1, f"{appended.seq} {appended.id}\\n".encode())

async def main():
    workspace = Path(sys.argv[1])
    log = AuditLog.open(workspace, SqliteStore.open(workspace))
    async with anyio.create_task_group() as tasks:
        for _ in range(8):
            tasks.start_soon(caller, log)

anyio.run(main)
"""


def acknowledged_until_killed(workspace: Path, count: int) -> list[tuple[int, str]]:
    """What a server under load has acknowledged when it dies, some time after ``count`` records."""
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(workspace)], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    lines = [server.stdout.readline() for _ in range(count)]
    server.send_signal(signal.SIGKILL)
    lines += server.stdout.readlines()
    assert server.wait(timeout=30) == -signal.SIGKILL
    pairs = (line.split() for line in lines if line.endswith("\n"))
    return [(int(seq), ident) for seq, ident in pairs]


def test_every_acknowledged_record_survives_kill_9_and_the_log_verifies(tmp_path: Path) -> None:
    chance = random.Random(9)  # noqa: S311  the same moments in each run
    acknowledged: list[tuple[int, str]] = []
    for _ in range(ROUNDS):
        acknowledged += acknowledged_until_killed(tmp_path, chance.randrange(1, MOST_ACKNOWLEDGED))
        report = verify(tmp_path)
        assert report.ok, report.lines()
    with SqliteStore.open_read_only(tmp_path) as store:
        ids = store.read_sync(
            lambda reader: {
                seq: json.loads(text)["id"] for seq, text in reader.execute("SELECT seq, record FROM audit_record")
            }
        )
    assert [(seq, ident) for seq, ident in acknowledged if ids.get(seq) != ident] == []
    assert len({seq for seq, _ in acknowledged}) == len(acknowledged)


def test_calls_that_were_running_when_the_server_died_are_ended_by_the_next_one(tmp_path: Path) -> None:
    acknowledged_until_killed(tmp_path, 20)
    open_calls = verify(tmp_path).calls_without_end
    acknowledged_until_killed(tmp_path, 1)
    with SqliteStore.open_read_only(tmp_path) as store:
        for call in open_calls:
            assert get_records(store, call)[-1]["kind"] == "call.outcome_unknown"
    assert not open_calls & verify(tmp_path).calls_without_end
