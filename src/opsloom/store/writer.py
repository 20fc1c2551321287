"""The one thread of this process that writes: it takes all that is queued and commits it as one transaction."""

import heapq
import itertools
import threading
import time
from pathlib import Path
from queue import Empty, SimpleQueue

import apsw

from opsloom.model.errors import OpsloomError
from opsloom.model.limits import STORE_BATCH_MAX_UNITS
from opsloom.store.commit import commit
from opsloom.store.database import store_unavailable
from opsloom.store.job import Acknowledger, Job
from opsloom.store.port import Unit
from opsloom.store.turn import WriterTurn


class Writer:
    """Commits jobs in groups (one sync of the disk for all that wait) and acknowledges them afterwards."""

    def __init__(self, path: Path, turn: WriterTurn, connection: apsw.Connection) -> None:
        self._path = path
        self._turn = turn
        self._connection = connection
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._later: list[tuple[float, int, Unit[None]]] = []
        self._order = itertools.count()
        self._acknowledger = Acknowledger()
        self._gate = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="opsloom-store-writer", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Queue ``job``; raises OpsloomError once the writer is closed."""
        with self._gate:
            if self._closed:
                raise OpsloomError(f"The workspace file {self._path} is closed.")
            self._queue.put(job)

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

    def _run(self) -> None:
        running = True
        while running:
            jobs, running = self._wait()
            if jobs:
                self._commit(jobs)

    def _wait(self) -> tuple[list[Job], bool]:
        """The jobs that begin the next commit, and whether to go on after it."""
        try:
            job = self._queue.get(timeout=self._seconds_to_next())
        except Empty:
            return self._due(), True
        if job is None:
            return [], False
        return [job], True

    def _seconds_to_next(self) -> float | None:
        return max(0.0, self._later[0][0] - time.monotonic()) if self._later else None

    def _due(self) -> list[Job]:
        now = time.monotonic()
        jobs: list[Job] = []
        while self._later and self._later[0][0] <= now:
            jobs.append(Job(heapq.heappop(self._later)[2]))
        return jobs

    def _commit(self, jobs: list[Job]) -> None:
        try:
            with self._turn.taken():
                self._take_queued(jobs)
                commit(self._connection, jobs)
        except BaseException as problem:  # noqa: BLE001  the waiters get it: the thread must live on
            error = self._explained(problem)
            for job in jobs:
                job.error = error
        self._acknowledger.acknowledge(jobs)

    def _take_queued(self, jobs: list[Job]) -> None:
        """All that queued up while others wrote joins this commit."""
        jobs += self._due()
        while len(jobs) < STORE_BATCH_MAX_UNITS:
            try:
                job = self._queue.get_nowait()
            except Empty:
                return
            if job is None:
                self._queue.put(None)
                return
            jobs.append(job)

    def _explained(self, problem: BaseException) -> BaseException:
        # What fails a whole commit is the store's failure, whatever SQLite calls it.
        if isinstance(problem, apsw.Error):
            return store_unavailable(self._path, "written", problem)
        return problem
