"""A way out: what the three of them have in common."""

from typing import Protocol

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.model.changes import Observation, Receipt
from opsloom_adapters.notifier.wire import Notification


class Route(Protocol):
    """Delivers notifications. ``address`` names where they go, ``blind_spot`` what nobody can see of that."""

    @property
    def address(self) -> str: ...

    @property
    def blind_spot(self) -> str: ...

    async def probe(self, call: Call) -> Probe:
        """Whether a notification could leave now; none is sent."""
        ...

    async def deliver(self, notification: Notification, call: Call) -> Receipt:
        """Let it leave, once.

        :raises OutcomeUnknownError: it may have left. Every other error: nothing has left.
        """
        ...

    async def look_for(self, dedup_key: str, call: Call) -> Observation:
        """Whether the notification with this key has left."""
        ...
