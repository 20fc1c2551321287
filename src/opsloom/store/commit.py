"""Running many units of work in one transaction, without one unit's failure being another's."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import apsw

from opsloom.store.database import is_store_problem
from opsloom.store.job import Job
from opsloom.store.port import Row, Transaction, Value


class SqliteTransaction:
    """The open transaction of the writer's connection."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._in_savepoint = False
        self._hooks: dict[str, Callable[[Transaction], None]] = {}
        self.state: dict[str, Any] = {}

    def execute(self, sql: str, bindings: tuple[Value, ...] = ()) -> Iterator[Row]:
        if not self._in_savepoint:
            # Not before it is needed: many units only add to what the first of them read.
            self._connection.execute("SAVEPOINT unit")
            self._in_savepoint = True
        return cast("Iterator[Row]", self._connection.execute(sql, bindings))

    def before_commit(self, key: str, hook: Callable[[Transaction], None]) -> None:
        self._hooks[key] = hook

    def run(self, job: Job) -> None:
        """Run one unit; raises only if the store itself fails, and the whole transaction with it."""
        state = self.state.copy()
        try:
            job.result = job.unit(self)
        except BaseException as problem:
            if is_store_problem(problem) or not self._connection.in_transaction:
                raise
            job.error = problem
            self.state = state
            if self._in_savepoint:
                self._connection.execute("ROLLBACK TO unit")
        if self._in_savepoint:
            self._connection.execute("RELEASE unit")
            self._in_savepoint = False

    def run_hooks(self) -> None:
        for hook in self._hooks.values():
            hook(self)


def commit(connection: apsw.Connection, jobs: Sequence[Job]) -> None:
    """Run ``jobs`` in one transaction; raises if it did not become durable, and then none of them ran."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        transaction = SqliteTransaction(connection)
        for job in jobs:
            transaction.run(job)
        transaction.run_hooks()
        connection.execute("COMMIT")
    except BaseException:
        # SQLite may have rolled back on its own: a full disk does that.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
