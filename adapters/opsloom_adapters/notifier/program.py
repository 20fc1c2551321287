"""Runs the operator's program: no shell, a clean environment, a deadline for it and all that it started."""

import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from subprocess import PIPE

import anyio
from anyio.abc import Process

from opsloom.adapter_api.pipes import feed, keep_beginning
from opsloom.model.limits import NOTIFIER_OUTPUT_MAX_BYTES

# Not the credentials of other instances, which may be in the environment of opsloom.
_INHERITED = ("PATH", "HOME")


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended, and the beginning of what it wrote; no ``exit_status`` where it was stopped at the deadline."""

    exit_status: int | None
    stdout: bytes
    stderr: bytes


async def run_program(argv: Sequence[str], stdin: bytes, seconds: float) -> Ended:
    """Run ``argv`` until it has ended and closed its output, but for no longer than ``seconds``.

    :raises OSError: it could not be started.
    """
    environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    with anyio.CancelScope(shield=True):  # whoever gives up meanwhile would stop it without what it has started
        process = await anyio.open_process(
            argv,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            cwd="/",
            env={**environment, "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
    stdout, stderr = bytearray(), bytearray()
    exit_status: int | None = None
    async with process:
        try:
            with anyio.move_on_after(seconds):
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(feed, process, stdin)
                    tasks.start_soon(keep_beginning, process.stdout, stdout, NOTIFIER_OUTPUT_MAX_BYTES)
                    tasks.start_soon(keep_beginning, process.stderr, stderr, NOTIFIER_OUTPUT_MAX_BYTES)
                exit_status = await process.wait()
        finally:
            if exit_status is None:
                await _stop_with_all_it_started(process)
    return Ended(exit_status, bytes(stdout), bytes(stderr))


async def _stop_with_all_it_started(process: Process) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    with anyio.CancelScope(shield=True):
        await process.wait()
