"""What the policy asks of an action."""

from datetime import UTC, datetime
from typing import Any

import pytest

from opsloom.approval.policy import Policy, evaluate
from opsloom.approval.requirement import Assurance, Execution, Risk
from opsloom.tools import TOOLS
from tests.approval.policies import CHANGING, asking, policy_of

R2 = 'risk = "R2"\n'
FORBID = 'forbid = "not now"\n'


def rule(match: str, decision: str = R2) -> Policy:
    """A policy of one rule."""
    return policy_of(f'[[rules]]\nname = "it"\n{match}\n{decision}')


@pytest.mark.parametrize(
    ("tool", "known", "risk"),
    [
        ("acknowledge_alert", {}, Risk.R1),
        ("create_ticket", {"reversible": False}, Risk.R1),
        ("update_ticket", {"services": ("a", "b")}, Risk.R1),
        ("send_message", {"reversible": False}, Risk.R2),
        ("page_owner", {}, Risk.R2),
        ("silence_alert", {"services": ("checkout",), "targets": 5}, Risk.R2),
        ("silence_alert", {"services": ("checkout", "payments"), "targets": 2}, Risk.R3),
        ("silence_alert", {"targets": 5}, Risk.R3),
        ("rollback_deploy", {"services": ("checkout",)}, Risk.R2),
        ("rollback_deploy", {"services": ("checkout", "payments")}, Risk.R3),
        ("rollback_deploy", {"reversible": False}, Risk.R3),
    ],
)
def test_without_settings_the_risk_is_that_of_what_is_changed(tool: str, known: dict[str, Any], risk: Risk) -> None:
    asked = evaluate(Policy(), asking(tool, **known))
    assert (asked.risk, asked.allowed) == (risk, True)


def test_without_settings_every_tool_that_changes_something_has_a_rule() -> None:
    assert all(evaluate(Policy(), asking(tool)).rule for tool in CHANGING)


@pytest.mark.parametrize("tool", [*sorted(TOOLS.keys() - CHANGING.keys()), "made_up"])
def test_what_no_rule_matches_may_be_recommended_and_not_run(tool: str) -> None:
    asked = evaluate(Policy(), asking(tool))
    assert (asked.rule, asked.allowed) == ("", False)
    assert asked.reason == "no rule of the policy matches: it may be recommended, not run"


@pytest.mark.parametrize(
    ("risk", "people", "each", "strongest", "another"),
    [("R1", 1, "A0", "A0", False), ("R2", 1, "A1", "A1", True), ("R3", 2, "A1", "A2", True)],
)
def test_a_risk_asks_for_what_its_rule_leaves_out(
    risk: str, people: int, each: str, strongest: str, another: bool
) -> None:
    asked = evaluate(rule("", f'risk = "{risk}"'), asking())
    assert (asked.approvals, asked.denials) == (people, 1)
    assert (asked.assurance, asked.strongest, asked.other_than_requester) == (each, strongest, another)
    assert (asked.approval_seconds, asked.execution_seconds) == (30 * 60, 60 * 60)
    assert (asked.execute, asked.approvers) == (Execution.ON_APPROVAL, None)


def test_a_rule_may_ask_for_more_than_its_risk() -> None:
    more = R2 + (
        'approve = 3\nassurance = "A2"\nroles = ["a", "b"]\napproval_minutes = 5\nexecution_minutes = 7\n'
        'execute = "on_status"\n[roles]\na = ["x", "y"]\nb = ["y", "z"]'
    )
    asked = evaluate(rule("", more), asking())
    assert (asked.approvals, asked.assurance, asked.strongest) == (3, Assurance.A2, Assurance.A2)
    assert asked.approvers == ("x", "y", "z")
    assert (asked.approval_seconds, asked.execution_seconds) == (300, 420)
    assert asked.execute is Execution.ON_STATUS


def test_a_role_without_people_lets_nobody_approve() -> None:
    assert evaluate(rule("", R2 + 'roles = ["a"]\n[roles]\na = []'), asking()).approvers == ()


def test_less_than_the_risk_needs_a_reason_and_is_not_given_without() -> None:
    less = 'risk = "R3"\napprove = 1\nassurance = "A0"\nstrongest = "A0"\nother_than_requester = false\ndeny = 2\n'
    kept = evaluate(rule("", less), asking())
    assert (kept.approvals, kept.assurance, kept.strongest, kept.other_than_requester, kept.denials) == (
        2, "A1", "A2", True, 1,
    )  # fmt: skip
    given = evaluate(rule("", less + 'weaker = "a sandbox"'), asking())
    assert (given.approvals, given.assurance, given.strongest, given.other_than_requester, given.denials) == (
        1, "A0", "A0", False, 2,
    )  # fmt: skip


def test_the_first_rule_that_matches_decides() -> None:
    policy = policy_of(
        '[[rules]]\nname = "one"\nservices = ["checkout"]\nrisk = "R1"\n'
        '[[rules]]\nname = "two"\nforbid = "the rest is for people"'
    )
    assert evaluate(policy, asking(services=("checkout",))).risk is Risk.R1
    other = evaluate(policy, asking(services=("payments",)))
    assert (other.rule, other.allowed) == ("two", False)
    assert "the rest is for people" in other.reason


def test_own_rules_replace_the_built_in_ones_unless_they_extend_them() -> None:
    own = '[[rules]]\nname = "own"\ntools = ["send_message"]\nrisk = "R1"'
    assert not evaluate(policy_of(own), asking("page_owner")).allowed
    extended = policy_of('extends = "defaults"\n' + own)
    assert evaluate(extended, asking("page_owner")).rule == "default-disturbing"
    assert evaluate(extended, asking("send_message")).rule == "own"
    assert not evaluate(policy_of("rules = []"), asking()).allowed


@pytest.mark.parametrize("key", ["services", "environments", "tiers"])
def test_what_allows_means_all_that_is_concerned_and_what_forbids_any(key: str) -> None:
    allowing, forbidding = rule(f'{key} = ["a*"]'), rule(f'{key} = ["a*"]', FORBID)
    for names, allows, forbids in ((("a1", "a2"), True, True), (("a1", "b"), False, True), (("b",), False, False)):
        question = asking().model_copy(update={key: names})
        assert evaluate(allowing, question).allowed is allows
        assert bool(evaluate(forbidding, question).rule) is forbids


@pytest.mark.parametrize("key", ["services", "environments", "tiers"])
def test_an_action_of_which_nothing_is_known_is_forbidden_and_not_allowed_by_name(key: str) -> None:
    assert evaluate(rule(f'{key} = ["*"]'), asking()).rule == ""
    assert evaluate(rule(f'{key} = ["prod"]', FORBID), asking()).rule == "it"


@pytest.mark.parametrize(
    ("wanted", "value", "allows", "forbids"),
    [
        ('"checkout"', "checkout", True, True),
        ('"check*"', "checkout", True, True),
        ('"check*"', "payments", False, False),
        ('"check*"', None, False, False),
        ('["a", "b"]', "b", True, True),
        ('["a", "b"]', "c", False, False),
        ("true", True, True, True),
        ("1", True, False, False),
        ("3", 3, True, True),
        ("3", "3", False, False),
        ('"<=2h"', "2h", True, True),
        ('"<=2h"', "1h61m", False, False),
        ('"<=2h"', "120m", True, True),
        ('"<2h"', 7_199, True, True),
        ('">5"', 5.5, True, True),
        ('">5"', 5, False, False),
        ('">=5"', "5", True, True),
        ('">5"', "many", False, True),
        ('">5"', None, False, True),
        ('">5"', True, False, True),
        ('"a*"', ["a1", "a2"], True, True),
        ('"a*"', ["a1", "b"], False, True),
        ('"a*"', [], False, False),
        ('"a"', {"a": 1}, False, False),
    ],
)
def test_an_argument_is_compared_as_it_is_written(wanted: str, value: Any, allows: bool, forbids: bool) -> None:
    question = asking(arguments={"it": value})
    assert evaluate(rule(f"arguments = {{ it = {wanted} }}"), question).allowed is allows
    assert bool(evaluate(rule(f"arguments = {{ it = {wanted} }}", FORBID), question).rule) is forbids


@pytest.mark.parametrize("decision", [R2, FORBID])
def test_an_argument_that_the_action_lacks_does_not_match(decision: str) -> None:
    assert evaluate(rule('arguments = { it = ">1" }', decision), asking(arguments={"other": 2})).rule == ""


def test_targets_services_and_reversibility_are_conditions() -> None:
    assert not evaluate(rule("targets_over = 3"), asking(targets=3)).allowed
    assert evaluate(rule("targets_over = 3"), asking(targets=4)).allowed
    assert not evaluate(rule("services_over = 1"), asking(services=("a", "a"), targets=9)).allowed
    assert evaluate(rule("services_over = 1"), asking(services=("a", "b"))).allowed
    assert not evaluate(rule("reversible = true"), asking(reversible=False)).allowed


def test_more_targets_than_a_rule_allows_are_refused_with_the_figures() -> None:
    policy = rule("", R2 + "max_targets = 2")
    assert evaluate(policy, asking(targets=2)).allowed
    refused = evaluate(policy, asking(targets=3))
    assert (refused.allowed, refused.rule) == (False, "it")
    assert refused.reason == "the rule 'it' allows at most 2 targets at once; these are 3"


def test_a_change_of_the_risk_of_reading_never_runs() -> None:
    assert not evaluate(rule("", 'risk = "R0"'), asking()).allowed


def test_the_requesters_own_approval_counts_where_the_laptop_says_so_and_never_for_r3() -> None:
    allowed = {"acknowledge_alert": True, "send_message": True}
    policy = policy_of("local_self_approve = true")
    assert {tool: evaluate(policy, asking(tool)).self_approval for tool in allowed} == allowed
    assert not evaluate(policy, asking(reversible=False)).self_approval
    assert not evaluate(Policy(), asking("send_message")).self_approval


FREEZE = '[[freezes]]\nname = "year end"\nduring = { from = 2026-03-01T00:00:00Z, until = 2026-03-09T00:00:00Z }\n'


def test_a_freeze_stands_above_all_rules_while_it_lasts() -> None:
    policy = policy_of(FREEZE)
    frozen = evaluate(policy, asking())
    assert (frozen.allowed, frozen.reason) == (False, "the freeze 'year end' forbids it now")
    assert evaluate(policy, asking(at=datetime(2026, 3, 9, tzinfo=UTC))).allowed


def test_a_freeze_means_any_of_what_it_names_and_spares_the_risks_that_it_excepts() -> None:
    policy = policy_of(FREEZE + 'environments = ["prod"]\nexcept_risk = ["R1"]')
    assert not evaluate(policy, asking(environments=("dev", "prod"))).allowed
    assert not evaluate(policy, asking()).allowed
    assert evaluate(policy, asking(environments=("dev",))).allowed
    assert evaluate(policy, asking("create_ticket", environments=("prod",))).allowed


def test_a_digest_is_that_of_what_the_policy_does() -> None:
    plain = policy_of("")
    assert plain.digest == policy_of("approval_minutes = 30\n[roles]").digest
    others = {
        policy_of(text).digest
        for text in (
            "approval_minutes = 31", "local_self_approve = true", FREEZE, "rules = []", '[roles]\na = ["b"]',
            '[[rules]]\nname = "a"\nrisk = "R1"', '[[rules]]\nname = "a"\nrisk = "R2"',
        )
    }  # fmt: skip
    assert len(others | {plain.digest}) == 8
    assert policy_of('rules = []\nextends = "defaults"').digest == plain.digest
