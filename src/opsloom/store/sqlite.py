"""The store of a workspace in one SQLite file, shared by several processes of one machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar, cast

import apsw
from anyio import CancelScope, get_cancelled_exc_class, to_thread
from anyio.lowlevel import current_token

from opsloom.model.errors import ConfigurationError, OpsloomError
from opsloom.model.limits import STORE_IDLE_READERS_MAX
from opsloom.store.database import DATABASE_NAME, open_for_reading, open_for_writing, store_problems
from opsloom.store.job import Job, ThreadGroup
from opsloom.store.port import Question, Reader, Unit
from opsloom.store.turn import WriterTurn
from opsloom.store.writer import Writer

T = TypeVar("T")


class SqliteStore:
    """The file ``opsloom.db`` of a workspace: see :class:`opsloom.store.port.Store`.

    Made by :meth:`open` or, for looking only, by :meth:`open_read_only`.
    """

    def __init__(self, path: Path, writer: Writer | None) -> None:
        self._path = path
        self._writer = writer
        self._idle_readers: list[apsw.Connection] = []
        self._gate = threading.Lock()
        self._closed = False

    @classmethod
    def open(cls, workspace: Path, *, vfs: str | None = None) -> "SqliteStore":
        """Open ``workspace`` for writing; the folder and the file are made if need be.

        Raises ConfigurationError for a file of a newer opsloom, OpsloomError if it cannot be written.
        ``vfs`` names an apsw VFS through which the writer works.
        """
        path = workspace / DATABASE_NAME
        try:
            workspace.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as problem:
            raise OpsloomError(f"The workspace {workspace} cannot be made: {problem.strerror}.") from problem
        turn = WriterTurn(workspace)
        try:
            with turn.taken():
                connection = open_for_writing(path, vfs=vfs)
        except BaseException:
            turn.close()
            raise
        return cls(path, Writer(path, turn, connection))

    @classmethod
    def open_read_only(cls, workspace: Path) -> "SqliteStore":
        """Open ``workspace`` to look only; nothing in it is changed, and servers may go on writing.

        Raises ConfigurationError if there is no such workspace or a newer opsloom wrote it.
        """
        store = cls(workspace / DATABASE_NAME, None)
        store._idle_readers.append(open_for_reading(store._path))
        return store

    async def write(self, unit: Unit[T]) -> T:
        job = Job(unit)
        group = self._writing().submit_from_loop(job, current_token())
        try:
            await group.finished.wait()
        except get_cancelled_exc_class():
            with CancelScope(shield=True):
                await group.finished.wait()
            job.outcome()
            raise
        return cast("T", job.outcome())

    def write_sync(self, unit: Unit[T]) -> T:
        job = Job(unit)
        group = ThreadGroup(job)
        self._writing().submit(group)
        group.finished.wait()
        return cast("T", job.outcome())

    def write_after(self, seconds: float, unit: Unit[None]) -> None:
        self._writing().submit_after(seconds, unit)

    async def read(self, question: Question[T]) -> T:
        return await to_thread.run_sync(self.read_sync, question)

    def read_sync(self, question: Question[T]) -> T:
        with store_problems(self._path, "read"), self._reader() as connection:
            connection.execute("BEGIN")
            try:
                return question(cast("Reader", connection))
            finally:
                connection.execute("ROLLBACK")

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        with self._gate:
            self._closed = True
            readers, self._idle_readers = self._idle_readers, []
        for connection in readers:
            connection.close()

    def __enter__(self) -> "SqliteStore":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _writing(self) -> Writer:
        if self._writer is None:
            raise ConfigurationError(f"The workspace file {self._path} was opened for reading only.")
        return self._writer

    @contextmanager
    def _reader(self) -> Iterator[apsw.Connection]:
        with self._gate:
            if self._closed:
                raise OpsloomError(f"The workspace file {self._path} is closed.")
            connection = self._idle_readers.pop() if self._idle_readers else None
        connection = connection or open_for_reading(self._path)
        try:
            yield connection
        finally:
            with self._gate:
                keep = not self._closed and len(self._idle_readers) < STORE_IDLE_READERS_MAX
                if keep:
                    self._idle_readers.append(connection)
            if not keep:
                connection.close()
