"""Telling clients that an action has moved: by subscription in the era of handshakes, on a listen stream since."""

import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable

import anyio
from mcp.server.subscriptions import SubscriptionBus
from mcp.shared.subscriptions import ResourceUpdated

logger = logging.getLogger(__name__)

ACTIONS_PREFIX = "ops://actions/"
PENDING_URI = "ops://approvals/pending"
Listener = Callable[[str], Awaitable[None]]


class ActionChanges:
    """Who wants to know of which resource; of one running server."""

    def __init__(self, bus: SubscriptionBus) -> None:
        self._bus = bus
        self._listeners: dict[str, dict[int, Listener]] = defaultdict(dict)

    def subscribe(self, uri: str, session: int, listener: Listener) -> None:
        """``listener`` is called with ``uri`` when it changes; one for each ``session``."""
        self._listeners[uri][session] = listener

    def unsubscribe(self, uri: str, session: int) -> None:
        """Stop calling; nothing happens if nobody was called."""
        self._listeners[uri].pop(session, None)

    async def tell(self, action: str) -> None:
        """The action with this id has moved, and so has the list of those that wait."""
        for uri in (f"{ACTIONS_PREFIX}{action}", PENDING_URI):
            await self._bus.publish(ResourceUpdated(uri=uri))
            for session, listener in list(self._listeners[uri].items()):
                try:
                    await listener(uri)
                except (anyio.ClosedResourceError, anyio.BrokenResourceError):  # the client has left
                    logger.debug("a subscriber of %s is gone", uri)
                    self.unsubscribe(uri, session)
