"""Several processes on one file: each gets its turn."""

import fcntl
import subprocess
import sys
import threading
import time
from itertools import groupby
from pathlib import Path

import pytest

from opsloom.model.errors import OpsloomError
from opsloom.store.port import Reader, Transaction
from opsloom.store.sqlite import SqliteStore
from opsloom.store.turn import WriterTurn

PROCESSES, WRITES = 3, 150

WORKER = """
import sys
from pathlib import Path
from opsloom.store.sqlite import SqliteStore
store = SqliteStore.open(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[3])):
    row = f"{sys.argv[2]}-{number}"
    store.write_sync(lambda tx: tx.execute("INSERT INTO turn_test (worker, row) VALUES (?, ?)", (sys.argv[2], row)))
store.close()
"""


def make_table(transaction: Transaction) -> None:
    transaction.execute("CREATE TABLE turn_test (number INTEGER PRIMARY KEY, worker TEXT, row TEXT)")


def workers_in_order(reader: Reader) -> list[str]:
    return [worker for (worker,) in reader.execute("SELECT worker FROM turn_test ORDER BY number")]


def test_processes_that_write_at_once_all_finish_and_take_turns(tmp_path: Path) -> None:
    with SqliteStore.open(tmp_path) as store:
        store.write_sync(make_table)
        workers = [
            subprocess.Popen(
                [sys.executable, "-c", WORKER, str(tmp_path), name, str(WRITES)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for name in "abc"[:PROCESSES]
        ]
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        errors = [worker.communicate(timeout=120)[1] for worker in workers]
        order = store.read_sync(workers_in_order)
    assert errors == [""] * PROCESSES
    assert {worker: order.count(worker) for worker in "abc"} == dict.fromkeys("abc", WRITES)
    # Nobody is left behind: when the first is done, the others have written a fair share.
    first_done = min(len(order) - order[::-1].index(worker) for worker in "abc")
    shares = [order[:first_done].count(worker) for worker in "abc"]
    assert min(shares) > max(shares) / 4, shares
    assert len(list(groupby(order))) > WRITES / 4, "the processes did not interleave"


def seat_is_taken(workspace: Path) -> bool:
    with (workspace / "writer-next.lock").open() as seat:
        try:
            fcntl.flock(seat, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def test_who_just_wrote_lets_a_waiter_go_first(tmp_path: Path) -> None:
    mine, other = WriterTurn(tmp_path), WriterTurn(tmp_path)
    for _ in range(20):
        order: list[str] = []

        def take_turn(order: list[str] = order) -> None:
            with other.taken():
                order.append("waiter")

        waiter = threading.Thread(target=take_turn)
        with mine.taken():
            waiter.start()
            deadline = time.monotonic() + 10
            while not seat_is_taken(tmp_path):
                assert time.monotonic() < deadline, "the waiter did not sit down"
        with mine.taken():
            order.append("again")
        waiter.join()
        assert order == ["waiter", "again"]
    mine.close()
    other.close()


def test_first_starts_at_the_same_moment_make_one_schema(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from opsloom.store.sqlite import SqliteStore; "
        "SqliteStore.open(Path(sys.argv[1])).close()"
    )
    starts = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "new")], stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert [start.communicate(timeout=60)[1] for start in starts] == [""] * 4


def test_a_turn_that_is_never_given_back_is_a_plain_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with SqliteStore.open(tmp_path) as store:
        store.write_sync(make_table)
        monkeypatch.setattr("opsloom.store.turn.STORE_LOCK_WAIT_SECONDS", 0.02)
        other = WriterTurn(tmp_path)
        with other.taken(), pytest.raises(OpsloomError, match="Another process"):
            store.write_sync(lambda tx: tx.execute("INSERT INTO turn_test (worker) VALUES ('a')"))
        other.close()
        store.write_sync(lambda tx: tx.execute("INSERT INTO turn_test (worker) VALUES ('b')"))
        assert store.read_sync(workers_in_order) == ["b"]
