"""The store's time in the hands of a test, and what a log says of actions."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from opsloom.store.time import StoreTime
from tests.audit.logbook import texts

WALL = 1_772_529_660.0  # 2026-03-03 09:21 UTC


@dataclass
class StoreClock:
    """What the machine's clocks say: the wall clock, which people set, and seconds since boot, which nobody does."""

    wall: float = WALL
    since_boot: float = 5_000.0
    boot: str = "boot-1"

    def pass_by(self, seconds: float) -> None:
        """Time passes on both clocks."""
        self.wall += seconds
        self.since_boot += seconds

    def pass_until(self, moment: datetime) -> None:
        """Until the store's time is ``moment``, if nobody has set the wall clock."""
        self.pass_by(moment.timestamp() - self.wall)

    def time(self) -> StoreTime:
        """A store's time by these clocks, as a process that starts now has it."""
        return StoreTime(lambda: self.wall, lambda: self.since_boot, self.boot)


def records(workspace: Path, kind: str, **said: Any) -> list[dict[str, Any]]:
    """The records of ``kind`` in the log that say all of ``said``."""
    found: Iterable[dict[str, Any]] = map(json.loads, texts(workspace))
    wanted = {"kind": kind, **said}
    return [one for one in found if all(one.get(name) == value for name, value in wanted.items())]
