"""The one thread of this process that writes: it takes all that is queued and commits it as one transaction."""

import heapq
import itertools
import threading
import time
from pathlib import Path
from queue import Empty, SimpleQueue

import apsw
from anyio.lowlevel import EventLoopToken

from opsloom.model.errors import OpsloomError
from opsloom.model.limits import STORE_BATCH_MAX_UNITS
from opsloom.store.commit import commit
from opsloom.store.database import store_unavailable
from opsloom.store.job import Acknowledger, Group, Job, LoopGroup
from opsloom.store.port import Unit
from opsloom.store.turn import WriterTurn


class Writer:
    """Commits jobs in groups (one sync of the disk for all that wait) and acknowledges them afterwards."""

    def __init__(self, path: Path, turn: WriterTurn, connection: apsw.Connection) -> None:
        self._path = path
        self._turn = turn
        self._connection = connection
        self._queue: SimpleQueue[Group | None] = SimpleQueue()
        self._open: dict[EventLoopToken, LoopGroup] = {}
        self._later: list[tuple[float, int, Unit[None]]] = []
        self._order = itertools.count()
        self._acknowledger = Acknowledger()
        self._gate = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="opsloom-store-writer", daemon=True)
        self._thread.start()

    def submit(self, group: Group) -> None:
        """Queue ``group``; raises OpsloomError once the writer is closed."""
        with self._gate:
            self._refuse_when_closed()
            self._queue.put(group)

    def submit_from_loop(self, job: Job, token: EventLoopToken) -> LoopGroup:
        """Queue ``job`` for a task of that loop, with those of it that the writer has not taken yet."""
        with self._gate:
            self._refuse_when_closed()
            group = self._open.get(token)
            if group is None:
                group = self._open[token] = LoopGroup(token)
                self._queue.put(group)
            group.jobs.append(job)
        return group

    def submit_after(self, seconds: float, unit: Unit[None]) -> None:
        """Queue ``unit`` once ``seconds`` have passed. To be called by units, in the writer's thread."""
        heapq.heappush(self._later, (time.monotonic() + seconds, next(self._order), unit))

    def close(self) -> None:
        """Commit what is queued and stop."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._thread.join()
        self._acknowledger.close()
        self._connection.close()
        self._turn.close()

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise OpsloomError(f"The workspace file {self._path} is closed.")

    def _run(self) -> None:
        running = True
        while running:
            groups, running = self._wait()
            if groups:
                self._commit(groups)

    def _wait(self) -> tuple[list[Group], bool]:
        """What begins the next commit, and whether to go on after it."""
        try:
            group = self._queue.get(timeout=self._seconds_to_next())
        except Empty:
            return self._due(), True
        return ([], False) if group is None else ([group], True)

    def _seconds_to_next(self) -> float | None:
        return max(0.0, self._later[0][0] - time.monotonic()) if self._later else None

    def _due(self) -> list[Group]:
        now = time.monotonic()
        jobs: list[Job] = []
        while self._later and self._later[0][0] <= now:
            jobs.append(Job(heapq.heappop(self._later)[2]))
        return [Group(jobs)] if jobs else []

    def _commit(self, groups: list[Group]) -> None:
        jobs: list[Job] = []
        try:
            with self._turn.taken():
                self._take_queued(groups)
                jobs = self._closed_to_more(groups)
                commit(self._connection, jobs)
        except BaseException as problem:  # noqa: BLE001  the waiters get it: the thread must live on
            error = self._explained(problem)
            for job in jobs or self._closed_to_more(groups):
                job.error = error
        self._acknowledger.acknowledge(groups)

    def _take_queued(self, groups: list[Group]) -> None:
        """All that queued up while others wrote joins this commit."""
        groups += self._due()
        while sum(len(group.jobs) for group in groups) < STORE_BATCH_MAX_UNITS:
            try:
                group = self._queue.get_nowait()
            except Empty:
                return
            if group is None:
                self._queue.put(None)
                return
            groups.append(group)

    def _closed_to_more(self, groups: list[Group]) -> list[Job]:
        """The jobs of ``groups``; what a loop submits from now on waits for a later commit."""
        with self._gate:
            for group in groups:
                if isinstance(group, LoopGroup):
                    self._open.pop(group.token, None)
            return [job for group in groups for job in group.jobs]

    def _explained(self, problem: BaseException) -> BaseException:
        # What fails a whole commit is the store's failure, whatever SQLite calls it.
        if isinstance(problem, apsw.Error):
            return store_unavailable(self._path, "written", problem)
        return problem
