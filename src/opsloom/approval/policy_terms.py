"""What each risk asks, and what a rule asks on top of it."""

import json
from typing import NamedTuple

from opsloom.approval.policy_rule import Rule
from opsloom.approval.requirement import Assurance, Risk


class Terms(NamedTuple):
    """Whose approvals suffice: ``approve`` people, each at ``assurance`` and one at ``strongest``; ``deny`` stop it."""

    approve: int
    deny: int
    assurance: Assurance
    strongest: Assurance
    other_than_requester: bool


RISK_TERMS: dict[Risk, Terms] = {
    Risk.R1: Terms(1, 1, Assurance.A0, Assurance.A0, False),
    Risk.R2: Terms(1, 1, Assurance.A1, Assurance.A1, True),
    Risk.R3: Terms(2, 1, Assurance.A1, Assurance.A2, True),
}
"""R0 is for reading: no approval makes a change of that risk run."""
STRICTEST = RISK_TERMS[Risk.R3]


def terms_of(rule: Rule) -> Terms:
    """What ``rule`` asks; never less than its risk does, unless ``weaker`` says why."""
    terms, default = _asked(rule), _default(rule)
    if rule.weaker is not None:
        return terms
    return Terms(
        approve=max(terms.approve, default.approve),
        deny=min(terms.deny, default.deny),
        assurance=max(terms.assurance, default.assurance),
        strongest=max(terms.strongest, default.strongest),
        other_than_requester=terms.other_than_requester or default.other_than_requester,
    )


def weaknesses(rule: Rule) -> list[str]:
    """The keys with which ``rule`` asks for less than its risk does, such as ``approve = 1 (R3 asks for 2)``."""
    terms, default = _asked(rule), _default(rule)
    weak = {
        "approve": terms.approve < default.approve,
        "deny": terms.deny > default.deny,
        "assurance": terms.assurance < default.assurance,
        "strongest": terms.strongest < default.strongest,
        "other_than_requester": terms.other_than_requester < default.other_than_requester,
    }
    asked, usual = ({key: json.dumps(value) for key, value in one._asdict().items()} for one in (terms, default))
    return [f"{key} = {asked[key]} ({rule.risk} asks for {usual[key]})" for key, weaker in weak.items() if weaker]


def _default(rule: Rule) -> Terms:
    return RISK_TERMS.get(rule.risk, STRICTEST) if rule.risk else STRICTEST


def _asked(rule: Rule) -> Terms:
    default = _default(rule)
    assurance = rule.assurance or default.assurance
    return Terms(
        approve=rule.approve or default.approve,
        deny=rule.deny or default.deny,
        assurance=assurance,
        strongest=rule.strongest or max(default.strongest, assurance),
        other_than_requester=(
            default.other_than_requester if rule.other_than_requester is None else rule.other_than_requester
        ),
    )
