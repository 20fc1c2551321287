"""Waiting for something real to happen, with a deadline."""

import time
from collections.abc import Callable

_PAUSE_SECONDS = 0.05


def wait_until(holds: Callable[[], bool], *, within_seconds: float, what: str) -> float:
    """Ask ``holds`` again and again; return after how many seconds it was true.

    :raises TimeoutError: it was not true in time; the message says ``what`` was waited for.
    """
    started = time.monotonic()
    while not holds():
        if time.monotonic() - started > within_seconds:
            raise TimeoutError(f"{what}: not within {within_seconds} s")
        time.sleep(_PAUSE_SECONDS)
    return time.monotonic() - started
