"""A command at a real pseudo-terminal, with somebody who reads and types."""

import os
import pty
import select
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

WITHIN_SECONDS = 30.0
NOTICE_SECONDS = 3.0
CTRL_C, CTRL_D = "\x03", "\x04"


class Terminal:
    """``opsloom`` with ``arguments``, whose standard input and output are a terminal; ended by :meth:`end`."""

    def __init__(self, *arguments: str, folder: Path) -> None:
        self.shown = ""
        ours, theirs = pty.openpty()
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("OPSLOOM_", "XDG_"))}
        self._process = subprocess.Popen(
            [sys.executable, "-c", _WITH_A_CONTROLLING_TERMINAL, *arguments],
            stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, cwd=folder,
            env={**clean, "HOME": str(folder), "TERM": "dumb"},
        )  # fmt: skip
        os.close(theirs)
        self._terminal = ours

    def until(self, text: str) -> str:
        """Read until ``text`` is shown; all that was shown so far."""
        deadline = time.monotonic() + WITHIN_SECONDS
        while text not in self.shown:
            if not self._read(deadline):
                raise AssertionError(f"{text!r} was never shown, but: {self.shown}")
        return self.shown

    def type(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def interrupt(self) -> None:
        """Press Ctrl-C, and again: Python does not notice one that comes in the instant before it waits for a line."""
        for _ in range(5):
            if self._process.poll() is None:
                self.type(CTRL_C)
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(NOTICE_SECONDS)

    def end(self) -> int:
        """Read to the end; the exit code."""
        deadline = time.monotonic() + WITHIN_SECONDS
        try:
            while self._read(deadline):
                pass
            return self._process.wait(WITHIN_SECONDS)
        finally:
            self._process.kill()
            self._process.wait()
            os.close(self._terminal)

    def _read(self, deadline: float) -> bool:
        """Whether there was something; not at the end, nor when time is up."""
        ready, _, _ = select.select([self._terminal], [], [], max(0.0, deadline - time.monotonic()))
        try:
            chunk = os.read(self._terminal, 65_536) if ready else b""
        except OSError:  # Linux says so when the other side is closed
            return False
        self.shown += chunk.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(chunk)


# Ctrl-C reaches a process only from the terminal that controls its session.
_WITH_A_CONTROLLING_TERMINAL = (
    "import fcntl, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "from opsloom.cli.main import main; sys.exit(main())"
)
