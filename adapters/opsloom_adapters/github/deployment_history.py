"""What was deployed to one environment before, and what of it was good."""

from collections.abc import Collection, Sequence
from itertools import pairwise

from opsloom.adapter_api.call import Call
from opsloom.model.deploys import ChangeKind, DeployStatus
from opsloom_adapters.github import listings, wire
from opsloom_adapters.github.client import GithubReader
from opsloom_adapters.github.links import Links
from opsloom_adapters.github.mapping import deploy_status_of, kind_of

_CANDIDATES_MAX = 10  # deployments whose status is asked for, one request each


async def read_history(
    reader: GithubReader, links: Links, repository: str, environment: str | None, call: Call
) -> Sequence[wire.Deployment]:
    """The newest 100 deployments to ``environment`` (``None``: to any), newest first."""
    page = await reader.page(call, listings.deployments(repository, environment, links), 1)
    return sorted(page.rows, key=lambda one: one.id, reverse=True)


async def last_good(
    reader: GithubReader,
    repository: str,
    older: Sequence[wire.Deployment],
    call: Call,
    *,
    leaving: Collection[str] = (),
) -> wire.Deployment | None:
    """The first of ``older`` (newest first) that succeeded and is none of the commits in ``leaving``."""
    candidates = [one for one in older if one.sha not in leaving]
    for one in candidates[:_CANDIDATES_MAX]:
        status = await reader.latest_status(call, repository, one.id)
        if status is not None and deploy_status_of(status.state) is DeployStatus.SUCCEEDED:
            return one
    return None


def commits_left(history: Sequence[wire.Deployment]) -> set[str]:
    """The present commit, and those that the rollbacks up to it have left: none of them is what to go back to."""
    left = {one.sha for one in history[:1]}
    for newer, older in pairwise(history):
        if not _went_back(newer, history):
            break
        left.add(older.sha)
    return left


def _went_back(deployment: wire.Deployment, history: Sequence[wire.Deployment]) -> bool:
    """It says so, or its commit had been left for another one before."""
    before = [one.sha for one in history if one.id < deployment.id]
    again = deployment.sha in before and before[0] != deployment.sha
    return again or kind_of(deployment) is ChangeKind.ROLLBACK
