"""What the commands for approvers share: the ledger of a workspace, the person at the terminal, and how an action is
shown."""

import argparse
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio.to_thread

from opsloom import __version__
from opsloom.approval.action import shown_code
from opsloom.approval.ledger import Ledger
from opsloom.approval.policy_words import needs_of
from opsloom.approval.preview import words_of_requester
from opsloom.approval.progress import ActionView
from opsloom.approval.rows import By
from opsloom.approval.signing import ApproverKeys
from opsloom.approval.state import State
from opsloom.approval.wording import decision_of
from opsloom.audit.local_actor import local_actor, local_user
from opsloom.audit.log import AuditLog
from opsloom.cli import locate
from opsloom.evidence.evidence_store import EvidenceStore
from opsloom.evidence.provider_text import clean
from opsloom.evidence.redaction import Redactor
from opsloom.model.errors import ConfigurationError, NotFoundError
from opsloom.model.window import format_time
from opsloom.store.database import DATABASE_NAME
from opsloom.store.sqlite import SqliteStore

CLIENT = "opsloom-cli"


@dataclass(frozen=True)
class Desk:
    """Where a person decides. ``user`` is known by the operating system."""

    ledger: Ledger
    log: AuditLog
    keys: ApproverKeys
    evidence: EvidenceStore
    redactor: Redactor
    user: str
    by: By

    def safe(self, text: str, max_chars: int) -> str:
        """Fit to be shown in a line of a terminal."""
        return " ".join(self.redactor.redact(clean(self.redactor.redact(text), max_chars)).split())

    async def show(self, view: ActionView) -> None:
        """The action, the same that every other channel shows, and the evidence behind it."""
        action = view.action
        print(f"Action {shown_code(action.code)}  {view.state}  asked for by {self.safe(action.requester, 200)}")
        print(action.preview)
        print(words_of_requester(action.reason, self.safe))
        print(f"The policy asks: {needs_of(action.requirement)}")
        for decision in view.decisions:
            print(f"Decided: {decision_of(decision)}")
        for cited, idents in (("Planned on", action.plan_evidence), ("The requester cites", action.evidence)):
            for ident in idents:
                print(f"{cited} {await self._evidence_line(ident)}")
        if view.state is State.AWAITING:
            print(f"Decide by {format_time(action.approve_by)}; still wanted: {view.tally.missing}.")

    async def _evidence_line(self, ident: str) -> str:
        try:
            evidence, _ = await self.evidence.get(ident)
        except NotFoundError:
            return f"{ident}, which this workspace does not hold"
        at = format_time(evidence.received_at)
        return f"{ident}: {self.safe(f'{evidence.method} {evidence.url}', 120)} from {evidence.instance} at {at}"


@asynccontextmanager
async def open_desk(arguments: argparse.Namespace) -> AsyncIterator[Desk]:
    """Open the workspace that the settings name.

    :raises ConfigurationError: there is none yet.
    """
    workspace = locate.workspace(arguments)
    if not (workspace / DATABASE_NAME).exists():
        raise ConfigurationError(f"there is no workspace at {workspace} yet: nothing was asked for there")
    store = await anyio.to_thread.run_sync(SqliteStore.open, workspace)
    try:
        log = await anyio.to_thread.run_sync(AuditLog.open, workspace, store)
        redactor = Redactor()
        by = By(local_actor(CLIENT, __version__))
        try:
            evidence = EvidenceStore(store, redactor)
            yield Desk(Ledger(store, log), log, ApproverKeys(store, log), evidence, redactor, local_user(), by)
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(log.close)
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(store.close)


def require_terminal(what: str) -> None:
    """A person has to be there: what a program pipes in decides nothing.

    :raises ConfigurationError: standard input or output is no terminal.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfigurationError(f"{what} needs a person at a terminal; standard input and output must be one")
