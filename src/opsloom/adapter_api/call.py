"""One call to one instance: its deadline, its clock, and the exchanges that it made."""

from dataclasses import dataclass, field
from datetime import datetime

import anyio

from opsloom.adapter_api.rate_limit import Quota
from opsloom.model.clock import Clock, SystemClock
from opsloom.model.evidence import Exchange
from opsloom.model.window import Window


@dataclass(slots=True)
class Call:
    """Passed to every method of a capability.

    ``now`` is the present as the user means it (of a recording: its own); ``deadline`` is a time of
    ``anyio.current_time()``. Whoever hears from a provider calls :meth:`capture` at that place, before it
    looks into the answer, so that there is evidence of answers that nobody could understand, too.

    ``writing`` is set while an approved action is applied, and only then may anything be sent that changes something.
    ``quota`` is what the last answer said of the provider's rate limit.
    """

    instance: str
    adapter: str
    now: datetime
    deadline: float
    wall_clock: Clock = field(default_factory=SystemClock)
    exchanges: list[Exchange] = field(default_factory=list)
    writing: bool = False
    quota: Quota | None = None

    def remaining_seconds(self) -> float:
        """What is left of the budget, 0 when it is used up."""
        return max(0.0, self.deadline - anyio.current_time())

    def capture(
        self,
        *,
        method: str,
        url: str,
        body: bytes,
        parameters: tuple[tuple[str, str], ...] = (),
        status: int = 0,
        media_type: str = "",
        window: Window | None = None,
        link: str | None = None,
    ) -> None:
        """Keep what a provider said; see :class:`~opsloom.model.evidence.Exchange` for the fields."""
        self.exchanges.append(
            Exchange(
                instance=self.instance,
                adapter=self.adapter,
                method=method,
                url=url,
                parameters=parameters,
                status=status,
                media_type=media_type,
                body=body,
                received_at=self.wall_clock.now(),
                window=window,
                link=link,
            )
        )
