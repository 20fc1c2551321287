"""Times as Loki counts them: nanoseconds since 1970, exactly, where a float would round."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def nanoseconds_of(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1_000


def moment_of(nanoseconds: int) -> datetime:
    """Cut to microseconds."""
    return _EPOCH + timedelta(microseconds=nanoseconds // 1_000)
