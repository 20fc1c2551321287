"""Which server processes are alive: each holds a lock that the kernel releases when it dies."""

import fcntl
import os
from pathlib import Path

from opsloom.model.errors import AuditUnavailableError


class Presence:
    """The lock of one server; ``is_alive`` asks about the others of the same workspace."""

    def __init__(self, workspace: Path, server: str) -> None:
        self._directory = workspace / "servers"
        self._path = self._directory / f"{server}.lock"
        self._server = server
        try:
            self._directory.mkdir(mode=0o700, exist_ok=True)
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            raise AuditUnavailableError(f"{self._path} cannot be locked: {problem.strerror}.") from problem

    def is_alive(self, server: str) -> bool:
        """Whether the process of ``server`` still runs; the lock of a dead one is cleared away."""
        if server == self._server:
            return True
        path = self._directory / f"{server}.lock"
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            path.unlink(missing_ok=True)
            return False
        finally:
            os.close(descriptor)

    def release(self) -> None:
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)
