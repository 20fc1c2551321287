"""Times in which a rule or a freeze applies: one stretch of time, or a part of every week."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Discriminator, Field, Tag, field_validator, model_validator

from opsloom.model.record import Noun
from opsloom.model.window import format_time

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
_MOMENT_SHAPE = "needs RFC 3339 with an offset, such as 2026-12-24T00:00:00Z"
_CLOCK_SHAPE = 'is no time of the day; write text such as "22:00", at most "24:00"'


class Weekday(StrEnum):
    """In the order of :meth:`datetime.datetime.weekday`."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


_WEEK = tuple(Weekday)


def _moment(value: object) -> datetime:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{_MOMENT_SHAPE}; a weekly window names its days") from None
    if moment.tzinfo is None:
        raise ValueError(_MOMENT_SHAPE)
    return moment.astimezone(UTC)


Moment = Annotated[datetime, BeforeValidator(_moment)]


class AbsoluteWindow(Noun):
    """``from <= t < until``, both RFC 3339 with an offset; kept in UTC."""

    start: Moment = Field(alias="from")
    until: Moment

    @model_validator(mode="after")
    def _ordered(self) -> "AbsoluteWindow":
        if self.start >= self.until:
            raise ValueError("from must lie before until")
        return self

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.until

    def __str__(self) -> str:
        return f"{format_time(self.start)} to {format_time(self.until)}"


class WeeklyWindow(Noun):
    """From one time of the day to another, as the clocks of ``zone`` show it; ``days`` are those on which it begins.

    An ``until`` before ``from`` is on the next day. Equal ones hold no time at all.
    """

    days: Annotated[tuple[Weekday, ...], Field(min_length=1)]
    start: str = Field(alias="from")
    until: str
    zone: str = "UTC"

    @field_validator("start", "until", mode="before")
    @classmethod
    def _time_of_day(cls, text: object) -> object:
        if not isinstance(text, str) or not _CLOCK.fullmatch(text):
            raise ValueError(_CLOCK_SHAPE)
        return text

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            _zone(name)
        except (KeyError, ValueError, OSError):
            raise ValueError("is no time zone; write an IANA name such as Europe/Berlin") from None
        return name

    @property
    def holds_no_time(self) -> bool:
        """Whether it never applies."""
        return self.start == self.until or self.start == "24:00"

    def __contains__(self, moment: datetime) -> bool:
        if self.holds_no_time:
            return False
        local = moment.astimezone(_zone(self.zone))
        clock = f"{local:%H:%M}"
        today, yesterday = _WEEK[local.weekday()], _WEEK[(local - timedelta(days=1)).weekday()]
        if self.start < self.until:
            return today in self.days and self.start <= clock < self.until
        return (today in self.days and clock >= self.start) or (yesterday in self.days and clock < self.until)

    def __str__(self) -> str:
        return f"{', '.join(self.days)} {self.start} to {self.until} {self.zone}"


@lru_cache(maxsize=64)
def _zone(name: str) -> tzinfo:
    # UTC needs no time zone database, which a small container may lack.
    return UTC if name == "UTC" else ZoneInfo(name)


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "weekly" if "days" in value or "zone" in value else "absolute"
    return "weekly" if isinstance(value, WeeklyWindow) else "absolute"


Window = Annotated[
    Annotated[AbsoluteWindow, Tag("absolute")] | Annotated[WeeklyWindow, Tag("weekly")], Discriminator(_kind)
]


def _as_list(value: object) -> object:
    return [value] if isinstance(value, dict) else value


Windows = Annotated[tuple[Window, ...], Field(min_length=1), BeforeValidator(_as_list)]
