"""What a policy asks, in sentences for people."""

from collections.abc import Iterator
from dataclasses import dataclass

from opsloom.approval.policy import Policy, evaluate
from opsloom.approval.policy_glob import matches_any
from opsloom.approval.policy_rule import Rule
from opsloom.approval.policy_terms import weaknesses
from opsloom.approval.requirement import Assurance, Execution, PolicyQuestion, Requirement

_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
_AT = {
    Assurance.A0: "through any channel, the requester's own client included (A0)",
    Assurance.A1: "as a user of this machine, not through the requester's client (A1)",
    Assurance.A2: "with a signature by their own key (A2)",
}


@dataclass(frozen=True)
class Explanation:
    """Whether it could run, and the sentences that say why and how."""

    allowed: bool
    sentences: list[str]


def explain(policy: Policy, question: PolicyQuestion) -> Explanation:
    """Which rule matches ``question``, which earlier ones for the same tool do not and why, and what would be asked."""
    requirement = evaluate(policy, question)
    sentences = [rules_in_force(policy), *_way_to(policy, question), "", *asked_by(requirement)]
    return Explanation(requirement.allowed, sentences)


def rules_in_force(policy: Policy) -> str:
    """Where the rules come from."""
    if policy.rules is None:
        return "The built-in rules apply; the policy has none of its own."
    if policy.extends:
        return "The policy's own rules are asked first, then the built-in ones."
    return "The policy's own rules replace the built-in ones."


def asked_by(requirement: Requirement) -> list[str]:
    """The sentences of one requirement."""
    if not requirement.allowed:
        return [needs_of(requirement)]
    return [
        f"Risk {requirement.risk}. {_who(requirement)}",
        *_own_approval(requirement),
        f"{_count(requirement.denials)} {'denial stops' if requirement.denials == 1 else 'denials stop'} it.",
        f"Decide within {_minutes(requirement.approval_seconds)} of the plan.",
        f"It must begin within {_minutes(requirement.execution_seconds)} of the plan.",
        "The server runs it as soon as it is approved."
        if requirement.execute is Execution.ON_APPROVAL
        else "Once approved, it runs when its status is asked for next.",
    ]


def needs_of(requirement: Requirement) -> str:
    """Who must approve, or why nobody can."""
    if not requirement.allowed:
        return f"Not allowed: {requirement.reason}."
    return " ".join([_who(requirement), *_own_approval(requirement)])


def _way_to(policy: Policy, question: PolicyQuestion) -> Iterator[str]:
    for freeze in policy.freezes:
        if not any(freeze.misses(question)):
            exempt = f", except for {', '.join(freeze.except_risk)}" if freeze.except_risk else ""
            yield f"Freeze {freeze.name!r} is on{exempt}."
    for rule in policy.effective_rules:
        missed = list(rule.misses(question))
        if not missed:
            yield f"Rule {rule.name!r} matches."
            yield from _about_weakness(rule)
            return
        if rule.tools is None or matches_any(question.tool, rule.tools):
            yield f"Rule {rule.name!r} does not match: {'; '.join(missed)}."


def _about_weakness(rule: Rule) -> Iterator[str]:
    weak = "; ".join(weaknesses(rule))
    if weak and rule.weaker:
        yield f"It asks for less than its risk does: {weak}. Why: {rule.weaker}"
    elif weak:
        yield f"It asks for less than its risk does and says no reason (weaker); the risk's own terms hold: {weak}."


def _who(requirement: Requirement) -> str:
    several = requirement.approvals > 1
    people = f"{'people' if several else 'person'} must approve"
    if requirement.approvers:
        people = f"of {', '.join(requirement.approvers)} must approve"
    sentence = f"{_count(requirement.approvals)} {people}{_not_the_requester(requirement)}"
    everybody = requirement.assurance if several else requirement.strongest
    sentence += f", {'each ' if several else ''}{_AT[everybody]}"
    if requirement.strongest > everybody:
        sentence += f"; at least one of them {_AT[requirement.strongest]}"
    return sentence + (". Nobody is in the roles that may" if requirement.approvers == () else "") + "."


def _not_the_requester(requirement: Requirement) -> str:
    if not requirement.other_than_requester or requirement.self_approval:
        return ""
    if requirement.approvals == 1:
        return ", who is not the requester"
    return f", {'neither' if requirement.approvals == 2 else 'none'} of them the requester"


def _own_approval(requirement: Requirement) -> Iterator[str]:
    if requirement.self_approval:
        yield "The requester's own approval counts, through any channel: local_self_approve is on."


def _count(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def _minutes(seconds: int) -> str:
    minutes = seconds // 60
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
