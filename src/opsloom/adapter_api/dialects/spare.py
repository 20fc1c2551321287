"""Questions that an answer does without."""

from collections.abc import Awaitable
from contextlib import suppress
from typing import TypeVar

import anyio

from opsloom.adapter_api.call import Call
from opsloom.model.errors import ProviderError

T = TypeVar("T")


async def spare(call: Call, asking: Awaitable[T]) -> T | None:
    """What an answer is right without: left out if it fails, or takes over half of the time that is left."""
    with anyio.move_on_after(call.remaining_seconds() / 2), suppress(ProviderError):
        return await asking
    return None
