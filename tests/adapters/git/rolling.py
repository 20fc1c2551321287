"""How the tests roll back, and repositories in which there is something to roll back."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import anyio
import pytest

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangePlan, ChangeRevision, Observation, Order, Receipt
from tests.adapters.git.asking import connected, minute
from tests.adapters.git.repository_builder import RepositoryBuilder

BY_TAG: dict[str, Any] = {"rollback": "tag"}
FILE = "ops/deployments.jsonl"
BY_COMMIT: dict[str, Any] = {
    "rollback": "revert",
    "tag_pattern": None,
    "deployments_file": FILE,
    "deployments_ref": "ledger",
}
BACK = ChangeRevision(service="payments")
MARKER = "opsloom-0a1b2c3d"


def call_at(now: datetime, seconds: float = 30.0) -> Call:
    """A call at a time."""
    return Call(instance="code", adapter="git", now=now, deadline=anyio.current_time() + seconds)


def order_of(plan: ChangePlan, **fields: str) -> Order:
    """The order for a plan."""
    return Order(plan=plan, **{"marker": MARKER, "requester": "oncall-a", "approver": "oncall-b", **fields})


async def plan(
    repository: Path, change: ChangeRevision = BACK, call: Call | None = None, **settings: Any
) -> ChangePlan:
    """One plan, an hour after the first commit."""
    async with connected(repository, **settings) as adapter:
        return await adapter.plan_rollback(change, call or call_at(minute(60)))


async def apply(repository: Path, order: Order, call: Call | None = None, **settings: Any) -> Receipt:
    """Apply one order, an hour after the first commit."""
    async with connected(repository, **settings) as adapter:
        return await adapter.apply_rollback(order, call or call_at(minute(60)))


async def observe(repository: Path, order: Order, **settings: Any) -> Observation:
    """One look."""
    async with connected(repository, **settings) as adapter:
        return await adapter.observe_rollback(order, call_at(minute(61)))


def release_by_tags(repository: RepositoryBuilder) -> None:
    """Payments 1.0, 1.1 and 1.2 in production, each an annotated tag on a commit of its own."""
    for number in range(3):
        repository.commit({"payments/app.py": f"{number}\n"}, f"payments 1.{number}", minute(10 * number))
        repository.tag(f"deploy/production/payments/1.{number}", minute(10 * number + 5), message="ship")


def release_by_commits(repository: RepositoryBuilder) -> None:
    """The same as lines of a file on the branch ``ledger``, beside other files; ``main`` is checked out."""
    commits = [
        repository.commit({"payments/app.py": f"{number}\n"}, f"payments 1.{number}", minute(10 * number))
        for number in range(3)
    ]
    lines = [
        {
            "at": minute(10 * number + 5).isoformat(),
            "service": "payments",
            "environment": "production",
            "version": f"1.{number}",
            "commit": commit,
        }
        for number, commit in enumerate(commits)
    ]
    repository.git("checkout", "--quiet", "-b", "ledger")
    files = {FILE: "\n".join(map(json.dumps, lines)), "ops/other": "kept\n", "README.md": "kept\n"}
    repository.commit(files, "note the deploys", minute(30))
    repository.git("checkout", "--quiet", "main")


def refs_of(repository: RepositoryBuilder) -> str:
    """All refs with what they name."""
    return repository.git("for-each-ref", "--format=%(refname) %(objectname)")


#: Both ways to roll back: the releases that went before, the settings, and the ref that is written.
WAYS = pytest.mark.parametrize(
    ("release", "settings", "ref"),
    [
        (release_by_tags, BY_TAG, "refs/tags/deploy/production/payments/1.1"),
        (release_by_commits, BY_COMMIT, "refs/heads/ledger"),
    ],
    ids=["tag", "revert"],
)
Release = Callable[[RepositoryBuilder], None]
