"""A unit of work on its way to the writer, and the way back of its outcome."""

import threading
from collections import defaultdict
from collections.abc import Iterable
from queue import SimpleQueue
from typing import Any

from anyio import Event, RunFinishedError, from_thread
from anyio.lowlevel import EventLoopToken

from opsloom.store.port import Unit


class Job:
    """A unit of work. ``error`` is set if it failed, else ``result`` is what the unit returned."""

    __slots__ = ("error", "result", "unit")

    def __init__(self, unit: Unit[Any]) -> None:
        self.unit = unit
        self.result: Any = None
        self.error: BaseException | None = None

    def outcome(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.result


class SyncJob(Job):
    """A job that a thread waits for."""

    __slots__ = ("finished",)

    def __init__(self, unit: Unit[Any]) -> None:
        super().__init__(unit)
        self.finished = threading.Event()


class AsyncJob(Job):
    """A job that a task in an event loop waits for."""

    __slots__ = ("finished", "token")

    def __init__(self, unit: Unit[Any], finished: Event, token: EventLoopToken) -> None:
        super().__init__(unit)
        self.finished = finished
        self.token = token


class Acknowledger:
    """Tells the waiters of a batch that it is over: one hop into each event loop, however many wait there.

    The hop waits for the loop, and the writer must not: a task may be blocking that very loop in a
    ``write_sync``. So each loop has a small thread that hops for the writer.
    """

    def __init__(self) -> None:
        self._mailboxes: dict[EventLoopToken, SimpleQueue[list[AsyncJob] | None]] = {}

    def acknowledge(self, jobs: Iterable[Job]) -> None:
        by_loop: defaultdict[EventLoopToken, list[AsyncJob]] = defaultdict(list)
        for job in jobs:
            if isinstance(job, SyncJob):
                job.finished.set()
            elif isinstance(job, AsyncJob):
                by_loop[job.token].append(job)
        for token, waiting in by_loop.items():
            self._mailbox(token).put(waiting)

    def close(self) -> None:
        for mailbox in self._mailboxes.values():
            mailbox.put(None)
        self._mailboxes.clear()

    def _mailbox(self, token: EventLoopToken) -> SimpleQueue[list[AsyncJob] | None]:
        mailbox = self._mailboxes.get(token)
        if mailbox is None:
            mailbox = self._mailboxes[token] = SimpleQueue()
            # A daemon, because a loop that ends in the middle of a hop never answers it.
            threading.Thread(target=_hop, args=(token, mailbox), name="opsloom-store-ack", daemon=True).start()
        return mailbox


def _hop(token: EventLoopToken, mailbox: SimpleQueue[list[AsyncJob] | None]) -> None:
    while (waiting := mailbox.get()) is not None:
        try:
            from_thread.run_sync(_finish, waiting, token=token)
        except RunFinishedError:
            continue


def _finish(waiting: list[AsyncJob]) -> None:
    for job in waiting:
        job.finished.set()
