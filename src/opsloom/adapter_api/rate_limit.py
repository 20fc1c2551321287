"""How many requests a provider still lets us send, in the words of its own headers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

_FAR_FUTURE_SECONDS = 10 * 365 * 86_400


class ResetForm(StrEnum):
    """What the header of the reset holds: seconds from now, a Unix time in seconds, milliseconds or microseconds, or a
    time as in RFC 3339."""

    SECONDS = "seconds"
    UNIX_SECONDS = "unix_seconds"
    UNIX_MILLISECONDS = "unix_milliseconds"
    UNIX_MICROSECONDS = "unix_microseconds"
    RFC_3339 = "rfc_3339"


_PER_SECOND = {
    ResetForm.UNIX_SECONDS: 1,
    ResetForm.UNIX_MILLISECONDS: 1_000,
    ResetForm.UNIX_MICROSECONDS: 1_000_000,
}


@dataclass(frozen=True)
class RateLimitHeaders:
    """The names of the headers, in lower case; an empty one is not sent.

    ``refused_with`` are statuses besides 429 that mean "too many requests" while ``remaining`` is 0, or with a
    ``Retry-After``.
    """

    limit: str = ""
    remaining: str = ""
    reset: str = ""
    reset_form: ResetForm = ResetForm.SECONDS
    refused_with: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Quota:
    """What an answer said of the limit; ``None`` is "not told". ``resets_in_seconds`` counts from that answer."""

    limit: int | None = None
    remaining: int | None = None
    resets_in_seconds: float | None = None


def quota_of(headers: Mapping[str, str], names: RateLimitHeaders | None, now: datetime) -> Quota | None:
    """What ``headers`` say, ``None`` if nothing; what cannot be read is not told."""
    if names is None:
        return None
    quota = Quota(
        limit=_whole(headers.get(names.limit, "")),
        remaining=_whole(headers.get(names.remaining, "")),
        resets_in_seconds=_seconds(headers.get(names.reset, ""), names.reset_form, now),
    )
    return None if quota == Quota() else quota


def _whole(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _seconds(text: str, form: ResetForm, now: datetime) -> float | None:
    """Not below 0: the provider's clock may be behind ours."""
    try:
        if form is ResetForm.SECONDS:
            seconds = float(text)
        elif form is ResetForm.RFC_3339:
            seconds = (datetime.fromisoformat(text) - now) / timedelta(seconds=1)
        else:
            seconds = (datetime.fromtimestamp(float(text) / _PER_SECOND[form], UTC) - now) / timedelta(seconds=1)
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    return max(0.0, seconds) if seconds < _FAR_FUTURE_SECONDS else None
