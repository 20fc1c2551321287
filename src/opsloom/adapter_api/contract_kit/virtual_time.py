"""Time that is advanced, not waited for."""

from collections.abc import Awaitable, Callable

import anyio
from trio.testing import MockClock


def run_in_virtual_time(check: Callable[[], Awaitable[None]]) -> None:
    """Run ``check`` on trio's clock that jumps whenever everybody waits; hours take milliseconds.

    It jumps while a worker thread works, too: an HTTP adapter that uses threads must not be timed with it.
    """
    anyio.run(check, backend="trio", backend_options={"clock": MockClock(autojump_threshold=0)})
