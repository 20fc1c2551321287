"""Which error an HTTP answer, or the lack of one, becomes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from opsloom.model.errors import (
    AuthenticationError,
    NotFoundError,
    PermissionDeniedError,
    ProviderError,
    ProviderTimeoutError,
    RateLimitedError,
    UnavailableError,
    UnexpectedAnswerError,
)

if TYPE_CHECKING:
    from opsloom.adapter_api.adapter import Manifest

_QUOTED_BYTES = 2_000


def error_of_status(
    status: int, headers: Mapping[str, str], body: bytes, instance: str, manifest: "Manifest"
) -> ProviderError:
    """The error for an answer whose status is not 2xx."""
    upstream = body[:_QUOTED_BYTES].decode("utf-8", "replace")
    if status == 429:
        return RateLimitedError(
            f"{instance} asks for fewer requests (429)",
            instance=instance,
            status=status,
            upstream=upstream,
            retry_after_seconds=_retry_after_seconds(headers),
        )
    kind, sentence = _kind_of_status(status, manifest)
    return kind(f"{instance} {sentence}", instance=instance, status=status, upstream=upstream)


def _kind_of_status(status: int, manifest: "Manifest") -> tuple[type[ProviderError], str]:
    if status == 401:
        return AuthenticationError, "refused the credential (401); check token, username and password"
    if status == 403:
        scopes = ", ".join(scope.name for scope in manifest.scopes) or "see its documentation"
        return PermissionDeniedError, f"denied permission (403); the credential needs: {scopes}"
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


def error_of_transport(error: Exception, instance: str) -> ProviderError:
    """The error for a request without a whole answer; ``error`` is httpx's own or a TimeoutError."""
    import httpx

    if isinstance(error, TimeoutError | httpx.ReadTimeout | httpx.WriteTimeout | httpx.PoolTimeout):
        return ProviderTimeoutError(f"{instance} did not answer in time", instance=instance)
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return UnavailableError(f"nobody answers at the address of {instance}", instance=instance)
    if isinstance(error, httpx.TransportError) and not isinstance(error, httpx.UnsupportedProtocol):
        return UnavailableError(f"the connection to {instance} broke", instance=instance)
    return UnexpectedAnswerError(f"{instance} sent what is no HTTP answer", instance=instance)


def _retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """RFC 9110 section 10.2.3: whole seconds, or an HTTP date."""
    value = headers.get("retry-after", "").strip()
    if value.isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
