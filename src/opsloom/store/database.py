"""Opening the SQLite file of a workspace: for writing, with its schema brought up to date, or for reading."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import apsw

from opsloom.model.errors import ConfigurationError, OpsloomError
from opsloom.model.limits import STORE_LOCK_WAIT_SECONDS
from opsloom.store.migrations import MIGRATIONS

DATABASE_NAME = "opsloom.db"

_STORE_PROBLEMS = (
    apsw.BusyError,
    apsw.CantOpenError,
    apsw.CorruptError,
    apsw.FullError,
    apsw.IOError,
    apsw.LockedError,
    apsw.NoMemError,
    apsw.NotADBError,
    apsw.PermissionsError,
    apsw.ProtocolError,
    apsw.ReadOnlyError,
)


def is_store_problem(problem: BaseException) -> bool:
    """Whether the file is at fault, and not the statement."""
    return isinstance(problem, _STORE_PROBLEMS)


def store_unavailable(path: Path, verb: str, problem: BaseException) -> OpsloomError:
    """The error for a file that fails, in our words; SQLite's are the cause."""
    reason = type(problem).__name__.removesuffix("Error")
    return OpsloomError(f"The workspace file {path} cannot be {verb}: {reason} ({problem}).")


@contextmanager
def store_problems(path: Path, verb: str) -> Iterator[None]:
    """Turns SQLite's complaints about the file into OpsloomError."""
    try:
        yield
    except apsw.Error as problem:
        if not is_store_problem(problem):
            raise
        raise store_unavailable(path, verb, problem) from problem


def open_for_writing(path: Path, *, vfs: str | None = None) -> apsw.Connection:
    """The writer's connection. The caller holds the writer's turn: two first starts must not both migrate.

    Raises ConfigurationError for a file of a newer opsloom, OpsloomError if it cannot be written.
    """
    with store_problems(path, "written"):
        connection = apsw.Connection(str(path), vfs=vfs)
        try:
            connection.set_busy_timeout(int(STORE_LOCK_WAIT_SECONDS * 1000))
            connection.pragma("journal_mode", "wal")
            connection.pragma("synchronous", "full")
            _migrate(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def open_for_reading(path: Path) -> apsw.Connection:
    """A connection that cannot write, not even while servers run.

    Raises ConfigurationError if there is no such file or a newer opsloom wrote it.
    """
    if not path.is_file():
        raise ConfigurationError(f"There is no workspace file at {path}.")
    with store_problems(path, "read"):
        connection = _open_read_only(path)
        try:
            connection.set_busy_timeout(int(STORE_LOCK_WAIT_SECONDS * 1000))
            _refuse_newer(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def _open_read_only(path: Path) -> apsw.Connection:
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    address = f"file:{quote(str(path.absolute()))}"
    connection = apsw.Connection(f"{address}?mode=ro", flags=flags)
    try:
        connection.pragma("user_version")
    except apsw.CantOpenError:
        # WAL needs its side files, which cannot be made on a medium that is read-only. Without a WAL nobody
        # is writing, and the file can be taken as it lies.
        connection.close()
        if path.with_name(path.name + "-wal").exists():
            raise
        connection = apsw.Connection(f"{address}?mode=ro&immutable=1", flags=flags)
    return connection


def _migrate(connection: apsw.Connection, path: Path) -> None:
    for version, statements in enumerate(MIGRATIONS, start=1):
        if _refuse_newer(connection, path) < version:
            with connection:
                connection.execute(statements)
                connection.pragma("user_version", version)


def _refuse_newer(connection: apsw.Connection, path: Path) -> int:
    version = int(connection.pragma("user_version"))
    if version > len(MIGRATIONS):
        raise ConfigurationError(
            f"The workspace file {path} has schema version {version}; this opsloom knows versions up to "
            f"{len(MIGRATIONS)}. Use the newer opsloom that wrote it."
        )
    return version
