"""A unit of work on its way to the writer, and the way back of its outcome."""

import threading
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


class Group:
    """Jobs that are committed together and that nobody waits for."""

    __slots__ = ("jobs",)

    def __init__(self, jobs: list[Job]) -> None:
        self.jobs = jobs


class ThreadGroup(Group):
    """A job that a thread waits for."""

    __slots__ = ("finished",)

    def __init__(self, job: Job) -> None:
        super().__init__([job])
        self.finished = threading.Event()


class LoopGroup(Group):
    """Jobs that tasks of one event loop wait for: they share one event, which costs as much to wake as one job's."""

    __slots__ = ("finished", "token")

    def __init__(self, token: EventLoopToken) -> None:
        super().__init__([])
        self.finished = Event()
        self.token = token


class Acknowledger:
    """Tells the waiters of a batch that it is over: one hop into each event loop, however many wait there.

    The hop waits for the loop, and the writer must not: a task may be blocking that very loop in a
    ``write_sync``. So each loop has a small thread that hops for the writer.
    """

    def __init__(self) -> None:
        self._mailboxes: dict[EventLoopToken, SimpleQueue[LoopGroup | None]] = {}

    def acknowledge(self, groups: Iterable[Group]) -> None:
        for group in groups:
            if isinstance(group, ThreadGroup):
                group.finished.set()
            elif isinstance(group, LoopGroup):
                self._mailbox(group.token).put(group)

    def close(self) -> None:
        for mailbox in self._mailboxes.values():
            mailbox.put(None)
        self._mailboxes.clear()

    def _mailbox(self, token: EventLoopToken) -> SimpleQueue[LoopGroup | None]:
        mailbox = self._mailboxes.get(token)
        if mailbox is None:
            mailbox = self._mailboxes[token] = SimpleQueue()
            # A daemon, because a loop that ends in the middle of a hop never answers it.
            threading.Thread(target=_hop, args=(token, mailbox), name="opsloom-store-ack", daemon=True).start()
        return mailbox


def _hop(token: EventLoopToken, mailbox: SimpleQueue[LoopGroup | None]) -> None:
    while (group := mailbox.get()) is not None:
        try:
            from_thread.run_sync(group.finished.set, token=token)
        except RunFinishedError:
            continue
