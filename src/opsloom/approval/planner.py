"""From a proposal to an action: resolve the target, read the present state, ask the policy, render the preview."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from opsloom.approval.action import Action
from opsloom.approval.checks import checks_of
from opsloom.approval.policy import evaluate
from opsloom.approval.policy_load import PolicySource
from opsloom.approval.preview import Preview, Safe
from opsloom.approval.proposal import Proposal, Request
from opsloom.approval.requirement import PolicyQuestion, Requirement
from opsloom.approval.surroundings import look_around
from opsloom.audit.canonical import Json
from opsloom.audit.record import new_id
from opsloom.model.changes import ChangeOfWhatRuns, ChangePlan, SilenceAlerts
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import REASON_CHARS
from opsloom.providers.hub import Hub, Outcome
from opsloom.providers.operations import CHANGE_OPERATIONS


@dataclass(frozen=True)
class Draft:
    """An action but for its id and times; ``told`` is what the audit record says of it."""

    fields: dict[str, Any]
    requirement: Requirement
    told: Mapping[str, Json]

    def at(self, now: datetime) -> Action:
        """The action, as planned at ``now`` of the store's time."""
        now = now.replace(microsecond=0)  # these times are read aloud
        return Action(
            id=new_id(),
            planned_at=now,
            approve_by=now + timedelta(seconds=self.requirement.approval_seconds),
            execute_by=now + timedelta(seconds=self.requirement.execution_seconds),
            **self.fields,
        )


class Planner:
    """Plans actions; it reads, and changes nothing."""

    def __init__(self, hub: Hub, policy: PolicySource, safe: Safe, redact: Callable[[Any], Any]) -> None:
        self._hub = hub
        self._policy = policy
        self._safe = safe
        self._redact = redact

    async def plan(self, proposal: Proposal, request: Request) -> Draft:
        """Plan ``proposal``.

        :raises OpsloomError: the provider cannot be asked, or says that this change makes no sense.
        """
        self._refuse_hidden(request)
        outcome = await self.look(proposal)
        plan = planned(outcome)
        around = await look_around(self._hub, plan.services)
        checks, verify_seconds, gaps = await checks_of(self._hub, plan)
        around.gaps += gaps
        requirement, policy_digest = self.requirement(proposal, plan, request, tuple(around.tiers))
        preview = Preview(self._safe).text(proposal, plan, around, requirement, checks, request, verify_seconds)
        fields: dict[str, Any] = {
            "tool": request.tool,
            "tool_digest": request.tool_digest,
            "arguments": request.arguments,
            "instance": proposal.instance,
            "adapter": outcome.adapter,
            "plan": plan,
            "plan_evidence": tuple(dict.fromkeys([*outcome.evidence, *around.evidence])),
            "environment": proposal.environment,
            "tiers": tuple(around.tiers),
            "checks": checks,
            "verify_seconds": verify_seconds,
            "preview": preview,
            "requirement": requirement,
            "policy_digest": policy_digest,
            "requester": request.requester,
            "requester_user": request.user,
            "investigation": request.investigation,
            "reason": request.reason,
            "evidence": request.evidence,
            "replaces": request.replaces,
            "undoes": request.undoes,
            "demo": self._hub.instances[proposal.instance].adapter.manifest.recorded,
        }
        told: dict[str, Json] = {
            "instance": proposal.instance,
            "arguments": self._redact(dict(request.arguments)),
            "risk": requirement.risk,
            "rule": requirement.rule,
            "policy_digest": policy_digest,
            "preview": preview,
            "reason": self._safe(request.reason, REASON_CHARS) or None,
            "evidence": list(fields["plan_evidence"]),
            "cited": list(request.evidence),
            "replaces": request.replaces,
            "undoes": request.undoes,
        }
        return Draft(fields, requirement, told)

    def _refuse_hidden(self, request: Request) -> None:
        """What a person approves must be what is sent: no secret that is shown as redacted, no character that is not
        shown at all.

        :raises InvalidRequestError: an argument holds one.
        """
        for name, value in request.arguments.items():
            texts = [value] if isinstance(value, str) else value if isinstance(value, list) else []
            for text in texts:
                if isinstance(text, str) and self._safe(text, len(text)) != text:
                    raise InvalidRequestError(
                        f"argument {name!r} holds what looks like a secret, or characters that cannot be shown; "
                        "an approver must see what is sent, so take it out"
                    )

    async def look(self, proposal: Proposal) -> Outcome[ChangePlan]:
        """What the provider says of the change at this moment; nothing is taken from an earlier look."""
        operation = CHANGE_OPERATIONS[proposal.change.kind]
        return await self._hub.perform(operation.capability, operation.plan, proposal.instance, proposal.change)

    def requirement(
        self, proposal: Proposal, plan: ChangePlan, request: Request, tiers: tuple[str, ...]
    ) -> tuple[Requirement, str]:
        """What the policy of this moment asks, and the digest of that policy.

        :raises ConfigurationError: the policy cannot be read.
        """
        question = PolicyQuestion(
            tool=request.tool,
            arguments=request.arguments,
            services=plan.services,
            environments=_environments(proposal, plan),
            tiers=tiers,
            targets=_breadth(plan),
            reversible=plan.inverse is not None or not plan.irreversible,
            at=self._hub.clock.now(),
        )
        policy = self._policy.current()
        return evaluate(policy, question), policy.digest


def planned(outcome: Outcome[ChangePlan]) -> ChangePlan:
    """The plan of ``outcome``, or its error."""
    if outcome.error is not None:
        raise outcome.error
    if outcome.value is None:
        raise TypeError("an outcome has a value or an error")
    return outcome.value


def _environments(proposal: Proposal, plan: ChangePlan) -> tuple[str, ...]:
    """As the provider resolved it, else as it was asked for; none where nobody says."""
    resolved = plan.change.environment if isinstance(plan.change, ChangeOfWhatRuns) else None
    known = resolved or proposal.environment
    return (known,) if known else ()


def _breadth(plan: ChangePlan) -> int:
    """How many things a change is about: the services that it silences or changes, else its targets."""
    if isinstance(plan.change, SilenceAlerts | ChangeOfWhatRuns):
        return max(1, len(plan.services))
    return max(1, len(plan.targets))
