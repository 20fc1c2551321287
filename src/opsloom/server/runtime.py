"""What is open while a server runs: the workspace, the log, the evidence, the hub."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import anyio
import anyio.to_thread
from mcp.server.subscriptions import InMemorySubscriptionBus, SubscriptionBus

from opsloom import __version__
from opsloom.approval.approvals import Approvals, open_approvals
from opsloom.approval.ledger import Ledger
from opsloom.approval.rows import By
from opsloom.audit.log import AuditLog
from opsloom.audit.record import CallStatus, Kind, Record
from opsloom.evidence.evidence_store import EvidenceStore
from opsloom.evidence.investigations import Investigations
from opsloom.evidence.provider_text import clean
from opsloom.evidence.redaction import Redactor
from opsloom.model.clock import SystemClock
from opsloom.model.errors import OpsloomError
from opsloom.providers.hub import Hub, open_hub
from opsloom.server.action_changes import ActionChanges
from opsloom.server.call_record import CallRecord
from opsloom.server.caller import name_of
from opsloom.server.configuration import Configuration
from opsloom.store.port import Store
from opsloom.store.sqlite import SqliteStore
from opsloom.tools.action_answer import ActionAnswer, render_action
from opsloom.tools.answer import Answer, render
from opsloom.tools.context import Report, ToolContext, say_nothing

logger = logging.getLogger(__name__)

DEGRADED = "DEGRADED: the audit log cannot be written; this call is in a spill file, to be merged back"


@dataclass(frozen=True)
class Runtime:
    """One running server; made by :func:`open_runtime`."""

    hub: Hub
    store: Store
    log: AuditLog
    evidence: EvidenceStore
    investigations: Investigations
    redactor: Redactor
    changes: ActionChanges
    approvals: Approvals | None = None

    @property
    def demo(self) -> bool:
        """Whether answers come from a recording."""
        return self.hub.recorded

    def safe(self, text: str, max_chars: int) -> str:
        """A provider's text: redacted, cleaned and capped.

        Redacted again after cleaning: hidden characters may have held a secret's parts apart.
        """
        return safe_text(self.redactor, text, max_chars)

    def tool_context(self, call: CallRecord, report: Report = say_nothing) -> ToolContext:
        """What a tool gets for ``call``, whose investigation is resolved; ``report`` takes its progress."""
        return ToolContext(
            hub=self.hub,
            evidence=self.evidence,
            investigations=self.investigations,
            investigation=call.investigation or "",
            author=name_of(call.actor),
            approvals=self.approvals,
            by=By(call.actor, call.ident),
            report=report,
        )

    def shown(self, answer: Answer, call: CallRecord) -> dict[str, Any]:
        """``answer`` as a client of ``call`` gets it; the call's status becomes that of the answer."""
        shown = render(
            answer,
            investigation=call.investigation or "",
            demo=self.demo,
            safe=self.safe,
            degraded=DEGRADED if call.degraded else "",
        )
        call.status = CallStatus(shown["status"])
        return shown

    def shown_action(self, answer: ActionAnswer, call: CallRecord) -> dict[str, Any]:
        """The same for an answer about an action."""
        shown = render_action(answer, investigation=call.investigation or "", demo=self.demo, safe=self.safe)
        call.status = _CALL_STATUS.get(shown["status"], CallStatus.OK)
        return shown

    async def remember_evidence(self, call: CallRecord) -> None:
        """Keep which evidence belongs to the call's investigation; a read does not fail for it."""
        try:
            await self.investigations.record_evidence(call.investigation or "", call.ident, call.evidence)
        except OpsloomError:
            logger.exception("the evidence of call %s is not linked to its investigation", call.ident)


_CALL_STATUS = {
    "pending_approval": CallStatus.PENDING_APPROVAL,
    "denied": CallStatus.DENIED,
    "expired": CallStatus.DENIED,
    "revoked": CallStatus.DENIED,
    "recommend_only": CallStatus.DENIED,
    "stale": CallStatus.ERROR,
    "failed": CallStatus.ERROR,
    "unknown": CallStatus.ERROR,
}


def safe_text(redactor: Redactor, text: str, max_chars: int) -> str:
    """See :meth:`Runtime.safe`."""
    return redactor.redact(clean(redactor.redact(text), max_chars))


async def _close(log: AuditLog) -> None:
    """Sign and leave. When the disk still fails the records are spilled, and the next start brings them back."""
    try:
        await log.append(Record(Kind.SERVER_STOPPED))
        await anyio.to_thread.run_sync(log.close)
    except OpsloomError:
        logger.exception("the log could not be closed properly")


@asynccontextmanager
async def open_runtime(configuration: Configuration, bus: SubscriptionBus | None = None) -> AsyncIterator[Runtime]:
    """Open the workspace and the hub; no provider is contacted. Changes of actions are told on ``bus``.

    :raises OpsloomError: the workspace cannot be written.
    """
    workspace, wall_clock = configuration.settings.workspace.path, SystemClock()
    store = await anyio.to_thread.run_sync(SqliteStore.open, workspace)
    try:
        log = await anyio.to_thread.run_sync(AuditLog.open, workspace, store)
        try:
            await log.append(Record(Kind.SERVER_STARTED, details={"version": __version__}))
            redactor = Redactor()
            evidence = EvidenceStore(store, redactor)
            investigations = Investigations(store, wall_clock)
            async with open_hub(configuration.instances, configuration.broken, evidence, configuration.clock) as hub:
                runtime = Runtime(
                    hub, store, log, evidence, investigations, redactor, ActionChanges(bus or InMemorySubscriptionBus())
                )
                if configuration.read_only:
                    yield runtime
                    return
                contracts = {spec.name: spec.digest for spec in configuration.served_tools().values() if spec.proposes}
                async with open_approvals(
                    hub, Ledger(store, log), configuration.policy, runtime.safe, redactor.redact_value, contracts,
                    runtime.changes.tell,
                ) as approvals:  # fmt: skip
                    yield replace(runtime, approvals=approvals)
        finally:
            with anyio.CancelScope(shield=True):
                await _close(log)
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(store.close)
