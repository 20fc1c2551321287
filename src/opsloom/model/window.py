"""Time windows: half-open, in UTC, resolved once at the edge and then passed on unchanged."""

import re
from datetime import UTC, datetime, timedelta

from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import WINDOW_DEFAULT_SECONDS, WINDOW_MAX_SECONDS
from opsloom.model.record import Noun

_RELATIVE = re.compile(r"-(\d{1,6})([smhdw])")
_UNIT_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_EXAMPLES = "write RFC 3339 with an offset such as 2026-03-01T09:14:00Z, or a time back from now such as -1h"
_BEYOND = "lies beyond the calendar"


class Window(Noun):
    """``start <= t < end``, both aware UTC."""

    start: datetime
    end: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()

    def shifted(self, seconds: float) -> "Window":
        """The same window, moved by ``seconds`` (negative: earlier).

        :raises InvalidRequestError: there is no such time.
        """
        try:
            by = timedelta(seconds=seconds)
            return Window(start=self.start + by, end=self.end + by)
        except OverflowError:
            raise InvalidRequestError(f"the window moved by {seconds:.0f} s {_BEYOND}; {_EXAMPLES}") from None


def format_time(moment: datetime) -> str:
    """RFC 3339 in UTC, whole seconds unless there are fractions."""
    text = moment.astimezone(UTC).isoformat(timespec="auto").replace("+00:00", "Z")
    return re.sub(r"(\.\d{3})\d+Z$", r"\1Z", text)


def parse_duration(text: str, name: str) -> float:
    """Seconds of a time back from now such as ``-1d`` (the result is positive).

    :raises InvalidRequestError: the text has another form; ``name`` is the argument to blame.
    """
    match = _RELATIVE.fullmatch(text.strip())
    if match is None:
        raise InvalidRequestError(f"{name} must be a time back such as -1h, -30m or -1d (units s m h d w)")
    return int(match[1]) * float(_UNIT_SECONDS[match[2]])


def parse_span(text: str, name: str) -> int:
    """Seconds of a length of time such as ``2h``.

    :raises InvalidRequestError: the text has another form; ``name`` is the argument to blame.
    """
    match = _RELATIVE.fullmatch(f"-{text.strip()}")
    if match is None or not int(match[1]):
        raise InvalidRequestError(f"{name} must be a length of time such as 30m, 2h or 1d (units s m h d w)")
    return int(match[1]) * _UNIT_SECONDS[match[2]]


def parse_time(text: str, now: datetime, name: str) -> datetime:
    """A point in time from an argument: RFC 3339 with an offset, or back from ``now`` (``-1h``, ``now``).

    :raises InvalidRequestError: any other form, in particular a time without an offset.
    """
    text = text.strip()
    if text == "now":
        return now
    if text.startswith("-"):
        return _earlier(now, parse_duration(text, name), name)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidRequestError(f"{name} is not a time; {_EXAMPLES}") from None
    if moment.tzinfo is None:
        raise InvalidRequestError(f"{name} has no offset from UTC; {_EXAMPLES}")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise InvalidRequestError(f"{name} {_BEYOND}; {_EXAMPLES}") from None


def resolve_window(
    since: str | None, until: str | None, now: datetime, *, default_seconds: float = WINDOW_DEFAULT_SECONDS
) -> tuple[Window, bool]:
    """The window that ``since`` and ``until`` mean at ``now``, and whether any end of it was defaulted.

    :raises InvalidRequestError: a bad time, an empty window, or one over ``limits.WINDOW_MAX_SECONDS``.
    """
    end = parse_time(until, now, "until") if until else now
    start = parse_time(since, now, "since") if since else _earlier(end, default_seconds, "until")
    if start >= end:
        raise InvalidRequestError(f"since ({format_time(start)}) must lie before until ({format_time(end)})")
    if (end - start).total_seconds() > WINDOW_MAX_SECONDS:
        raise InvalidRequestError(f"the window is over {WINDOW_MAX_SECONDS // 86_400} days; ask for less")
    return Window(start=start, end=end), not (since and until)


def _earlier(moment: datetime, seconds: float, name: str) -> datetime:
    try:
        return moment - timedelta(seconds=seconds)
    except OverflowError:
        raise InvalidRequestError(f"{name} {_BEYOND}; {_EXAMPLES}") from None
