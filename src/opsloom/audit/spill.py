"""Where records wait while the log cannot be written: one file of JSON lines per server, synced line by line."""

import os
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import uuid4

from opsloom.model.errors import AuditUnavailableError

_SUFFIX = ".jsonl"


def spill_directories(workspace: Path, origin: str) -> tuple[Path, ...]:
    """Where to spill, the best place first: beside the log, in the user's state, in the temporary folder."""
    log = origin.rpartition("/")[2]
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return (
        workspace / "spill",
        Path(state) / "opsloom" / "spill" / log,
        Path(tempfile.gettempdir()) / f"opsloom-{os.geteuid()}-spill-{log}",
    )


class Spill:
    """The spill files of one server, and those that dead servers left.

    A file is sealed (renamed) before it is merged, so that what is spilled meanwhile goes to a new one.
    ``pending`` says whether this server has anything to merge.
    """

    def __init__(self, directories: Sequence[Path], server: str) -> None:
        self._directories = directories
        self._server = server
        self._gate = threading.Lock()
        self.pending = False

    def write(self, line: str) -> None:
        """Keep ``line`` durably; raises AuditUnavailableError if no place takes it."""
        with self._gate:
            problems = []
            for directory in self._directories:
                try:
                    _append(directory, f"{self._server}{_SUFFIX}", line)
                except OSError as problem:
                    problems.append(f"{directory}: {problem.strerror}")
                else:
                    self.pending = True
                    return
        raise AuditUnavailableError(f"The audit log cannot be written, nor can its spill: {'; '.join(problems)}.")

    def seal(self) -> list[Path]:
        """Close this server's files to further lines; the files that can be merged."""
        with self._gate:
            for directory in self._directories:
                path = directory / f"{self._server}{_SUFFIX}"
                try:
                    path.rename(directory / f"{self._server}.{uuid4()}{_SUFFIX}")
                except OSError:
                    continue
            return [path for path in self._files() if path.name != f"{self._server}{_SUFFIX}"]

    def left_by_the_dead(self, is_alive: Callable[[str], bool]) -> list[Path]:
        """The files of servers that run no more, oldest server first."""
        return [path for path in self._files("") if not is_alive(path.name.partition(".")[0])]

    def remove(self, merged: Sequence[Path]) -> None:
        """Forget files whose lines are in the log now."""
        with self._gate:
            for path in merged:
                path.unlink(missing_ok=True)
            self.pending = bool(self._files())

    def _files(self, server: str | None = None) -> list[Path]:
        prefix = self._server if server is None else server
        found: list[Path] = []
        for directory in self._directories:
            if _is_private(directory):
                found += directory.glob(f"{prefix}*{_SUFFIX}")
        return sorted(found, key=lambda path: path.name)


def complete_lines(path: Path) -> bytes:
    """The lines of a spill file, without one that was cut by a crash and so never acknowledged."""
    data = path.read_bytes()
    return data[: data.rfind(b"\n") + 1]


def _append(directory: Path, name: str, line: str) -> None:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _is_private(directory):
        raise PermissionError(0, "belongs to somebody else")
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(directory / name, flags, 0o600)
    try:
        data = line.encode() + b"\n"
        before = os.fstat(descriptor).st_size
        if os.write(descriptor, data) != len(data):
            os.ftruncate(descriptor, before)
            raise OSError(0, "no room for a whole line")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    parent = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)


def _is_private(directory: Path) -> bool:
    """Whether the folder is ours: anybody may have made one of that name in the temporary folder."""
    return directory.is_dir() and not directory.is_symlink() and directory.stat().st_uid == os.geteuid()
