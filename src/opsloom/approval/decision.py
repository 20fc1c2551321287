"""Decisions, and whether those that there are suffice."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from opsloom.approval.action import Action
from opsloom.approval.requirement import Assurance, Requirement, Risk
from opsloom.model.record import Noun


class Verdict(StrEnum):
    """What a person decided."""

    APPROVE = "approve"
    DENY = "deny"


class Channel(StrEnum):
    """Where the person decided. ``demo`` is no person at all: it exists for recordings only."""

    CLIENT = "client"
    TERMINAL = "terminal"
    DEMO = "demo"


class Decision(Noun):
    """One person's word on one digest.

    ``seconds`` passed since the person was asked, where that is known. ``signature`` is a signed note of
    :func:`opsloom.approval.signing.statement`, made with the key ``key``.
    """

    action: str
    digest: str
    verdict: Verdict
    person: str
    channel: Channel
    assurance: Assurance
    at: datetime
    seconds: float | None = None
    reason: str = ""
    self_approved: bool = False
    break_glass: bool = False
    key: str | None = None
    signature: str | None = None


class Tally(Noun):
    """What the decisions amount to; ``missing`` says what is still wanted."""

    approved: bool
    denied: bool
    missing: str


def objection_to(decision: Decision, action: Action) -> str:
    """Why ``decision`` does not count for ``action``, or nothing."""
    requirement = action.requirement
    if decision.digest != action.digest:
        return "it is a decision on another plan"
    if decision.verdict is Verdict.DENY:
        return ""
    if not requirement.allowed:
        return f"the policy does not let this run: {requirement.reason}"
    if decision.channel is Channel.DEMO:
        return "" if action.demo else "only a recording's own world may be changed without a person"
    if decision.break_glass:
        return _objection_to_breaking_glass(decision, requirement)
    own = decision.person == action.requester_user
    if requirement.approvers is not None and decision.person not in requirement.approvers:
        return f"the policy lets these people approve it: {', '.join(requirement.approvers) or 'nobody'}"
    if own and requirement.other_than_requester and not requirement.self_approval:
        return "the policy wants another person than the requester to approve it"
    if decision.assurance < requirement.assurance and not (own and requirement.self_approval):
        return f"the policy wants assurance {requirement.assurance}, this is {decision.assurance}"
    return ""


def _objection_to_breaking_glass(decision: Decision, requirement: Requirement) -> str:
    if requirement.risk is not Risk.R2:
        return f"break-glass is for actions of risk R2; this is {requirement.risk}"
    if decision.channel is not Channel.TERMINAL or decision.assurance < Assurance.A1:
        return "break-glass needs a person at a terminal"
    return "" if decision.reason else "break-glass needs a reason"


def tally(action: Action, decisions: Iterable[Decision]) -> Tally:
    """Count the decisions that count, each person once; whoever denies stops it."""
    requirement = action.requirement
    approvals: dict[str, Decision] = {}
    deniers: set[str] = set()
    for decision in decisions:
        if objection_to(decision, action):
            continue
        if decision.verdict is Verdict.DENY:
            deniers.add(decision.person)
        else:
            approvals[decision.person] = decision
    if len(deniers) >= requirement.denials:
        return Tally(approved=False, denied=True, missing="")
    if any(one.break_glass or one.channel is Channel.DEMO for one in approvals.values()):
        return Tally(approved=True, denied=False, missing="")
    missing = _missing(requirement, action.requester_user, approvals)
    return Tally(approved=not missing, denied=False, missing=missing)


def _missing(requirement: Requirement, requester: str, approvals: dict[str, Decision]) -> str:
    wanted = requirement.approvals - len(approvals)
    strong_enough = any(
        one.assurance >= requirement.strongest or (requirement.self_approval and one.person == requester)
        for one in approvals.values()
    )
    if wanted > 0:
        return f"{wanted} more approval{'s' if wanted > 1 else ''}"
    return "" if strong_enough else f"an approval with assurance {requirement.strongest}"
