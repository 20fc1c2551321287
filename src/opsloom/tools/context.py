"""What a tool gets besides its arguments."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from opsloom.approval.approvals import Approvals
from opsloom.approval.rows import THE_SERVER, By
from opsloom.evidence.evidence_store import EvidenceStore
from opsloom.evidence.investigations import Investigations
from opsloom.providers.hub import Hub

Report = Callable[[float, float, str], Awaitable[None]]
"""Progress: how much is done, of how much, and what is done now."""


async def say_nothing(_done: float, _total: float, _now: str) -> None:
    """For callers who do not wait for progress."""


@dataclass
class ToolContext:
    """One call: the rooms of the house that a tool may enter, and the evidence that the call gathered.

    ``investigation`` is resolved before the tool runs. ``author`` names the caller in findings. ``approvals`` are there
    where changes are served, and ``by`` is who makes this call. ``report`` tells the client how far a long call is.
    """

    hub: Hub
    evidence: EvidenceStore
    investigations: Investigations
    investigation: str
    author: str
    approvals: Approvals | None = None
    by: By = THE_SERVER
    seen: list[str] = field(default_factory=list)
    report: Report = say_nothing

    @property
    def now(self) -> datetime:
        """The present as the user means it."""
        return self.hub.clock.now()
