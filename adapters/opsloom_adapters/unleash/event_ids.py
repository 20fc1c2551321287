"""What names an event in a ref: enough to find it again, because Unleash cannot be asked for one event."""

import re
from dataclasses import dataclass
from datetime import UTC, date
from typing import Self

from opsloom_adapters.unleash import wire

_WRITTEN = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})\.(?P<type>[A-Za-z0-9_-]{1,100})\.(?P<number>[1-9][0-9]{0,17})")


@dataclass(frozen=True)
class EventId:
    """Written ``2026-03-03.feature-archived.899``: its day in UTC, its type, and Unleash's number."""

    day: date
    type: str
    number: int

    def __str__(self) -> str:
        return f"{self.day.isoformat()}.{self.type}.{self.number}"

    @classmethod
    def of(cls, event: wire.Event) -> Self:
        return cls(event.created_at.astimezone(UTC).date(), event.type, event.id)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """``None``: it is none."""
        match = _WRITTEN.fullmatch(text)
        try:
            return cls(date.fromisoformat(match["day"]), match["type"], int(match["number"])) if match else None
        except ValueError:  # February 30th
            return None
