"""The policy: which change may run, and who must approve it."""

from functools import cache, cached_property
from typing import Literal

from pydantic import Field, model_validator

from opsloom.approval.policy_rule import Flag, Freeze, Minutes, Name, Names, Rule, Text
from opsloom.approval.policy_terms import RISK_TERMS, STRICTEST, Terms, terms_of
from opsloom.approval.requirement import Execution, PolicyQuestion, Requirement, Risk
from opsloom.audit.canonical import Json, digest_of
from opsloom.model.limits import APPROVAL_MINUTES_DEFAULT, EXECUTION_MINUTES_DEFAULT
from opsloom.model.record import Noun

ROUTINE_TOOLS = ("acknowledge_alert", "create_ticket", "update_ticket", "record_event", "create_channel")
DISTURBING_TOOLS = (
    "silence_alert", "update_alert", "rollback_deploy", "operate_service", "toggle_flag", "page_owner", "send_message",
)  # fmt: skip
WIDE_TOOLS = ("silence_alert", "rollback_deploy", "operate_service")
LASTING_TOOLS = ("silence_alert", "rollback_deploy")  # a restart cannot be taken back, and leaves nothing behind

NO_RULE = "no rule of the policy matches: it may be recommended, not run"


@cache
def default_rules() -> tuple[Rule, ...]:
    """The built-in rules. They are built when they are first asked for: a start does not pay for them."""
    return (
        Rule(name="default-several-services", tools=WIDE_TOOLS, services_over=1, risk=Risk.R3),
        Rule(name="default-irreversible", tools=LASTING_TOOLS, reversible=False, risk=Risk.R3),
        Rule(name="default-routine", tools=ROUTINE_TOOLS, risk=Risk.R1),
        Rule(name="default-disturbing", tools=DISTURBING_TOOLS, risk=Risk.R2),
    )


class Policy(Noun):
    """``[policy]`` of the settings, or a file of its own with the same keys; docs/policy.md explains each.

    ``rules`` replace the built-in ones, unless ``extends`` puts these behind them. ``roles`` are OS users by role.
    """

    local_self_approve: Flag = False
    execute: Execution = Execution.ON_APPROVAL
    approval_minutes: Minutes = APPROVAL_MINUTES_DEFAULT
    execution_minutes: Minutes = EXECUTION_MINUTES_DEFAULT
    roles: dict[Name, tuple[Text, ...]] = Field(default_factory=dict)
    freezes: tuple[Freeze, ...] = ()
    rules: tuple[Rule, ...] | None = None
    extends: Literal["defaults"] | None = None

    @model_validator(mode="after")
    def _names_are_unique(self) -> "Policy":
        for kind, names in (
            ("rules", [rule.name for rule in self.effective_rules]),
            ("freezes", [freeze.name for freeze in self.freezes]),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"two {kind} have the name {', '.join(twice)}")
        return self

    @model_validator(mode="after")
    def _roles_are_known(self) -> "Policy":
        for rule in self.effective_rules:
            unknown = sorted(set(rule.roles or ()) - set(self.roles))
            if unknown:
                known = ", ".join(sorted(self.roles)) or "none; write [policy.roles]"
                raise ValueError(f"rule {rule.name!r}: unknown role {', '.join(unknown)}; roles are: {known}")
        return self

    @property
    def effective_rules(self) -> tuple[Rule, ...]:
        """The rules in the order in which they are asked."""
        if self.rules is None:
            return default_rules()
        return self.rules + default_rules() if self.extends else self.rules

    @cached_property
    def digest(self) -> str:
        """SHA-256 in hexadecimal over all that decides: two files that say the same have the same."""
        said = self.model_dump(mode="json", exclude={"rules", "extends"})
        rules: list[Json] = [rule.model_dump(mode="json") for rule in self.effective_rules]
        risks: dict[str, Json] = {risk.value: terms._asdict() for risk, terms in RISK_TERMS.items()}
        return digest_of({**said, "rules": rules, "risks": risks})

    def people_in(self, roles: Names) -> tuple[str, ...]:
        """The users of all ``roles``, sorted; each once."""
        return tuple(sorted({user for role in roles for user in self.roles[role]}))


def evaluate(policy: Policy, question: PolicyQuestion) -> Requirement:
    """What ``policy`` asks before the action in ``question`` may run.

    The first rule that matches decides. A freeze stands above all rules.
    """
    rule = next((rule for rule in policy.effective_rules if not any(rule.misses(question))), None)
    if rule is None:
        return _requirement(policy, None, NO_RULE)
    return _requirement(policy, rule, _refusal(policy, rule, question))


def _refusal(policy: Policy, rule: Rule, question: PolicyQuestion) -> str:
    for freeze in policy.freezes:
        exempt = rule.risk is not None and rule.risk in (freeze.except_risk or ())
        if not exempt and not any(freeze.misses(question)):
            return f"the freeze {freeze.name!r} forbids it now"
    if rule.forbid is not None:
        return f"the rule {rule.name!r} forbids it: {rule.forbid}"
    if rule.risk is Risk.R0:
        return f"the rule {rule.name!r} gives risk R0, which is for reading"
    if rule.max_targets is not None and question.targets > rule.max_targets:
        return f"the rule {rule.name!r} allows at most {rule.max_targets} targets at once; these are {question.targets}"
    return ""


def _requirement(policy: Policy, rule: Rule | None, refusal: str) -> Requirement:
    terms: Terms = terms_of(rule) if rule else STRICTEST
    risk = (rule.risk if rule else None) or Risk.R3
    return Requirement(
        rule=rule.name if rule else "",
        risk=risk,
        allowed=not refusal,
        reason=refusal,
        approvals=terms.approve,
        denials=terms.deny,
        approvers=policy.people_in(rule.roles) if rule and rule.roles else None,
        assurance=terms.assurance,
        strongest=terms.strongest,
        other_than_requester=terms.other_than_requester,
        self_approval=policy.local_self_approve and risk in (Risk.R1, Risk.R2),
        approval_seconds=60 * ((rule and rule.approval_minutes) or policy.approval_minutes),
        execution_seconds=60 * ((rule and rule.execution_minutes) or policy.execution_minutes),
        execute=(rule and rule.execute) or policy.execute,
    )
