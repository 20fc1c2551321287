"""What a tool gets besides its arguments."""

from dataclasses import dataclass, field
from datetime import datetime

from opsloom.approval.approvals import Approvals
from opsloom.approval.rows import THE_SERVER, By
from opsloom.evidence.evidence_store import EvidenceStore
from opsloom.evidence.investigations import Investigations
from opsloom.providers.hub import Hub


@dataclass
class ToolContext:
    """One call: the rooms of the house that a tool may enter, and the evidence that the call gathered.

    ``investigation`` is resolved before the tool runs. ``author`` names the caller in findings. ``approvals`` are there
    where changes are served, and ``by`` is who makes this call.
    """

    hub: Hub
    evidence: EvidenceStore
    investigations: Investigations
    investigation: str
    author: str
    approvals: Approvals | None = None
    by: By = THE_SERVER
    seen: list[str] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The present as the user means it."""
        return self.hub.clock.now()
