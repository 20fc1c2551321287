"""Slack's timestamps, which are ids as well: no digit may get lost."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def ts_of(moment: datetime) -> str:
    """``1772529660.000000``."""
    microseconds = (moment - _EPOCH) // timedelta(microseconds=1)
    return f"{microseconds // 1_000_000}.{microseconds % 1_000_000:06d}"


def time_of(ts: str) -> datetime:
    """The time that ``ts`` (as :data:`~opsloom_adapters.slack.wire.Ts` has it) means, exactly."""
    seconds, _, microseconds = ts.partition(".")
    return _EPOCH + timedelta(seconds=int(seconds), microseconds=int(microseconds))
