"""Reading a policy: what is wrong is said with file, key and what is valid, and it is always the one of now."""

import os
from pathlib import Path

import pytest

from opsloom.approval.policy import Policy, evaluate
from opsloom.approval.policy_load import PolicySource, load_policy
from opsloom.model.errors import ConfigurationError
from opsloom.providers.settings import load_settings
from tests.approval.policies import asking, policy_of

RULE = '[[rules]]\nname = "it"\n'
OPEN = RULE + 'risk = "R2"\n'
CLOSED = RULE + 'forbid = "no"\n'


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("aprove = 1", "opsloom.toml: unknown key policy.aprove; valid keys here are: approval_minutes, execute"),
        ('extends = "none"', "policy.extends: Input should be 'defaults'"),
        ("local_self_approve = 1", "policy.local_self_approve: Input should be a valid boolean"),
        ("approval_minutes = 0", "policy.approval_minutes: Input should be greater than or equal to 1"),
        ('execute = "later"', "policy.execute: Input should be 'on_approval' or 'on_status'"),
        (RULE, 'policy.rules.1 (\'it\'): needs either risk = "R1", "R2" or "R3", or forbid = "the reason"'),
        (OPEN + 'forbid = "no"', "policy.rules.1 ('it'): needs either risk"),
        (CLOSED + "approve = 2", "policy.rules.1 ('it'): forbids, so it cannot ask for approve"),
        (OPEN + OPEN, "policy: two rules have the name it"),
        (OPEN + "tool = 1", "unknown key policy.rules.1 ('it').tool; valid keys here are: approval_minutes, approve"),
        (RULE + 'risk = "R9"', "policy.rules.1 ('it').risk: Input should be 'R0', 'R1', 'R2' or 'R3'"),
        (OPEN + "tools = []", "policy.rules.1 ('it').tools: Tuple should have at least 1 item"),
        (OPEN + "roles = []", "policy.rules.1 ('it').roles: Tuple should have at least 1 item"),
        (OPEN + "approve = 0", "policy.rules.1 ('it').approve: Input should be greater than or equal to 1"),
        (OPEN + 'approve = "2"', "policy.rules.1 ('it').approve: Input should be a valid integer"),
        (OPEN + 'assurance = "A2"\nstrongest = "A1"', "strongest must be at least assurance"),
        (OPEN + 'roles = ["oncal"]\n[roles]\noncall = ["a"]', "unknown role oncal; roles are: oncall"),
        (OPEN + 'arguments = { limit = ">many" }', "policy.rules.1 ('it').arguments.limit: '>many' is no comparison"),
        (OPEN + "arguments = { limit = [] }", "arguments.limit: an empty list matches nothing"),
        (OPEN + "arguments = { limit = inf }", "arguments.limit: must be text, a number, true or false"),
        ("[[freezes]]\nname = 'f'", "policy.freezes.1 ('f').during is missing"),
        (OPEN + 'during = { from = "22:00", until = "23:00" }', "during.from: needs RFC 3339 with an offset"),
        (OPEN + "during = { from = 2026-01-01T00:00:00, until = 2026-01-02T00:00:00Z }", "needs RFC 3339"),
        (OPEN + "during = { from = 5, until = 6 }", "during.from: needs RFC 3339 with an offset"),
        (OPEN + "during = { from = 2026-01-03T00:00:00Z, until = 2026-01-02T00:00:00Z }", "from must lie before until"),
        (OPEN + 'during = [{ days = ["mon"], from = "9:00", until = "24:00" }]', "during.1.from: is no time of"),
        (OPEN + 'during = [{ days = ["mo"], from = "09:00", until = "10:00" }]', "during.1.days.1: Input should be"),
        (OPEN + 'during = [{ days = [], from = "09:00", until = "10:00" }]', "during.1.days: Tuple should"),
        (
            OPEN + 'during = [{ days = ["mon"], from = "09:00", until = "10:00", zone = "Middle/Earth" }]',
            "during.1.zone: is no time zone; write an IANA name such as Europe/Berlin",
        ),
        (
            OPEN + 'during = [{ days = ["mon"], from = "09:00", till = "10:00" }]',
            "unknown key policy.rules.1 ('it').during.1.till; valid keys here are: days, from, until, zone",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_key(toml: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        policy_of(toml)
    assert told in str(refused.value)


def written(folder: Path, settings: str, **files: str) -> Path:
    """A settings file in ``folder``, beside other TOML files."""
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text)
    file = folder / "opsloom.toml"
    file.write_text(settings)
    return file


def read(file: Path) -> Policy:
    return load_policy(load_settings(file), file)


def test_a_file_of_its_own_counts_from_the_folder_of_the_settings(tmp_path: Path) -> None:
    file = written(tmp_path, '[policy]\nfile = "rules.toml"', rules=CLOSED)
    assert not evaluate(read(file), asking()).allowed


@pytest.mark.parametrize(
    ("settings", "rules", "told"),
    [
        ('file = "rules.toml"\nrules = []', "", "policy.file: stands alone; move rules to rules.toml"),
        ("file = 5", "", 'policy.file: must be a path, such as "policy.toml"'),
        ('file = "absent.toml"', "", "absent.toml, the policy, cannot be read"),
        ('file = "rules.toml"', "[[", "rules.toml, the policy, is no valid TOML"),
        (
            'file = "rules.toml"',
            'file = "more.toml"',
            "rules.toml: unknown key file; valid keys here are: approval_min",
        ),
        ('file = "rules.toml"', OPEN + "tier = 1", "rules.toml: unknown key rules.1 ('it').tier; valid keys"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_name(tmp_path: Path, settings: str, rules: str, told: str) -> None:
    file = written(tmp_path, f"[policy]\n{settings}", rules=rules)
    with pytest.raises(ConfigurationError) as refused:
        read(file)
    assert told in str(refused.value)


def test_the_policy_of_now_is_the_one_in_the_files_of_now(tmp_path: Path) -> None:
    file = written(tmp_path, '[policy]\nfile = "rules.toml"', rules=OPEN)
    source = PolicySource(file)
    first = source.current()
    assert evaluate(first, asking()).allowed
    assert source.current() is first
    (tmp_path / "rules.toml").write_text(CLOSED)
    assert not evaluate(source.current(), asking()).allowed
    file.write_text("[policy]\nlocal_self_approve = true")
    assert source.current().local_self_approve


def test_a_file_that_is_replaced_by_one_of_the_same_time_and_size_is_read_again(tmp_path: Path) -> None:
    file = written(tmp_path, "[policy]\napproval_minutes = 10")
    source = PolicySource(file)
    assert source.current().approval_minutes == 10
    status = file.stat()
    other = written(tmp_path, "", other="[policy]\napproval_minutes = 20").with_name("other.toml")
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(file)
    assert source.current().approval_minutes == 20


@pytest.mark.parametrize("broken", ["[policy", "[policy]\nrules = 5", None])
def test_a_policy_that_is_broken_now_is_never_stood_in_for(tmp_path: Path, broken: str | None) -> None:
    file = written(tmp_path, "[policy]")
    source = PolicySource(file)
    source.current()
    if broken is None:
        file.unlink()
    else:
        file.write_text(broken)
    for _ in range(2):
        with pytest.raises(ConfigurationError, match=r"opsloom\.toml"):
            source.current()
    file.write_text("[policy]\napproval_minutes = 7")
    assert source.current().approval_minutes == 7


def test_a_policy_without_a_file_is_held() -> None:
    policy = policy_of(CLOSED)
    assert PolicySource(policy).current() is policy
