"""Policies and questions for tests."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from opsloom.approval.policy import Policy
from opsloom.approval.policy_lint import Level, Surroundings, lint
from opsloom.approval.policy_load import load_policy
from opsloom.approval.requirement import PolicyQuestion
from opsloom.providers.settings import Settings
from opsloom.tools import TOOLS

SETTINGS = Path("opsloom.toml")
TUESDAY = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
CHANGING = {name: frozenset(spec.arguments.model_fields) for name, spec in TOOLS.items() if spec.proposes}


def policy_of(toml: str) -> Policy:
    """The policy that ``toml`` writes, without the ``policy.`` of its tables."""
    return load_policy(Settings(policy=tomllib.loads(toml)), SETTINGS)


def asking(tool: str = "rollback_deploy", **known: Any) -> PolicyQuestion:
    """A question about ``tool`` on a Tuesday morning."""
    return PolicyQuestion(**{"tool": tool, "arguments": {}, "at": TUESDAY, **known})


def remarks(policy: Policy, level: Level, *, now: datetime = TUESDAY) -> list[str]:
    """What lint says of ``policy``, on a machine that knows every user except for strangers."""
    around = Surroundings(CHANGING, now, lambda user: not user.startswith("stranger"))
    return [f"{one.place}: {one.text}" for one in lint(policy, around) if one.level is level]
