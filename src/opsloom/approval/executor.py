"""Running an approved action: claim, check again, send once, and find out what became of it."""

from collections.abc import Mapping
from dataclasses import replace

import anyio

from opsloom.approval.ledger import Ledger
from opsloom.approval.planner import Planner, planned
from opsloom.approval.progress import ActionView
from opsloom.approval.proposal import Proposal, Request
from opsloom.approval.requirement import Requirement
from opsloom.approval.rows import THE_SERVER, By
from opsloom.approval.state import State
from opsloom.audit.canonical import Json
from opsloom.model.changes import Effect, Order, Receipt
from opsloom.model.errors import (
    AuthenticationError,
    ConfigurationError,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    OpsloomError,
    OutcomeUnknownError,
    PermissionDeniedError,
    ProviderError,
    RateLimitedError,
    UnavailableError,
    UnsupportedError,
)
from opsloom.providers.hub import Hub, Outcome
from opsloom.providers.operations import CHANGE_OPERATIONS

_NOTHING_WAS_DONE = (
    AuthenticationError,
    ConfigurationError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    UnavailableError,
    UnsupportedError,
)


class Executor:
    """Executes for one server process; ``contracts`` are the digests of the tools that it serves."""

    def __init__(self, hub: Hub, ledger: Ledger, planner: Planner, server: str, contracts: Mapping[str, str]) -> None:
        self._hub = hub
        self._ledger = ledger
        self._planner = planner
        self._server = server
        self._contracts = contracts

    def serves(self, view: ActionView) -> bool:
        """Whether this process has the instance and the tool of the action."""
        return view.action.instance in self._hub.instances and view.action.tool in self._contracts

    async def run(self, ident: str, by: By) -> ActionView:
        """Claim the action and apply it; from then on it is not cancelled until its outcome is recorded.

        :returns: the action in the state VERIFYING, STALE, FAILED or UNKNOWN.
        :raises ApprovalError: it is not approved, or somebody else was first.
        """
        with anyio.CancelScope(shield=True):
            view = await self._ledger.claim(ident, self._server, by)
            view = await self._apply(view)
        return view  # noqa: RET504  anyio types the scope as one that may swallow a return

    async def _apply(self, view: ActionView) -> ActionView:
        try:
            differences = await self._differences(view)
        except InvalidRequestError as error:
            detail = f"it makes no sense any more, so nothing was sent: {error}"
            return await self._ledger.advance(view, State.FAILED, detail=detail)
        except OpsloomError as error:
            detail = f"it could not be checked again, so nothing was sent: {error}"
            return await self._ledger.advance(view, State.FAILED, detail=detail)
        if differences:
            return await self._stale(view, differences)
        action = view.action
        approvers = ", ".join(sorted({one.person for one in view.decisions}))
        order = Order(plan=action.plan, marker=action.marker, requester=action.requester_user, approver=approvers)
        operation = CHANGE_OPERATIONS[action.plan.change.kind]
        outcome = await self._hub.apply(operation, action.instance, order)
        return await self._record(view, outcome)

    async def _record(self, view: ActionView, outcome: Outcome[Receipt]) -> ActionView:
        error, told = outcome.error, _told_of(outcome)
        evidence = (*view.progress.evidence, *outcome.evidence)
        if error is None:
            learned = {"receipt": outcome.value, "evidence": evidence, "detail": "applied; looking whether it helped"}
            return await self._ledger.advance(view, State.VERIFYING, THE_SERVER, told, **learned)
        if isinstance(error, ConflictError):
            moved = Effect(what="state at the provider", before="as planned", after="another, found while applying")
            return await self._stale(view, (moved,), told, evidence)
        if _nothing_was_done(error):
            return await self._ledger.advance(
                view, State.FAILED, THE_SERVER, told, detail=f"nothing was done: {error}", evidence=evidence
            )
        known = "" if isinstance(error, OutcomeUnknownError) else "it was sent, and nobody knows whether it was done: "
        detail = f"{known}{error}"
        return await self._ledger.advance(view, State.UNKNOWN, THE_SERVER, told, detail=detail, evidence=evidence)

    async def _differences(self, view: ActionView) -> tuple[Effect, ...]:
        """What is not as it was when the action was planned: tool, policy, or the world."""
        action = view.action
        found = []
        if (contract := self._contract(action.tool)) != action.tool_digest:
            found.append(Effect(what="contract of the tool", before=action.tool_digest, after=contract))
        proposal, request = again(view)
        requirement, _ = self._planner.requirement(proposal, action.plan, request, action.tiers)
        if requirement != action.requirement:
            found += _differing(action.requirement, requirement)
        plan = planned(await self._planner.look(proposal))
        before, after = dict(action.plan.observed), dict(plan.observed)
        for name in sorted(before.keys() | after.keys()):
            if before.get(name) != after.get(name):
                found.append(Effect(what=name, before=before.get(name, ""), after=after.get(name, "")))
        if not found and plan.change != action.plan.change:
            found.append(Effect(what="the change itself", before=str(action.plan.change), after=str(plan.change)))
        return tuple(found)

    def _contract(self, tool: str) -> str:
        """The digest of the tool as it is served now.

        :raises UnsupportedError: it is not.
        """
        if tool not in self._contracts:
            raise UnsupportedError(f"the tool {tool} is not served any more")
        return self._contracts[tool]

    async def _stale(
        self,
        view: ActionView,
        differences: tuple[Effect, ...],
        told: Mapping[str, Json] | None = None,
        evidence: tuple[str, ...] = (),
    ) -> ActionView:
        """End it, and plan anew what it was asked for: the new plan needs its own approval."""
        shown: list[Json] = [one.model_dump() for one in differences]
        detail = "what it was planned for has moved: " + "; ".join(one.what for one in differences)
        stale = await self._ledger.advance(
            view, State.STALE, THE_SERVER, {**(told or {}), "differences": shown},
            detail=detail, differences=differences, evidence=evidence or view.progress.evidence,
        )  # fmt: skip
        try:
            proposal, request = again(stale, replaces=stale.action.id)
            request = replace(request, tool_digest=self._contract(request.tool))
            draft = await self._planner.plan(proposal, request)
            fresh = await self._ledger.add(draft.at, THE_SERVER, draft.told)
        except OpsloomError as error:
            return await self._ledger.learn(stale, detail=f"{detail}. No new plan could be made: {error}")
        return await self._ledger.learn(stale, next_action=fresh.action.id)


def again(view: ActionView, *, replaces: str | None = None) -> tuple[Proposal, Request]:
    """The proposal and the call behind an action."""
    action = view.action
    request = Request(
        tool=action.tool,
        tool_digest=action.tool_digest,
        arguments=action.arguments,
        requester=action.requester,
        user=action.requester_user,
        investigation=action.investigation,
        reason=action.reason,
        evidence=action.evidence,
        replaces=replaces,
        undoes=action.undoes,
    )
    return Proposal(action.plan.change, action.instance, action.environment), request


def _nothing_was_done(error: OpsloomError) -> bool:
    """Whether that is sure: a refusal in so many words, or a request that never left."""
    refused = isinstance(error, ProviderError) and error.status is not None and 300 <= error.status < 500
    return refused or isinstance(error, _NOTHING_WAS_DONE)


def _differing(before: Requirement, after: Requirement) -> list[Effect]:
    return [
        Effect(what=f"policy: {name}", before=str(value), after=str(getattr(after, name)))
        for name, value in before
        if value != getattr(after, name)
    ]


def _told_of(outcome: Outcome[Receipt]) -> dict[str, Json]:
    """What the audit record says of the provider's part."""
    error = outcome.error
    return {
        "instance": outcome.instance,
        "evidence": list(outcome.evidence),
        "error": None if error is None else type(error).__name__,
        "receipt": None if outcome.value is None else outcome.value.model_dump(mode="json"),
        "duration_ms": outcome.duration_ms,
    }
