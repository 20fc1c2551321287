"""What holds of every policy, found out by trying many."""

from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from opsloom.approval import policy_glob
from opsloom.approval.policy import Policy, evaluate
from opsloom.approval.policy_lint import Level, Surroundings, lint
from opsloom.approval.requirement import PolicyQuestion
from tests.approval.policies import TUESDAY

# No deadline: a busy machine is no failure. No database: a run depends on nothing that an earlier one left.
tried = settings(max_examples=300, deadline=None, database=None)
TOOLS = ("rollback_deploy", "send_message")
PEOPLE = ("oncall-a", "oncall-b", "lead-a")
AT = st.sampled_from([TUESDAY, datetime(2026, 3, 7, 12, tzinfo=UTC)])
WINDOWS = st.sampled_from(
    [
        {"days": ["tue"], "from": "00:00", "until": "24:00"},
        {"days": ["sat"], "from": "11:00", "until": "13:00"},
        {"from": "2026-03-01T00:00:00Z", "until": "2026-03-05T00:00:00Z"},
    ]
)
GLOBS = st.lists(st.sampled_from(["*", "a", "a*", "ab", "?b", "b"]), min_size=1, max_size=2)
NAMES = st.lists(st.sampled_from(["a", "ab", "b", "abc"]), max_size=2).map(tuple)
PREDICATES = st.sampled_from([1, 2, True, "a", "a*", "*", "<2", "<=2", ">1", ">=2", "2", ["a", ">1"], [1, 2]])
VALUES = st.sampled_from([1, 2, 3, True, None, "a", "ab", "2", "3", ["a", "b"], ["a", 2], []])


def some(keys: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Some of the keys, often none."""
    return st.fixed_dictionaries({}, optional=keys)


SCOPE = {
    "tools": st.lists(st.sampled_from([*TOOLS, "*", "r*"]), min_size=1, max_size=2),
    "services": GLOBS,
    "environments": GLOBS,
    "during": st.lists(WINDOWS, min_size=1, max_size=2),
}
MATCH: st.SearchStrategy[dict[str, Any]] = st.just({}) | some(
    {
        **SCOPE,
        "arguments": st.dictionaries(st.sampled_from(["x", "y"]), PREDICATES, min_size=1),
        "services_over": st.integers(0, 2),
        "targets_over": st.integers(0, 2),
        "reversible": st.booleans(),
    }
)
FORBIDDEN = st.just({"forbid": "no"})
ASKED = st.builds(
    lambda risk, rest: {"risk": risk, **rest},
    st.sampled_from(["R0", "R1", "R2", "R3"]),
    some(
        {
            "approve": st.integers(1, 3),
            "assurance": st.just("A0"),
            "weaker": st.just("a sandbox"),
            "max_targets": st.integers(1, 2),
            "roles": st.lists(st.sampled_from(["r", "s"]), min_size=1),
        }
    ),
)
BODIES = st.builds(lambda match, decision: {**match, **decision}, MATCH, ASKED | FORBIDDEN)
FREEZES = st.builds(
    lambda scope, during: {**scope, "during": during}, some({**SCOPE, "except_risk": st.just(["R1"])}), WINDOWS
)
ROLES = st.fixed_dictionaries({name: st.lists(st.sampled_from(PEOPLE), unique=True) for name in ("r", "s")})
QUESTIONS = st.builds(
    PolicyQuestion,
    tool=st.sampled_from(TOOLS),
    arguments=st.dictionaries(st.sampled_from(["x", "y"]), VALUES),
    services=NAMES,
    environments=NAMES,
    targets=st.integers(1, 3),
    reversible=st.booleans(),
    at=AT,
)


@dataclass(frozen=True)
class Written:
    """A policy as raw settings."""

    rules: list[dict[str, Any]]
    freezes: list[dict[str, Any]]
    roles: dict[str, list[str]]
    own: bool

    def policy(self) -> Policy:
        return Policy.model_validate(
            {
                "rules": [{"name": f"rule {n}", **body} for n, body in enumerate(self.rules)],
                "freezes": [{"name": f"freeze {n}", **body} for n, body in enumerate(self.freezes)],
                "roles": self.roles,
                **({} if self.own else {"extends": "defaults"}),
            }
        )


POLICIES = st.builds(
    Written, st.lists(BODIES, max_size=4), st.lists(FREEZES, max_size=1), ROLES, st.booleans()
)  # fmt: skip


@tried
@given(POLICIES, MATCH, st.integers(0, 4), QUESTIONS)
def test_one_more_rule_that_forbids_never_allows_anything(
    written: Written, match: dict[str, Any], place: int, question: PolicyQuestion
) -> None:
    rules = [*written.rules[:place], {**match, "forbid": "no"}, *written.rules[place:]]
    more = Written(rules, written.freezes, written.roles, written.own)
    if evaluate(more.policy(), question).allowed:
        assert evaluate(written.policy(), question).allowed


@tried
@given(POLICIES, FREEZES, QUESTIONS)
def test_one_more_freeze_never_allows_anything(
    written: Written, freeze: dict[str, Any], question: PolicyQuestion
) -> None:
    more = Written(written.rules, [freeze, *written.freezes], written.roles, written.own)
    if evaluate(more.policy(), question).allowed:
        assert evaluate(written.policy(), question).allowed


@tried
@given(POLICIES, st.sampled_from(PEOPLE), QUESTIONS)
def test_fewer_people_never_make_approval_easier(written: Written, person: str, question: PolicyQuestion) -> None:
    fewer = {role: [one for one in people if one != person] for role, people in written.roles.items()}
    before = evaluate(written.policy(), question)
    after = evaluate(Written(written.rules, written.freezes, fewer, written.own).policy(), question)
    if before.approvers is None:
        assert after.approvers is None
    else:
        assert after.approvers == tuple(one for one in before.approvers if one != person)
    assert after.model_copy(update={"approvers": before.approvers}) == before


@tried
@given(POLICIES, QUESTIONS)
def test_what_runs_was_given_a_risk_by_a_rule_and_needs_a_person(written: Written, question: PolicyQuestion) -> None:
    asked = evaluate(written.policy(), question)
    assert asked.allowed is not bool(asked.reason)
    if asked.allowed:
        assert asked.rule
        assert asked.risk != "R0"
        assert asked.approvals >= 1
        assert asked.strongest >= asked.assurance


@tried
@given(POLICIES, QUESTIONS)
def test_a_rule_that_lint_says_is_never_asked_never_decides(written: Written, question: PolicyQuestion) -> None:
    policy = written.policy()
    around = Surroundings(dict.fromkeys(TOOLS, frozenset({"x", "y"})), TUESDAY, lambda _: True)
    dead = {one.place for one in lint(policy, around) if one.level is Level.ERROR and "is never asked" in one.text}
    assert f"rule {evaluate(policy, question).rule!r}" not in dead


def test_a_pattern_that_covers_another_matches_all_that_it_does() -> None:
    patterns = ["".join(signs) for length in range(4) for signs in product("a*?", repeat=length)]
    texts = ["".join(letters) for length in range(4) for letters in product("ab", repeat=length)]
    matched = {pattern: {text for text in texts if fnmatchcase(text, pattern)} for pattern in patterns}
    covered = [(wide, narrow) for wide, narrow in product(patterns, repeat=2) if policy_glob.covers(wide, narrow)]
    assert all(matched[narrow] <= matched[wide] for wide, narrow in covered)
    assert {("*", "a?"), ("a*", "a*a"), ("a*?", "a?"), ("?", "a")} <= set(covered)
