"""Where run events come from, and what is read of them for one window."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.model.window import Window
from opsloom_adapters.openlineage import wire


@dataclass(frozen=True, slots=True)
class Reading:
    """The events of ``window``, which begins later than what was asked for where not all could be read.

    ``newest_before`` is the time of the last run event before the window, known at least where the window has none.
    """

    events: Sequence[wire.Event]
    window: Window
    query: str
    complete: bool = True
    newest_before: datetime | None = None


class EventSource(Protocol):
    """One place of events."""

    async def read(self, call: Call, window: Window) -> Reading:
        """The events of ``window``, in any order; one may be there twice.

        :raises UnexpectedAnswerError: something there is no event; the text names the place.
        :raises ProviderError: another of its kinds where the place cannot be read.
        """
        ...

    async def probe(self, call: Call) -> Probe:
        """Whether events can be read."""
        ...


def newest_before(events: Sequence[wire.Event], window: Window) -> datetime | None:
    """The time of the last run event before ``window``."""
    return max((one.time for one in events if one.run is not None and one.time < window.start), default=None)
