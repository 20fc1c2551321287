"""What is open while a server runs: the workspace, the log, the evidence, the hub."""

from dataclasses import dataclass

from opsloom.audit.log import AuditLog
from opsloom.evidence.evidence_store import EvidenceStore
from opsloom.evidence.investigations import Investigations
from opsloom.evidence.provider_text import clean
from opsloom.evidence.redaction import Redactor
from opsloom.providers.hub import Hub
from opsloom.server.call_record import CallRecord
from opsloom.server.caller import name_of
from opsloom.server.configuration import Configuration
from opsloom.tools.context import ToolContext


@dataclass(frozen=True)
class Runtime:
    """One running server; made by :func:`open_runtime`."""

    configuration: Configuration
    hub: Hub
    log: AuditLog
    evidence: EvidenceStore
    investigations: Investigations
    redactor: Redactor

    @property
    def demo(self) -> bool:
        """Whether answers come from a recording."""
        return self.hub.recorded

    def safe(self, text: str, max_chars: int) -> str:
        """A provider's text: cleaned, redacted and capped."""
        return clean(self.redactor.redact(text), max_chars)

    def tool_context(self, record: CallRecord) -> ToolContext:
        """What a tool gets for the call of ``record``, whose investigation is resolved."""
        return ToolContext(
            hub=self.hub,
            evidence=self.evidence,
            investigations=self.investigations,
            investigation=record.investigation or "",
            author=name_of(record.actor),
        )
