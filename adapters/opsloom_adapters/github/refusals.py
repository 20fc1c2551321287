"""What GitHub means by a status, where it means more than HTTP does.

Source: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

import re

from opsloom.model.errors import (
    InvalidRequestError,
    NotFoundError,
    OpsloomError,
    PermissionDeniedError,
    ProviderError,
    RateLimitedError,
    UnexpectedAnswerError,
)

_SECONDARY_LIMIT = re.compile(r"secondary[ -]rate[ -]limit", re.IGNORECASE)
_SECONDARY_WAIT_SECONDS = 60.0  # GitHub's own advice where it sends no Retry-After


def meant_by(error: ProviderError) -> ProviderError:
    """``error`` in GitHub's terms; the same one where there is nothing to add."""
    at, status, upstream = error.instance, error.status, error.upstream
    if status == 404:
        return NotFoundError(
            f"{at} has no such record (404); GitHub says the same of a repository that the credential may not see",
            instance=at, status=status, upstream=upstream,
        )  # fmt: skip
    if status == 410:
        return NotFoundError(
            f"{at} no longer has it (410), or issues are switched off there",
            instance=at, status=status, upstream=upstream,
        )  # fmt: skip
    if status in (301, 307, 308):
        return UnexpectedAnswerError(
            f"{at} says that it was moved ({status}): correct the setting repositories where one was renamed",
            instance=at, status=status, upstream=upstream,
        )  # fmt: skip
    if isinstance(error, PermissionDeniedError) and _SECONDARY_LIMIT.search(upstream):
        return RateLimitedError(
            f"{at} asks for fewer requests at a time ({status})",
            instance=at, status=status, upstream=upstream, retry_after_seconds=_SECONDARY_WAIT_SECONDS,
        )  # fmt: skip
    return error


def meant_by_refused_change(error: ProviderError) -> OpsloomError:
    """As :func:`meant_by`, of a request that was to change something: 422 blames what was asked."""
    if error.status == 422:
        return InvalidRequestError(f"{error.instance} does not take this change (422)", upstream=error.upstream)
    return meant_by(error)
