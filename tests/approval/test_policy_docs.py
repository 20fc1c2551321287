"""The reference of the policy: each example works, and no key is left out."""

import re
from pathlib import Path

import pytest

from opsloom.approval.policy import Policy
from opsloom.approval.policy_lint import Level
from opsloom.approval.policy_load import load_policy
from opsloom.approval.policy_rule import Freeze, Rule
from opsloom.providers.settings import load_settings
from tests.approval.policies import remarks

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "policy.md").read_text("utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_can_be_read_and_is_clean(example: str, tmp_path: Path) -> None:
    file = tmp_path / "opsloom.toml"
    file.write_text(example)
    (tmp_path / "policy.toml").write_text("")
    policy = load_policy(load_settings(file), file)
    given_up = ["local_self_approve"] if policy.local_self_approve else []
    assert remarks(policy, Level.ERROR) == []
    assert [warning.split(":")[0] for warning in remarks(policy, Level.WARNING)] == given_up


def test_every_key_is_explained() -> None:
    keys = {key for model in (Policy, Rule, Freeze) for key in model.model_fields}
    explained = re.findall(r"`(\w+)`|^(?:\[\[?policy\.)?(\w+)(?: =|\])", DOCUMENT, re.MULTILINE)
    assert keys - {word for pair in explained for word in pair} == set()
