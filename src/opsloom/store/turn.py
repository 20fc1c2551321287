"""Whose turn it is to write, among the processes that share one workspace."""

import fcntl
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from opsloom.model.errors import OpsloomError
from opsloom.model.limits import STORE_LOCK_POLL_SECONDS, STORE_LOCK_WAIT_SECONDS


class WriterTurn:
    """A fair lock between processes, made of two files.

    One lock alone starves: who just released it takes it again before a waiter wakes up. So the way to the
    lock leads through a waiting room with one seat. Who waits in it goes next, and who just wrote finds the
    seat taken. Locks of a process that dies are released by the kernel.
    """

    def __init__(self, workspace: Path) -> None:
        self._seat = _open_lock(workspace / "writer-next.lock")
        self._writer = _open_lock(workspace / "writer.lock")

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold the turn; raises OpsloomError after ``limits.STORE_LOCK_WAIT_SECONDS`` of waiting for it."""
        deadline = time.monotonic() + STORE_LOCK_WAIT_SECONDS
        _lock(self._seat, deadline)
        try:
            _lock(self._writer, deadline)
        finally:
            fcntl.flock(self._seat, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(self._writer, fcntl.LOCK_UN)

    def close(self) -> None:
        os.close(self._seat)
        os.close(self._writer)


def _open_lock(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as problem:
        raise OpsloomError(f"The workspace {path.parent} cannot be written: {problem.strerror}.") from problem


def _lock(descriptor: int, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise OpsloomError(
                    f"Another process has held the workspace for over {STORE_LOCK_WAIT_SECONDS:g} seconds."
                ) from None
            # Never in the thread of an event loop; with jitter, so that waiters do not stay in step.
            time.sleep(STORE_LOCK_POLL_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311  it protects nothing
        else:
            return
