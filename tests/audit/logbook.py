"""Logs for the tests: records of typical calls, and a workspace that is open, closed or tampered with."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import apsw

from opsloom.audit.log import AuditLog
from opsloom.audit.record import Actor, CallStatus, Record, finished, new_id, received
from opsloom.audit.report import VerifyReport
from opsloom.audit.verify import verify
from opsloom.store.database import DATABASE_NAME
from opsloom.store.sqlite import SqliteStore

ACTOR = Actor("oncall-a", "laptop", "assistant", "1.4.2")


class SteppingClock:
    """A clock that moves on by one second whenever it is asked."""

    def __init__(self) -> None:
        self.at = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def beginning(call: str, *, target: str = "search_alerts", investigation: str | None = None) -> Record:
    return received(
        call=call,
        actor=ACTOR,
        method="tools/call",
        target=target,
        protocol="2026-07-28",
        arguments={"service": "checkout", "limit": 20},
        arguments_digest="5f" * 32,
        tool_digest="a7" * 32,
        investigation=investigation,
    )


def end(call: str, *, status: CallStatus = CallStatus.OK) -> Record:
    return finished(call=call, actor=ACTOR, status=status, duration_ms=143, evidence=["ev_0123456789abcdef"])


@contextmanager
def open_log(workspace: Path, *, vfs: str | None = None) -> Iterator[tuple[SqliteStore, AuditLog]]:
    """A log that is closed, and so signed to its end, when the block ends."""
    with SqliteStore.open(workspace, vfs=vfs) as store:
        log = AuditLog.open(workspace, store, SteppingClock())
        try:
            yield store, log
        finally:
            log.close()


def write_calls(workspace: Path, calls: int) -> None:
    """A closed log with ``calls`` calls, of two records each, and a checkpoint over all of them."""
    with open_log(workspace) as (_, log):
        append_calls(log, calls)


def append_calls(log: AuditLog, calls: int) -> None:
    for _ in range(calls):
        call = new_id()
        log.append_sync(beginning(call))
        log.append_sync(end(call))


def edit(workspace: Path, sql: str, bindings: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """What somebody with the file in his hands can do to it; no index or constraint keeps him from it."""
    connection = apsw.Connection(str(workspace / DATABASE_NAME))
    try:
        if not sql.startswith("SELECT"):
            connection.execute("DROP INDEX IF EXISTS audit_record_call")
        return list(connection.execute(sql, bindings))
    finally:
        connection.close()


def texts(workspace: Path) -> list[str]:
    return [row[0] for row in edit(workspace, "SELECT record FROM audit_record ORDER BY seq")]


def problems(workspace: Path, anchors: tuple[str, ...] = ()) -> str:
    """What verification complains about, as one text; empty for an intact log."""
    return complaints(verify(workspace, anchors=anchors))


def complaints(report: VerifyReport) -> str:
    return "\n".join(map(str, report.problems))
