"""A small world behind the real hub, store and log: one service with a revision, whose provider can misbehave."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import AlertReader
from opsloom.adapter_api.writers import AlertAcknowledger, DeployRoller, MessageSender
from opsloom.approval.approvals import Approvals, open_approvals
from opsloom.approval.decision import Channel, Decision, Verdict
from opsloom.approval.ledger import Ledger, Ruling
from opsloom.approval.policy import Policy
from opsloom.approval.progress import ActionView
from opsloom.approval.proposal import Proposal, Request
from opsloom.approval.requirement import Assurance
from opsloom.approval.rows import By
from opsloom.audit.local_actor import local_actor
from opsloom.audit.log import AuditLog
from opsloom.evidence.evidence_store import EvidenceStore
from opsloom.evidence.provider_text import clean
from opsloom.evidence.redaction import Redactor
from opsloom.model.alerts import Alert, AlertStatus
from opsloom.model.changes import (
    AcknowledgeAlert,
    ChangePlan,
    ChangeRevision,
    Effect,
    Observation,
    Order,
    Receipt,
    SendMessage,
    Sight,
    UnacknowledgeAlert,
)
from opsloom.model.clock import StoppedClock
from opsloom.model.errors import ConflictError, NotFoundError
from opsloom.model.page import Page
from opsloom.model.refs import Ref, RefKind
from opsloom.providers.hub import open_hub
from opsloom.store.sqlite import SqliteStore
from opsloom.store.time import StoreTime
from tests.providers.scripted import scripted

NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
CONTRACTS = {"rollback_deploy": "c" * 64, "acknowledge_alert": "c" * 64, "send_message": "c" * 64}
AGENT = "agent@host via test-client"
CAPABILITIES = (AlertReader, AlertAcknowledger, DeployRoller, MessageSender)
Fault = Callable[[Order], Awaitable[None]]


async def no_fault(_order: Order) -> None:
    """The provider works."""


@dataclass
class World:
    """What the provider holds. ``before`` and ``after`` run around each effect, and may raise."""

    revision: str = "v42"
    good: str = "v41"
    heals: bool = True
    swallows: bool = False
    applied: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    acknowledged: bool = False
    answers: bool = True
    before: Fault = no_fault
    after: Fault = no_fault

    @property
    def firing(self) -> bool:
        """Whether the service is broken: as long as the bad revision runs, or for ever."""
        return self.revision == "v42" or not self.heals

    async def act(self, method: str, asked: Any, call: Call) -> Any:
        """The provider's side of every method of the capabilities."""
        call.capture(method="GET", url=f"lab://{method}", body=f"{self.revision} {len(self.applied)}".encode())
        verb = method.partition("_")[0]
        if verb == "plan":
            return self._plan(asked)
        if verb == "apply":
            return await self._apply(asked)
        if verb == "observe":
            if not self.answers:
                raise NotFoundError("the lab has burnt down", instance="lab")
            return self._observe(asked)
        return self._alerts(method, asked)

    def _plan(self, change: Any) -> ChangePlan:
        if isinstance(change, SendMessage):
            said = Effect(what=f"channel {change.channel}", before="", after=change.text)
            return ChangePlan(
                change=change, summary=f"post to {change.channel}", targets=(change.channel,), effects=(said,),
                irreversible="a message that was read cannot be taken back",
            )  # fmt: skip
        if isinstance(change, AcknowledgeAlert | UnacknowledgeAlert):
            return self._plan_acknowledgement(change)
        return self._plan_revision(change)

    def _plan_acknowledgement(self, change: AcknowledgeAlert | UnacknowledgeAlert) -> ChangePlan:
        take = isinstance(change, AcknowledgeAlert)
        inverse = UnacknowledgeAlert(alert=change.alert) if take else AcknowledgeAlert(alert=change.alert)
        effect = Effect(what="acknowledged", before=str(self.acknowledged), after=str(take))
        return ChangePlan(
            change=change, summary="acknowledge", targets=(change.alert,), services=("checkout",), effects=(effect,),
            observed=(("acknowledged", str(self.acknowledged)),), inverse=inverse,
        )  # fmt: skip

    def _plan_revision(self, change: ChangeRevision) -> ChangePlan:
        target = change.revision or self.good
        return ChangePlan(
            change=change.model_copy(update={"revision": target}),
            summary=f"{change.service} runs {target} again",
            targets=(change.service,),
            services=(change.service,),
            observed=(("revision", self.revision),),
            conditional=True,
            effects=(Effect(what="revision", before=self.revision, after=target),),
            inverse=change.model_copy(update={"revision": self.revision}),
        )

    async def _apply(self, order: Order) -> Receipt:
        await self.before(order)
        change = order.plan.change
        if isinstance(change, ChangeRevision):
            if dict(order.plan.observed)["revision"] != self.revision:
                raise ConflictError("lab runs another revision by now", instance="lab", status=409)
            if not self.swallows:
                self.revision = change.revision or ""
        elif isinstance(change, SendMessage):
            self.messages.append(change.text)
        else:
            self.acknowledged = isinstance(change, AcknowledgeAlert)
        self.applied.append(order.marker)
        await self.after(order)
        return Receipt(native_id=order.marker)

    def _observe(self, order: Order) -> Observation:
        change = order.plan.change
        if isinstance(change, ChangeRevision):
            there = self.revision == change.revision
        elif isinstance(change, SendMessage):
            return Observation(sight=Sight.UNOBSERVABLE)
        else:
            there = self.acknowledged is isinstance(change, AcknowledgeAlert)
        seen = Receipt(native_id=order.marker) if there else None
        return Observation(sight=Sight.PRESENT if there else Sight.ABSENT, receipt=seen)

    def _alerts(self, method: str, asked: Any) -> Any:
        alert = Alert(
            ref=Ref(RefKind.ALERT, "lab", "a1"),
            name="CheckoutErrors",
            status=AlertStatus.FIRING if self.firing else AlertStatus.RESOLVED,
            service="checkout",
            starts_at=NOW.replace(minute=14),
        )
        return Page(rows=(alert,) if asked.matches(alert) else ()) if method == "search_alerts" else alert


@dataclass
class Bench:
    """What a test drives."""

    world: World
    approvals: Approvals
    ledger: Ledger
    store: SqliteStore
    log: AuditLog
    clock: StoppedClock
    policy: "MutablePolicy"

    async def propose(self, change: Any = None, **fields: Any) -> ActionView:
        """As the agent proposes."""
        change = change or ChangeRevision(service="checkout")
        request = request_for(change, **fields)
        same = await self.approvals.repeated(request)
        return same or await self.approvals.propose(Proposal(change, "lab"), request, by("test-client"))

    async def decide(
        self, view: ActionView, verdict: Verdict = Verdict.APPROVE, person: str = "lead-a", **fields: Any
    ) -> Ruling:
        """As a person decides at a terminal."""
        decision = decision_on(view, verdict, person, **fields)
        return await self.ledger.decide(lambda now: decision.model_copy(update={"at": now}), by("opsloom-cli"))

    async def run(self, view: ActionView) -> ActionView:
        """Take it on."""
        return await self.approvals.take_on(await self.ledger.get(view.action.id), by("test-client"))


class MutablePolicy:
    """A policy that a test replaces while the server runs."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def current(self) -> Policy:
        return self.policy


def by(client: str) -> By:
    """A step of a client on this machine."""
    return By(local_actor(client, "1"), None)


def request_for(change: Any, **fields: Any) -> Request:
    """The call behind a proposal."""
    tool = {"change_revision": "rollback_deploy", "send_message": "send_message"}.get(change.kind, "acknowledge_alert")
    values = {
        "tool": tool,
        "tool_digest": CONTRACTS[tool],
        "arguments": change.model_dump(mode="json"),
        "requester": AGENT,
        "user": "agent",
        "investigation": "inv_0000000000",
        "reason": "errors since the deploy",
    }
    return Request(**{**values, **fields})


def decision_on(view: ActionView, verdict: Verdict, person: str, **fields: Any) -> Decision:
    """A decision of ``person``, by default at a terminal."""
    values = {
        "action": view.action.id,
        "digest": view.action.digest,
        "verdict": verdict,
        "person": person,
        "channel": Channel.TERMINAL,
        "assurance": Assurance.A1,
        "at": NOW,
    }
    return Decision(**{**values, **fields})


@asynccontextmanager
async def bench(
    workspace: Path,
    world: World | None = None,
    policy: Policy | None = None,
    time: StoreTime | None = None,
    vfs: str | None = None,
) -> AsyncIterator[Bench]:
    """A server's rooms without the server."""
    world, redactor, clock = world or World(), Redactor(), StoppedClock(NOW)
    source = MutablePolicy(policy or Policy())
    with SqliteStore.open(workspace, vfs=vfs) as store, closing(AuditLog.open(workspace, store)) as log:
        ledger = Ledger(store, log, time)
        instance = scripted("lab", world.act, capabilities=CAPABILITIES)

        async def changed(_action: str) -> None:
            """Nobody listens."""

        async with open_hub([instance], (), EvidenceStore(store, redactor), clock) as hub:
            async with open_approvals(
                hub, ledger, source, lambda text, cap: clean(redactor.redact(text), cap), redactor.redact_value,
                CONTRACTS, changed,
            ) as approvals:  # fmt: skip
                yield Bench(world, approvals, ledger, store, log, clock, source)
