"""What is known about an incident, gathered by whoever asks; the analysis sees nothing else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from opsloom.model.alerts import Alert
from opsloom.model.deploys import Deploy
from opsloom.model.logs import LogEntry
from opsloom.model.metrics import Series
from opsloom.model.topology import Dependency
from opsloom.model.window import Window

T = TypeVar("T")

PRESENT_SECONDS = 600  # what counts as the present where no alert says since when


@dataclass(frozen=True)
class Cited(Generic[T]):
    """Something that a provider said, and the ids of the evidence that it stands on."""

    value: T
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scene:
    """Everything that was seen in ``window`` until ``now``; what is dated later is not looked at.

    ``focus`` is the alert asked about, ``service`` the service asked about; either may be missing. ``gaps`` says in
    words what could not be looked at, such as a provider that did not answer.
    """

    now: datetime
    window: Window
    alerts: tuple[Cited[Alert], ...] = ()
    series: tuple[Cited[Series], ...] = ()
    changes: tuple[Cited[Deploy], ...] = ()
    edges: tuple[Cited[Dependency], ...] = ()
    logs: tuple[Cited[LogEntry], ...] = ()
    focus: Alert | None = None
    service: str | None = None
    gaps: tuple[str, ...] = ()

    @property
    def alerted_at(self) -> datetime:
        """When somebody was told; without an alert, ``PRESENT_SECONDS`` ago."""
        if self.focus is None:
            return self.now - timedelta(seconds=PRESENT_SECONDS)
        return min(self.focus.starts_at, self.now)
