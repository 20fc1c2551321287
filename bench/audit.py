"""What the audit log costs: appends against a bare SQLite with the same group commit, and verification.

The bare side has the same writer thread, the same way of waking callers and rows of the same size, but no
JSON, no Merkle tree, no signatures, no index. Each side is measured in turns, so that both see the same machine.
"""

import itertools
import statistics
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import anyio
import apsw
from anyio import from_thread
from anyio.lowlevel import EventLoopToken, current_token

from bench.table import print_table
from opsloom.audit.canonical import Json
from opsloom.audit.log import AuditLog
from opsloom.audit.record import Actor, CallStatus, Record, finished, new_id, received
from opsloom.audit.verify import verify
from opsloom.store.sqlite import SqliteStore

CALLERS = (1, 8, 32)
ROUNDS = 3
ROW_BYTES = 750
CALLS_MADE = 20_000
ACTOR = Actor("oncall-a", "laptop", "assistant", "1.4.2")
ARGUMENTS: dict[str, Json] = {
    "query": 'sum by (service) (rate(http_requests_total{status=~"5.."}[5m]))',
    "window": {"from": "2026-01-05T10:00:00Z", "to": "2026-01-05T11:00:00Z"},
}


class BareLog:
    """Rows into SQLite, many to a commit, and nothing else."""

    def __init__(self, path: Path) -> None:
        self._queue: SimpleQueue[tuple[str, anyio.Event, EventLoopToken] | None] = SimpleQueue()
        self._connection = apsw.Connection(str(path))
        self._connection.pragma("journal_mode", "wal")
        self._connection.pragma("synchronous", "full")
        self._connection.execute("CREATE TABLE row (seq INTEGER PRIMARY KEY, text TEXT NOT NULL)")
        self._committed: SimpleQueue[list[tuple[str, anyio.Event, EventLoopToken]] | None] = SimpleQueue()
        self._threads = [threading.Thread(target=self._write), threading.Thread(target=self._wake)]
        for thread in self._threads:
            thread.start()

    async def append(self, text: str) -> None:
        event = anyio.Event()
        self._queue.put((text, event, current_token()))
        await event.wait()

    def close(self) -> None:
        self._queue.put(None)
        for thread in self._threads:
            thread.join()
        self._connection.close()

    def _write(self) -> None:
        while (first := self._queue.get()) is not None:
            batch = [first]
            while True:
                try:
                    item = self._queue.get_nowait()
                except Empty:
                    break
                if item is None:
                    self._queue.put(None)
                    break
                batch.append(item)
            self._connection.execute("BEGIN IMMEDIATE")
            for text, _, _ in batch:
                self._connection.execute("INSERT INTO row (text) VALUES (?)", (text,))
            self._connection.execute("COMMIT")
            self._committed.put(batch)
        self._committed.put(None)

    def _wake(self) -> None:
        while (batch := self._committed.get()) is not None:
            from_thread.run_sync(_set_all, [event for _, event, _ in batch], token=batch[0][2])


def _set_all(events: list[anyio.Event]) -> None:
    for event in events:
        event.set()


def call_records() -> tuple[Record, Record]:
    """The beginning and the end of a typical call."""
    call, investigation = new_id(), new_id()
    beginning = received(
        call=call,
        actor=ACTOR,
        method="tools/call",
        target="query_metrics",
        protocol="2026-07-28",
        arguments=ARGUMENTS,
        arguments_digest="5f" * 32,
        tool_digest="a7" * 32,
        investigation=investigation,
    )
    end = finished(
        call=call,
        actor=ACTOR,
        status=CallStatus.OK,
        duration_ms=143,
        result_digest="c3" * 32,
        evidence=[f"ev_{number:016}" for number in range(6)],
        investigation=investigation,
    )
    return beginning, end


async def _rate(callers: int, seconds: float, once: Callable[[], Awaitable[int]]) -> float:
    """Appends per second by ``callers`` tasks at once."""
    done = 0
    start = time.perf_counter()

    async def caller() -> None:
        nonlocal done
        while time.perf_counter() < start + seconds:
            appended = await once()
            done += appended

    async with anyio.create_task_group() as tasks:
        for _ in range(callers):
            tasks.start_soon(caller)
    return done / (time.perf_counter() - start)


def _bare_rate(directory: Path, callers: int, seconds: float) -> float:
    log = BareLog(directory / "bare.db")
    row = "x" * ROW_BYTES

    async def once() -> int:
        await log.append(row)
        return 1

    try:
        return anyio.run(_rate, callers, seconds, once)
    finally:
        log.close()


def _audit_rate(directory: Path, callers: int, seconds: float) -> float:
    with SqliteStore.open(directory) as store:
        log = AuditLog.open(directory, store)
        # Made beforehand, as the bare side's row is: what a caller has to say is not the log's work.
        calls = itertools.cycle([call_records() for _ in range(CALLS_MADE)])

        async def once() -> int:
            for record in next(calls):
                await log.append(record)
            return 2

        try:
            return anyio.run(_rate, callers, seconds, once)
        finally:
            log.close()


def _in_fresh_directory(measure: Callable[[Path, int, float], float], callers: int, seconds: float) -> float:
    with tempfile.TemporaryDirectory() as name:
        return measure(Path(name), callers, seconds)


def _append_rates(seconds: float) -> list[dict[str, Any]]:
    rows = []
    for callers in CALLERS:
        rounds = [
            tuple(_in_fresh_directory(measure, callers, seconds) for measure in (_bare_rate, _audit_rate))
            for _ in range(ROUNDS)
        ]
        bare, audit = (statistics.median(side) for side in zip(*rounds, strict=True))
        rows.append({"callers": callers, "bare": bare, "audit": audit, "ratio": audit / bare})
    return rows


def _verify_rate(records: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        workspace = Path(name)
        with SqliteStore.open(workspace) as store:
            log = AuditLog.open(workspace, store)
            for _ in range(0, records, 1_000):
                store.write_sync(lambda tx: [log.append_in(tx, r) for _ in range(500) for r in call_records()])
            log.close()
            average = store.read_sync(
                lambda reader: next(reader.execute("SELECT avg(length(record)) FROM audit_record"))[0]
            )
        start = time.perf_counter()
        report = verify(workspace)
        seconds = time.perf_counter() - start
        assert report.ok, report.lines()
        return {"records": report.records, "record_bytes": average, "per_second": report.records / seconds}


def run(seconds: float = 2.0, records: int = 200_000) -> None:
    """Both tables: appends for ``seconds`` a side and round, then a verification of ``records``."""
    columns = ("callers", "bare/s", "audit/s", "ratio (target 0.5)")
    rows = [(row["callers"], row["bare"], row["audit"], row["ratio"]) for row in _append_rates(seconds)]
    print_table("Appends, beside a bare SQLite with the same group commit", columns, rows)
    checked = _verify_rate(records)
    rows = [(checked["records"], checked["record_bytes"], checked["per_second"])]
    print_table("Verification", ("records", "bytes a record", "records/s (target 100,000)"), rows)
