"""The store's own time, by which actions expire: it runs at the machine's pace and is never stepped.

A wall clock that is set an hour forward would expire every approval, one set back would keep them alive. So a workspace
remembers one moment (wall clock, time since boot), and from then on counts the time since boot, which nobody sets and
which also counts sleep. After a reboot it goes on from the wall clock, but never behind what it said before.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from opsloom.store.port import Reader, Transaction


def _since_boot() -> float:
    clock = getattr(time, "CLOCK_BOOTTIME", None)  # Linux; elsewhere the monotonic clock is since boot, too
    return time.monotonic() if clock is None else time.clock_gettime(clock)


@cache
def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""  # a clock that went back tells a reboot, too


@dataclass(frozen=True)
class StoreTime:
    """Tells the time of a workspace to all of its processes alike; the sources are replaced in tests."""

    wall_seconds: Callable[[], float] = time.time
    since_boot_seconds: Callable[[], float] = _since_boot
    boot: str = field(default_factory=_boot)

    def now(self, transaction: Transaction) -> datetime:
        """The present, which is remembered: no later one is before it."""
        moment, known = self._reckon(transaction)
        if known:
            transaction.execute("UPDATE store_time SET seen = ?", (moment,))
        else:
            sql = "INSERT OR REPLACE INTO store_time (only_row, boot, wall, since_boot, seen) VALUES (1, ?, ?, ?, ?)"
            transaction.execute(sql, (self.boot, moment, self.since_boot_seconds(), moment))
        return datetime.fromtimestamp(moment, UTC)

    def peek(self, reader: Reader) -> datetime:
        """The present, for somebody who only looks."""
        return datetime.fromtimestamp(self._reckon(reader)[0], UTC)

    def _reckon(self, reader: Reader) -> tuple[float, bool]:
        since_boot = self.since_boot_seconds()
        rows = list(reader.execute("SELECT boot, wall, since_boot, seen FROM store_time"))
        if not rows:
            return self.wall_seconds(), False
        boot, wall, then, seen = rows[0]
        if boot == self.boot and since_boot >= then:
            return wall + (since_boot - then), True
        return max(self.wall_seconds(), seen), False
