"""What lint finds in a policy."""

import pytest

from opsloom.approval.policy import Policy
from opsloom.approval.policy_lint import Level
from tests.approval.policies import policy_of, remarks


def rules(*bodies: str, rest: str = "") -> Policy:
    """A policy with one rule a body, named a, b, ...; a body without a decision has risk R1."""
    texts = []
    for name, body in zip("abcdef", bodies, strict=False):
        decision = "" if "risk" in body or "forbid" in body else 'risk = "R1"'
        texts.append(f'[[rules]]\nname = "{name}"\n{body}\n{decision}\n')
    return policy_of("".join(texts) + rest)


def test_the_built_in_policy_is_clean() -> None:
    assert remarks(Policy(), Level.ERROR) == remarks(Policy(), Level.WARNING) == []
    assert remarks(Policy(), Level.NOTE) == ["rules: The built-in rules apply; the policy has none of its own."]


def test_it_says_whether_the_built_in_rules_are_replaced_and_what_is_left() -> None:
    notes = remarks(rules('tools = ["*_ticket", "[ps]*", "rollback_deploy"]'), Level.NOTE)
    assert notes == [
        "rules: The policy's own rules replace the built-in ones.",
        (
            "rules: none is about acknowledge_alert, create_channel, operate_service, record_event, toggle_flag, "
            "update_alert: may be recommended, not run"
        ),
    ]
    assert "asked first, then the built-in" in remarks(policy_of('rules = []\nextends = "defaults"'), Level.NOTE)[0]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("", 'tools = ["send_message"]'),
        ('tools = ["*"]', ""),
        ('tools = ["r*"]', 'tools = ["rollback_*"]'),
        ('services = ["pay*"]', 'services = ["payments", "payroll-*"]'),
        ('services = ["pay*"]\nforbid = "no"', 'services = ["payments"]'),
        ('services = ["pay*"]\nforbid = "no"', 'services = ["payments"]\nforbid = "no"'),
        ('environments = ["p?od"]', 'environments = ["prod"]\ntiers = ["1"]'),
        ("targets_over = 1", "targets_over = 2"),
        ("services_over = 1", "services_over = 1"),
        ("reversible = false", 'reversible = false\ntools = ["page_owner"]'),
        ('arguments = { reason = "a*" }', 'arguments = { reason = ["ab", "ac*"] }'),
        ('tools=["silence_alert"]\narguments={duration="<=4h"}', 'tools=["silence_alert"]\narguments={duration="<2h"}'),
        ('tools=["silence_alert"]\narguments={duration=">1h"}', 'tools=["silence_alert"]\narguments={duration="2h"}'),
        ('during = { days = ["mon"], from = "01:00", until = "02:00" }',) * 2,
    ],
)
def test_a_rule_that_earlier_ones_leave_nothing_is_an_error(earlier: str, later: str) -> None:
    assert remarks(rules(earlier, later), Level.ERROR) == [
        "rule 'b': is never asked: a matches first whatever it matches"
    ]


def test_several_earlier_rules_may_leave_nothing_together() -> None:
    policy = rules('tools = ["page_owner"]', 'tools = ["send_*"]', 'tools = ["send_message", "page_owner"]')
    assert remarks(policy, Level.ERROR) == ["rule 'c': is never asked: a, b matches first whatever it matches"]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ('tools = ["send_message"]', ""),
        ('services = ["pay*"]', 'services = ["p*"]'),
        ('services = ["pay*"]', 'services = ["payments"]\nforbid = "any of them is enough"'),
        ('services = ["*"]', 'services = ["payments"]\nforbid = "also where no service is known"'),
        ('services = ["p[ab]*"]', 'services = ["pa*"]'),
        ('services = ["a*"]', 'environments = ["a"]'),
        ("targets_over = 2", "targets_over = 1"),
        ("targets_over = 2", ""),
        ("reversible = true", "reversible = false"),
        ("reversible = true", ""),
        ('arguments = { reason = "a*" }', 'arguments = { reason = ["ab", "b"] }'),
        ('arguments = { reason = "a*" }', 'arguments = { reason = "a*" }\nforbid = "any of a list"'),
        ('tools=["silence_alert"]\narguments={duration="<2h"}', 'tools=["silence_alert"]\narguments={duration="<=2h"}'),
        ('tools=["silence_alert"]\narguments={duration="<2h"}', 'tools=["silence_alert"]\narguments={duration=">1h"}'),
        ('during = { days = ["mon"], from = "01:00", until = "02:00" }', ""),
    ],
)
def test_a_rule_that_can_be_reached_is_none(earlier: str, later: str) -> None:
    assert remarks(rules(earlier, later), Level.ERROR) == []


@pytest.mark.parametrize(
    ("body", "rest", "told"),
    [
        ('tools = ["roll_back"]', "", "rule 'a': tools: roll_back is no tool that changes anything; these are: ack"),
        ('tools = ["search_alerts"]', "", "rule 'a': tools: search_alerts is no tool that changes anything"),
        ('tools=["page_owner"]\narguments={x=1}', "", "rule 'a': arguments: page_owner has no x, so the rule never"),
        ('risk = "R0"', "", "rule 'a': risk: R0 is for reading; a change of that risk is never run"),
        ('risk = "R2"\nassurance = "A0"', "", 'which then holds: assurance = "A0" (R2 asks for "A1")'),
        ('risk = "R3"\napprove = 1', "", "approve = 1 (R3 asks for 2). Say why: weaker = ..."),
        ('roles = ["r"]', "[roles]\nr = []", "role 'r': nobody is in it"),
        ('roles = ["r"]\napprove = 2', '[roles]\nr = ["a"]', "rule 'a': approve: 2 must approve, and 1 may (roles)"),
        (
            'during = { days = ["mon"], from = "01:00", until = "01:00" }', "",
            "rule 'a': during: mon 01:00 to 01:00 UTC holds no time",
        ),
    ],
)  # fmt: skip
def test_what_does_not_do_what_it_says_is_an_error(body: str, rest: str, told: str) -> None:
    assert told in "\n".join(remarks(rules(body, rest=rest), Level.ERROR))


@pytest.mark.parametrize(
    ("body", "rest", "told"),
    [
        ("approval_minutes = 90", "", "rule 'a': execution_minutes: 60 end before the 90 to approve do"),
        ('weaker = "why not"', "", "rule 'a': weaker: it does not ask for less than its risk does"),
        (
            'risk = "R2"\nroles = ["r"]', '[roles]\nr = ["a"]',
            "approve: all 1 who may are needed, so none of them can be the requester",
        ),
        ('roles = ["r"]', '[roles]\nr = ["a", "stranger-a"]', "role 'r': this machine knows no user stranger-a"),
        ('roles = ["r"]', '[roles]\nr = ["stranger-a"]', "no user stranger-a; nobody here is in it"),
        ("", '[roles]\nr = ["a"]', "role 'r': no rule names it"),
        ("during = { from = 2026-03-01T00:00:00Z, until = 2026-03-03T09:21:00Z }", "", "2026-03-03T09:21:00Z is over"),
    ],
)  # fmt: skip
def test_what_may_be_meant_is_a_warning(body: str, rest: str, told: str) -> None:
    policy = rules(body, rest=rest)
    assert told in "\n".join(remarks(policy, Level.WARNING))
    assert remarks(policy, Level.ERROR) == []


def test_one_person_may_be_enough_where_the_requester_may_be_that_person() -> None:
    assert remarks(rules('roles = ["r"]', rest='[roles]\nr = ["a"]'), Level.WARNING) == []


def test_less_than_the_risk_with_a_reason_is_clean() -> None:
    policy = rules('risk = "R2"\nother_than_requester = false\nweaker = "a sandbox"')
    assert remarks(policy, Level.ERROR) == remarks(policy, Level.WARNING) == []


def test_it_says_what_local_self_approval_gives_up() -> None:
    [warning] = remarks(policy_of("local_self_approve = true"), Level.WARNING)
    assert "nobody else looks" in warning
