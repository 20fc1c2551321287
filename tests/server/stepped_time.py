"""The store's time in the hands of a test: it stands still until it is stepped."""

from dataclasses import dataclass

import pytest

from opsloom.approval import ledger
from opsloom.store.time import StoreTime


@dataclass
class SteppedTime:
    """Seconds since boot, as every ledger made while it is in force sees them."""

    seconds: float = 1_000.0

    def step(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds

    @classmethod
    def in_force(cls, monkeypatch: pytest.MonkeyPatch) -> "SteppedTime":
        """Every ledger that is opened from now on goes by it."""
        stepped = cls()
        told = StoreTime(since_boot_seconds=lambda: stepped.seconds)
        monkeypatch.setattr(ledger, "StoreTime", lambda: told)
        return stepped
