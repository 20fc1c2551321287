"""Which error an HTTP answer, or the lack of one, becomes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from opsloom.model.errors import (
    AuthenticationError,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    OutcomeUnknownError,
    PermissionDeniedError,
    ProviderError,
    ProviderTimeoutError,
    RateLimitedError,
    UnavailableError,
    UnexpectedAnswerError,
)

if TYPE_CHECKING:
    from opsloom.adapter_api.adapter import Manifest
    from opsloom.adapter_api.call import Call
    from opsloom.adapter_api.rate_limit import Quota

_QUOTED_BYTES = 2_000


def error_of_status(
    status: int, headers: Mapping[str, str], body: bytes, call: "Call", manifest: "Manifest", *, as_writer: bool = False
) -> ProviderError:
    """The error for an answer whose status is not 2xx; ``as_writer``: the credential for changes was sent."""
    instance = call.instance
    upstream = body[:_QUOTED_BYTES].decode("utf-8", "replace")
    after = _retry_after_seconds(headers, call.wall_clock.now())
    if _too_many(status, after, call.quota, manifest):
        if after is None and call.quota is not None:
            after = call.quota.resets_in_seconds
        return RateLimitedError(
            f"{instance} asks for fewer requests ({status})",
            instance=instance,
            status=status,
            upstream=upstream,
            retry_after_seconds=after,
        )
    kind, sentence = _kind_of_status(status, manifest, as_writer=as_writer)
    return kind(f"{instance} {sentence}", instance=instance, status=status, upstream=upstream)


def _too_many(status: int, after: float | None, quota: "Quota | None", manifest: "Manifest") -> bool:
    if status == 429:
        return True
    used_up = after is not None or (quota is not None and quota.remaining == 0)
    return used_up and manifest.rate_limit is not None and status in manifest.rate_limit.refused_with


def _kind_of_status(status: int, manifest: "Manifest", *, as_writer: bool) -> tuple[type[ProviderError], str]:
    if status == 401:
        return AuthenticationError, "refused the credential (401); check token, username and password"
    if status == 403:
        needed = [scope.name for scope in manifest.scopes if scope.writes is as_writer]
        credential = "credential for changes" if as_writer else "credential"
        scopes = ", ".join(needed) or "what its documentation says"
        return PermissionDeniedError, f"denied permission (403); the {credential} needs: {scopes}"
    if status == 404:
        return NotFoundError, "has no such record or endpoint (404); check the id and base_url"
    if status >= 500:
        return UnavailableError, f"is failing ({status})"
    if 300 <= status < 400:
        return (
            UnexpectedAnswerError,
            f"redirects elsewhere ({status}), perhaps to a login page; check base_url",
        )
    return UnexpectedAnswerError, f"refused the request ({status})"


def error_of_change(error: ProviderError) -> ProviderError:
    """What ``error`` means where something was to be changed: whether nothing was done, or nobody knows."""
    if error.status in (409, 412):
        return ConflictError(
            f"{error.instance} has another state by now ({error.status}); nothing was changed",
            instance=error.instance, status=error.status, upstream=error.upstream,
        )  # fmt: skip
    refused = error.status is not None and 300 <= error.status < 500
    if refused or isinstance(error.__cause__, _not_connected()):
        return error
    return OutcomeUnknownError(
        f"it was sent, and nobody knows whether it was done: {error}",
        instance=error.instance, status=error.status, upstream=error.upstream,
    )  # fmt: skip


def _not_connected() -> tuple[type[Exception], ...]:
    import httpx

    return httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout


def error_of_transport(error: Exception, instance: str) -> ProviderError | InvalidRequestError:
    """The error for a request without a whole answer.

    ``error`` is httpx's own, a TimeoutError, or the UnicodeError of a header that cannot be written.
    """
    import httpx

    if isinstance(error, httpx.InvalidURL | httpx.LocalProtocolError | UnicodeError):
        return InvalidRequestError(
            f"the arguments make no request that {instance} could be sent; shorten them, without control characters"
        )
    if isinstance(error, TimeoutError | httpx.ReadTimeout | httpx.WriteTimeout | httpx.PoolTimeout):
        return ProviderTimeoutError(f"{instance} did not answer in time", instance=instance)
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return UnavailableError(f"nobody answers at the address of {instance}", instance=instance)
    if isinstance(error, httpx.TransportError) and not isinstance(error, httpx.UnsupportedProtocol):
        return UnavailableError(f"the connection to {instance} broke", instance=instance)
    return UnexpectedAnswerError(f"{instance} sent what is no HTTP answer", instance=instance)


def _retry_after_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """RFC 9110 section 10.2.3: whole seconds, or an HTTP date, which counts from the provider's own clock."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    until = parse_http_date(value)
    if until is None:
        return None
    present = parse_http_date(headers.get("date", "")) or now
    return max(0.0, (until - present).total_seconds())


def parse_http_date(text: str) -> datetime | None:
    """RFC 9110 section 5.6.7, as aware UTC; ``None`` if it is no such date."""
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
