"""One clock, injected: nothing in opsloom asks the machine for the time on its own."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time as an aware UTC datetime."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class FixedClock:
    """Always the same time: the clock of a recording, after whose ``at`` nothing exists."""

    at: datetime

    def now(self) -> datetime:
        return self.at
