"""``opsloom policy``, as an operator types it."""

import re
from pathlib import Path

import pytest

from tests.cli.command import opsloom

POLICY = """
[policy]
extends = "defaults"
local_self_approve = true

[[policy.rules]]
name = "long silences"
tools = ["silence_alert"]
arguments = { duration = ">4h" }
forbid = "four hours are the most"

[[policy.rules]]
name = "production"
environments = ["prod*"]
risk = "R3"
approve = 1
weaker = "a small team"
"""

AT = "at 2026-03-03T09:21:00Z"
WIDE = (
    "Risk R3. Two people must approve, neither of them the requester, each as a user of this machine, not through "
    "the requester's client (A1); at least one of them with a signature by their own key (A2)."
)


def explained(home: Path, *arguments: str) -> list[str]:
    done = opsloom("policy", "explain", *arguments, home=home)
    assert done.err == ""
    assert done.code == (1 if "Not allowed" in done.out else 0)
    return done.out.splitlines()


def test_the_built_in_policy_is_explained_in_sentences(tmp_path: Path) -> None:
    told = explained(tmp_path, "rollback_deploy", "service=shop", "--service", "a", "--service", "b", "--demo")
    assert told == [
        "rollback_deploy: service a, b, environment unknown, tier unknown, 1 target, reversible, " + AT,
        "The built-in rules apply; the policy has none of its own.",
        "Rule 'default-several-services' matches.",
        "",
        WIDE,
        "One denial stops it.",
        "Decide within 30 minutes of the plan.",
        "It must begin within 60 minutes of the plan.",
        "The server runs it as soon as it is approved.",
    ]


def test_the_reference_shows_what_is_printed(tmp_path: Path) -> None:
    reference = (Path(__file__).resolve().parents[2] / "docs" / "policy.md").read_text("utf-8")
    command, printed = re.findall(r"```\n\$ opsloom (.*)\n([^`]*)```", reference)[0]
    assert opsloom(*command.split(), home=tmp_path).out == printed


def test_it_says_which_rules_nearly_matched_and_why_less_is_asked(tmp_path: Path) -> None:
    (tmp_path / "opsloom.toml").write_text(POLICY)
    told = explained(tmp_path, "silence_alert", "duration=2h", "--environment", "prod", "--targets", "2")
    assert "Rule 'long silences' does not match: arguments: duration is not >4h." in told
    assert "It asks for less than its risk does: approve = 1 (R3 asks for 2). Why: a small team" in told
    assert told[6].startswith("Risk R3. One person must approve, who is not the requester, with a signature")
    own = explained(tmp_path, "send_message", "--irreversible", "--at", "2026-03-03T09:21:00Z")
    assert own[0].endswith("not reversible, at 2026-03-03T09:21:00Z")
    assert "The requester's own approval counts, through any channel: local_self_approve is on." in own


def test_what_may_not_run_is_said_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "opsloom.toml").write_text(POLICY)
    told = explained(tmp_path, "silence_alert", "duration=5h")
    assert told[-1] == "Not allowed: the rule 'long silences' forbids it: four hours are the most."


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("overview",), "overview changes nothing outside, so that the policy is not asked about it"),
        (("roll_back",), "roll_back is no tool; those that change something: acknowledge_alert, silence_alert"),
        (("silence_alert", "dration=2h"), "silence_alert has no argument dration; it has: duration, alert"),
        (("silence_alert", "duration"), "key=value"),
        (("create_ticket", "dry_run=perhaps"), "argument 'dry_run': Input should be a valid boolean"),
        (("create_ticket", "--at", "tomorrow"), "--at is not a time"),
        (("create_ticket", "--targets", "0"), "--targets must be at least 1"),
    ],
)
def test_a_wrong_question_says_what_is_valid(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    done = opsloom("policy", "explain", *arguments, "--demo", home=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert "Traceback" not in done.err


def test_lint_ends_with_1_for_errors_and_0_for_warnings(tmp_path: Path) -> None:
    (tmp_path / "opsloom.toml").write_text(POLICY)
    warned = opsloom("policy", "lint", home=tmp_path)
    assert warned.code == 0
    assert warned.out.startswith("warning: local_self_approve: ")
    assert warned.out.endswith("0 errors, 1 warnings\n")
    (tmp_path / "opsloom.toml").write_text(POLICY.replace("weaker", "# weaker"))
    refused = opsloom("policy", "lint", home=tmp_path)
    assert refused.code == 1
    assert "error: rule 'production': asks for less than its risk does" in refused.out


def test_lint_names_the_people_that_the_machine_does_not_know(tmp_path: Path) -> None:
    (tmp_path / "opsloom.toml").write_text(
        '[policy.roles]\nlead = ["no-such-user"]\n[[policy.rules]]\nname = "all"\nrisk = "R1"\nroles = ["lead"]\n'
    )
    assert "this machine knows no user no-such-user; nobody here" in opsloom("policy", "lint", home=tmp_path).out


def test_a_policy_that_cannot_be_read_is_explained(tmp_path: Path) -> None:
    (tmp_path / "opsloom.toml").write_text("[policy]\nrisk = 1\n")
    for command in (("lint",), ("explain", "create_ticket")):
        done = opsloom("policy", *command, home=tmp_path)
        assert done.code == 2
        assert "opsloom.toml: unknown key policy.risk; valid keys here are:" in done.err
