"""What the gateway sends, as far as it is kept.

Sources: https://systemd.io/JOURNAL_EXPORT_FORMATS/#journal-json-format (entries),
https://www.freedesktop.org/software/systemd/man/latest/systemd-journal-gatewayd.service.html (``/machine``).
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MICROSECOND = 253_402_300_799_999_999  # of the year 9999, where datetime ends

Cursor = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z=;_-]+$", max_length=500)]
"""It goes back into a header with ``:`` as separator, so it may hold neither that nor a line break."""


def time_of(microseconds: int) -> datetime:
    """Microseconds since the epoch as UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


class Entry(BaseModel):
    """One entry; all its fields besides the two are in ``model_extra``, as JSON gave them."""

    model_config = ConfigDict(frozen=True, extra="allow")

    cursor: Cursor = Field(validation_alias="__CURSOR")
    realtime_microseconds: int = Field(validation_alias="__REALTIME_TIMESTAMP", ge=0, le=_LAST_MICROSECOND)

    @property
    def at(self) -> datetime:
        return time_of(self.realtime_microseconds)

    def values(self, field: str) -> tuple[str, ...]:
        """The values of ``field`` as text; a field may be absent, repeated, or hold bytes."""
        return tuple(_texts((self.model_extra or {}).get(field)))

    def is_left_out(self, field: str) -> bool:
        """Whether the entry has ``field`` and the gateway did not send it, being too large (over 4 KiB)."""
        extra = self.model_extra or {}
        return field in extra and extra[field] is None


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list):
        return [str(value)]
    if _is_bytes(value):
        return [bytes(value).decode("utf-8", "replace")]
    return [text for one in value for text in _texts(one)]


def _is_bytes(value: Sequence[Any]) -> bool:
    return all(isinstance(one, int) and 0 <= one <= 255 for one in value)


class Machine(BaseModel):
    """From when to when the journal reaches, in microseconds since the epoch; 0 and 0 if it has no entry."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    machine_id: str
    cutoff_from_realtime: int = Field(ge=0, le=_LAST_MICROSECOND)
    cutoff_to_realtime: int = Field(ge=0, le=_LAST_MICROSECOND)


ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)
MACHINE: TypeAdapter[Machine] = TypeAdapter(Machine)
