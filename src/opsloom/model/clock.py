"""One clock, injected: nothing in opsloom asks the machine for the time on its own."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

import anyio
import anyio.lowlevel


class Clock(Protocol):
    """Tells the time as an aware UTC datetime, and waits until later."""

    def now(self) -> datetime: ...

    async def wait(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def wait(self, seconds: float) -> None:
        await anyio.sleep(seconds)


class StoppedClock:
    """Stands at ``at``, as a recording does, and is moved on by whoever waits: nobody waits for real."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    async def wait(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        await anyio.lowlevel.checkpoint()
