"""The bed's processes: each in a group of its own, with a log file, and none outlives the bed."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import IO

from tests.bed import watchdog
from tests.bed.http_client import answers
from tests.bed.loopback import HOST, free_port, listens
from tests.bed.outcome import BrokenPartError
from tests.bed.polling import wait_until

READY_SECONDS = 30.0
STOP_GRACE_SECONDS = 5.0
_PORT_ATTEMPTS = 3
_PORT_TAKEN = "address already in use"
_LOG_TAIL_CHARS = 2_000


class Process:
    """A running process of the bed."""

    def __init__(self, name: str, popen: subprocess.Popen[bytes], log: Path) -> None:
        self.name = name
        self.log = log
        self._popen = popen

    @property
    def pid(self) -> int:
        """Its id, which is the id of its process group as well."""
        return self._popen.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._popen.poll() is None

    def log_tail(self) -> str:
        """The end of what it wrote."""
        return self.log.read_text("utf-8", "replace")[-_LOG_TAIL_CHARS:]

    def stop(self) -> None:
        """End it and its children: TERM, and KILL after a grace."""
        if not self.alive:  # its id may belong to somebody else by now
            return
        os.killpg(self.pid, signal.SIGTERM)
        try:
            self._popen.wait(STOP_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            self._popen.wait()


class Processes:
    """Starts processes, and stops all of them at the end."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: list[Process] = []
        self._watchdog: subprocess.Popen[bytes] | None = None

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
    ) -> Process:
        """Start ``command``; its output goes to ``<name>.log``. ``env`` is added to ours."""
        watchdog_pipe = self._watchdog_pipe()
        log = self._logs / f"{name}.log"
        with log.open("wb") as output:
            popen = subprocess.Popen(
                command,
                cwd=cwd,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=pass_fds,
            )
        process = Process(name, popen, log)
        self._running.append(process)
        _tell(watchdog_pipe, f"+{process.pid}")
        return process

    def start_on_free_port(
        self,
        name: str,
        command: Callable[[int], Sequence[str | Path]],
        *,
        ready: str,
        cwd: Path,
        env: Mapping[str, str] | None = None,
    ) -> str:
        """Start ``command(port)`` and wait until the path ``ready`` answers; return the server's address.

        Between picking a port and using it somebody else may take it: then another one is tried.

        :raises BrokenPartError: it ended, or is not ready in time.
        """
        for _ in range(_PORT_ATTEMPTS):
            port = free_port()
            url = f"http://{HOST}:{port}"
            process = self.start(name, command(port), cwd=cwd, env=env)
            ready_there = partial(_ready, process, port, url + ready)
            try:
                self.wait_running(process, ready_there)
            except BrokenPartError:
                if process.alive or _PORT_TAKEN not in process.log_tail().lower():
                    raise
                self.stop(process)
            else:
                return url
        raise BrokenPartError(f"{name} found no free port in {_PORT_ATTEMPTS} attempts")

    @staticmethod
    def wait_running(process: Process, ready: Callable[[], bool]) -> None:
        """Return when ``process`` runs and is ready.

        :raises BrokenPartError: it ended, or is not ready in time.
        """
        try:
            wait_until(lambda: not process.alive or ready(), within_seconds=READY_SECONDS, what=f"{process.name} ready")
        except TimeoutError as error:
            raise BrokenPartError(f"{error}\n{process.log_tail()}") from None
        if not process.alive:
            raise BrokenPartError(f"{process.name} ended:\n{process.log_tail()}")

    def stop(self, process: Process) -> None:
        """End one."""
        process.stop()
        self._running.remove(process)
        _tell(self._watchdog_pipe(), f"-{process.pid}")

    def stop_all(self) -> None:
        """End all, the youngest first."""
        for process in reversed(self._running.copy()):
            self.stop(process)
        if self._watchdog is not None:
            self._watchdog_pipe().close()
            self._watchdog.wait()
            self._watchdog = None

    def _watchdog_pipe(self) -> IO[bytes]:
        if self._watchdog is None:
            self._watchdog = subprocess.Popen(
                [sys.executable, "-S", "-E", watchdog.__file__], stdin=subprocess.PIPE, start_new_session=True
            )
        assert self._watchdog.stdin is not None
        return self._watchdog.stdin


def _tell(pipe: IO[bytes], line: str) -> None:
    pipe.write(f"{line}\n".encode())
    pipe.flush()


def _ready(process: Process, port: int, url: str) -> bool:
    return listens(process.pid, port) and answers(url)
