"""What is wrong or doubtful in a policy that can be read."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from opsloom.approval.policy import Policy
from opsloom.approval.policy_glob import matches_any
from opsloom.approval.policy_rule import Rule, Scope
from opsloom.approval.policy_shadow import shadowing, tools_of
from opsloom.approval.policy_terms import terms_of, weaknesses
from opsloom.approval.policy_window import AbsoluteWindow
from opsloom.approval.policy_words import rules_in_force
from opsloom.approval.requirement import Risk


class Level(StrEnum):
    """An error makes the policy do something else than it says; a warning may be meant; a note is for reading."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Remark:
    """One sentence on ``place``: a key of the policy, with the name of the rule, freeze or role."""

    level: Level
    place: str
    text: str


@dataclass(frozen=True)
class Surroundings:
    """What a policy is judged against. ``tools`` are all that change something, each with the names of its arguments.
    ``is_user`` tells whether the machine knows a user."""

    tools: Mapping[str, frozenset[str]]
    now: datetime
    is_user: Callable[[str], bool]


def lint(policy: Policy, around: Surroundings) -> list[Remark]:
    """All remarks, in the order of the policy's keys."""
    remarks = [*_on_settings(policy), *_on_roles(policy, around.is_user)]
    for freeze in policy.freezes:
        remarks += _on_scope(f"freeze {freeze.name!r}", freeze, around)
    for index, rule in enumerate(policy.effective_rules):
        place = f"rule {rule.name!r}"
        remarks += _on_scope(place, rule, around)
        remarks += _on_arguments(place, rule, around)
        if above := shadowing(rule, policy.effective_rules[:index], around.tools):
            remarks.append(_error(place, f"is never asked: {', '.join(above)} matches first whatever it matches"))
        if not rule.forbids:
            remarks += _on_risk(place, rule)
            remarks += _on_people(place, rule, policy)
            remarks += _on_minutes(place, rule, policy)
    return [*remarks, *_on_what_is_left(policy, around)]


def _error(place: str, text: str) -> Remark:
    return Remark(Level.ERROR, place, text)


def _warning(place: str, text: str) -> Remark:
    return Remark(Level.WARNING, place, text)


def _on_settings(policy: Policy) -> Iterator[Remark]:
    if policy.local_self_approve:
        yield _warning(
            "local_self_approve",
            "whoever asks for a change of risk R1 or R2 may approve it alone, from the same client that asked: nobody "
            "else looks, and a client that answers by itself is only told by its haste. Each record says so",
        )


def _on_roles(policy: Policy, is_user: Callable[[str], bool]) -> Iterator[Remark]:
    used = {role for rule in policy.effective_rules for role in rule.roles or ()}
    for role, users in policy.roles.items():
        place = f"role {role!r}"
        if not users:
            yield _error(place, "nobody is in it")
        elif strangers := [user for user in users if not is_user(user)]:
            nobody = "; nobody here is in it" if len(strangers) == len(users) else ""
            yield _warning(place, f"this machine knows no user {', '.join(strangers)}{nobody}")
        if role not in used:
            yield _warning(place, "no rule names it")


def _on_scope(place: str, scope: Scope, around: Surroundings) -> Iterator[Remark]:
    for glob in scope.tools or ():
        if not any(matches_any(tool, (glob,)) for tool in around.tools):
            known = ", ".join(sorted(around.tools))
            yield _error(place, f"tools: {glob} is no tool that changes anything; these are: {known}")
    for window in scope.during or ():
        if isinstance(window, AbsoluteWindow):
            if window.until <= around.now:
                yield _warning(place, f"during: {window} is over")
        elif window.holds_no_time:
            yield _error(place, f"during: {window} holds no time; a whole day is 00:00 to 24:00")


def _on_arguments(place: str, rule: Rule, around: Surroundings) -> Iterator[Remark]:
    for tool in tools_of(rule, around.tools):
        unknown = [name for name in rule.arguments or () if name not in around.tools[tool]]
        if unknown:
            yield _error(place, f"arguments: {tool} has no {', '.join(unknown)}, so the rule never matches it")


def _on_risk(place: str, rule: Rule) -> Iterator[Remark]:
    if rule.risk is Risk.R0:
        yield _error(place, "risk: R0 is for reading; a change of that risk is never run")
        return
    weak = "; ".join(weaknesses(rule))
    if weak and rule.weaker is None:
        yield _error(place, f"asks for less than its risk does, which then holds: {weak}. Say why: weaker = ...")
    elif rule.weaker and not weak:
        yield _warning(place, "weaker: it does not ask for less than its risk does")


def _on_people(place: str, rule: Rule, policy: Policy) -> Iterator[Remark]:
    if rule.roles is None:
        return
    terms, people = terms_of(rule), len(policy.people_in(rule.roles))
    if terms.approve > people:
        yield _error(place, f"approve: {terms.approve} must approve, and {people} may (roles)")
    elif terms.other_than_requester and terms.approve == people:
        yield _warning(place, f"approve: all {people} who may are needed, so none of them can be the requester")


def _on_minutes(place: str, rule: Rule, policy: Policy) -> Iterator[Remark]:
    approval = rule.approval_minutes or policy.approval_minutes
    execution = rule.execution_minutes or policy.execution_minutes
    if execution < approval:
        yield _warning(
            place, f"execution_minutes: {execution} end before the {approval} to approve do; both count from the plan"
        )


def _on_what_is_left(policy: Policy, around: Surroundings) -> Iterator[Remark]:
    yield Remark(Level.NOTE, "rules", rules_in_force(policy))
    meant = {tool for rule in policy.effective_rules for tool in tools_of(rule, around.tools)}
    if left := sorted(around.tools.keys() - meant):
        yield Remark(Level.NOTE, "rules", f"none is about {', '.join(left)}: may be recommended, not run")
