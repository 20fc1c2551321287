"""Guarantee: several servers share one log without losing, doubling or misnumbering a record."""

import json
import subprocess
import sys
from collections import Counter
from itertools import groupby
from pathlib import Path

from opsloom.audit.verify import verify
from tests.audit.logbook import texts

SERVERS, CALLS = 3, 120

SERVER = """
import sys
from pathlib import Path
import anyio
from opsloom.audit.log import AuditLog
from opsloom.audit.record import new_id
from opsloom.store.sqlite import SqliteStore
from tests.audit.logbook import beginning, end

async def caller(log, calls):
    for _ in range(calls):
        call = new_id()
        assert not (await log.append(beginning(call))).spilled
        assert not (await log.append(end(call))).spilled

async def main():
    workspace, calls = Path(sys.argv[1]), int(sys.argv[2])
    with SqliteStore.open(workspace) as store:
        log = AuditLog.open(workspace, store)
        async with anyio.create_task_group() as tasks:
            for _ in range(4):
                tasks.start_soon(caller, log, calls // 4)
        log.close()

anyio.run(main)
"""


def test_three_servers_that_start_and_write_at_once_make_one_intact_log(tmp_path: Path) -> None:
    workspace = tmp_path / "new"
    servers = [
        subprocess.Popen([sys.executable, "-c", SERVER, str(workspace), str(CALLS)], stderr=subprocess.PIPE, text=True)
        for _ in range(SERVERS)
    ]
    assert [server.communicate(timeout=120)[1] for server in servers] == [""] * SERVERS
    report = verify(workspace)
    assert report.ok, report.lines()
    assert (report.records, report.signed) == (SERVERS * CALLS * 2, SERVERS * CALLS * 2)
    assert report.calls_without_end == set()
    writers = [json.loads(text)["server"] for text in texts(workspace)]
    assert set(Counter(writers).values()) == {CALLS * 2}
    assert len(list(groupby(writers))) > SERVERS, "the servers did not interleave"
