"""When a request is sent again: transient failures only, within the attempts and the call's deadline."""

from typing import TYPE_CHECKING

import anyio
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential
from tenacity.stop import stop_base
from tenacity.wait import wait_base

from opsloom.adapter_api.call import Call
from opsloom.model.errors import RateLimitedError, TransientError
from opsloom.model.limits import HTTP_ATTEMPTS, RETRY_WAIT_MAX_SECONDS

if TYPE_CHECKING:
    from tenacity import RetryCallState


class _RetryAfterOrJitter(wait_base):
    """The provider's own Retry-After where it gave one, full jitter otherwise."""

    _jitter = wait_random_exponential(multiplier=0.2, max=RETRY_WAIT_MAX_SECONDS)

    def __call__(self, retry_state: "RetryCallState") -> float:
        error = retry_state.outcome.exception() if retry_state.outcome else None
        if isinstance(error, RateLimitedError) and error.retry_after_seconds is not None:
            return error.retry_after_seconds
        return self._jitter(retry_state)


class _StopBeforeDeadline(stop_base):
    """No wait that would end after the call's deadline: the failure is reported now instead."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def __call__(self, retry_state: "RetryCallState") -> bool:
        return retry_state.upcoming_sleep >= self._call.remaining_seconds()


def attempts_of(call: Call) -> AsyncRetrying:
    """The retry policy of one idempotent request within ``call``."""
    return AsyncRetrying(
        retry=retry_if_exception_type(TransientError),
        stop=stop_after_attempt(HTTP_ATTEMPTS) | _StopBeforeDeadline(call),
        wait=_RetryAfterOrJitter(),
        sleep=anyio.sleep,
        reraise=True,
    )
