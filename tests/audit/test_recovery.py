"""Calls whose server died over them."""

import json
import subprocess
import sys
from pathlib import Path

from opsloom.audit.log import AuditLog
from opsloom.audit.record import new_id
from opsloom.audit.verify import verify
from opsloom.store.sqlite import SqliteStore
from tests.audit.logbook import append_calls, beginning, edit, open_log, problems, texts

DIES_OVER_A_CALL = """
import os, sys
from pathlib import Path
from opsloom.audit.log import AuditLog
from opsloom.store.sqlite import SqliteStore
from tests.audit.logbook import append_calls, beginning
workspace = Path(sys.argv[1])
log = AuditLog.open(workspace, SqliteStore.open(workspace))
append_calls(log, 2)
log.append_sync(beginning("call-1"))
log.append_sync(beginning("call-2"))
print(log.server, flush=True)
os._exit(1)
"""


def die_over_a_call(workspace: Path) -> str:
    died = subprocess.run(
        [sys.executable, "-c", DIES_OVER_A_CALL, str(workspace)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert died.returncode == 1, died.stderr
    return died.stdout.strip()


def test_the_next_start_ends_the_calls_of_a_dead_server_as_unknown_and_only_once(tmp_path: Path) -> None:
    server = die_over_a_call(tmp_path)
    assert (tmp_path / "servers" / f"{server}.lock").exists()
    for _ in range(2):
        with open_log(tmp_path):
            pass
    ends = [json.loads(text) for text in texts(tmp_path)[6:]]
    assert [(end["kind"], end["call"], end["died"]) for end in ends] == [
        ("call.outcome_unknown", "call-1", server),
        ("call.outcome_unknown", "call-2", server),
    ]
    assert verify(tmp_path).calls_without_end == set()
    assert list((tmp_path / "servers").iterdir()) == []
    assert problems(tmp_path) == ""


def test_the_calls_of_a_living_server_are_left_to_it(tmp_path: Path) -> None:
    call = new_id()
    with open_log(tmp_path) as (_, log):
        log.append_sync(beginning(call))
        with SqliteStore.open(tmp_path) as second_store:
            AuditLog.open(tmp_path, second_store).close()
    assert [json.loads(text)["kind"] for text in texts(tmp_path)] == ["call.received"]
    assert verify(tmp_path).calls_without_end == {call}


def test_a_finished_call_is_not_open(tmp_path: Path) -> None:
    with open_log(tmp_path) as (_, log):
        append_calls(log, 3)
        log.append_sync(beginning("open-one"))
    assert [row[0] for row in edit(tmp_path, "SELECT call FROM audit_open_call")] == ["open-one"]


def test_the_list_of_open_calls_is_a_convenience_that_verification_does_not_trust(tmp_path: Path) -> None:
    with open_log(tmp_path) as (_, log):
        log.append_sync(beginning("open-one"))
    edit(tmp_path, "DELETE FROM audit_open_call")
    assert verify(tmp_path).calls_without_end == {"open-one"}
