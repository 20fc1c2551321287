"""What a deploy replaced, and whether it went back."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from opsloom.adapter_api.call import Call
from opsloom.model.deploys import DeployStatus
from opsloom.model.limits import GIT_COMMITS_MAX
from opsloom_adapters.git.deployment import COMMIT_KINDS, Deployment
from opsloom_adapters.git.program import GitProgram
from opsloom_adapters.git.wire import COMMIT_FORMAT, Commit, parse_commits


@dataclass(frozen=True, slots=True)
class Step:
    """A deploy and the last one before it, of the same service and environment, that did not fail.

    ``goes_back`` is set when the version was there before, or its commit is an ancestor of the previous one.
    """

    deployment: Deployment
    previous: Deployment | None = None
    goes_back: bool = False


def steps_of(deployments: Iterable[Deployment]) -> list[Step]:
    """Each deploy with its previous one, oldest first; judged by versions alone."""
    steps = []
    latest: dict[tuple[str | None, str | None], Deployment] = {}
    versions: dict[tuple[str | None, str | None], set[str]] = {}
    for deployment in sorted(deployments, key=lambda each: each.at):
        if deployment.kind in COMMIT_KINDS:
            steps.append(Step(deployment))
            continue
        key = (deployment.service, deployment.environment)
        previous = latest.get(key)
        seen = versions.setdefault(key, set())
        returns = previous is not None and deployment.version != previous.version
        steps.append(Step(deployment, previous, returns and deployment.version in seen))
        if deployment.status is not DeployStatus.FAILED:
            latest[key] = deployment
            seen.add(deployment.version)
    return steps


async def with_commits(program: GitProgram, steps: list[Step], call: Call) -> list[Step]:
    """The same steps, judged by their commits as well; asks git twice at most, whatever their number."""
    commits = await _look_up(program, steps, call)
    steps = [
        replace(
            step,
            deployment=_resolved(step.deployment, commits),
            previous=_resolved(step.previous, commits) if step.previous else None,
        )
        for step in steps
    ]
    older = [pair for step in steps if (pair := _older_commit(step)) is not None]
    if not older:
        return steps
    parents = await _read_parents(program, older, call)
    return [
        replace(step, goes_back=True) if (pair := _older_commit(step)) and _descends(pair, parents) else step
        for step in steps
    ]


async def _look_up(program: GitProgram, steps: list[Step], call: Call) -> dict[str, Commit]:
    """The commits that somebody wrote down, by the id as written; those that are not here are left out."""
    written = {
        side.commit
        for step in steps
        for side in (step.deployment, step.previous)
        if side is not None and side.commit and side.committed_at is None
    }
    if not written:
        return {}
    text = await program.read(
        call,
        "log",
        "--no-walk=unsorted",
        "--ignore-missing",
        "--stdin",
        "-z",
        f"--format={COMMIT_FORMAT}",
        stdin="".join(f"{commit}\n" for commit in sorted(written)).encode(),
    )
    commits = list(parse_commits(text))
    return {short: commit for short in written for commit in commits if commit.id.startswith(short)}


def _resolved(deployment: Deployment, commits: dict[str, Commit]) -> Deployment:
    commit = commits.get(deployment.commit)
    if commit is None:
        return deployment
    return replace(
        deployment,
        commit=commit.id,
        committed_at=commit.committed_at,
        author=deployment.author or commit.author,
        title=deployment.title or commit.title,
    )


@dataclass(frozen=True, slots=True)
class _Older:
    """A commit that replaced a newer one: an ancestor of it, or of another branch."""

    commit: str
    committed_at: datetime
    replaced: str


def _older_commit(step: Step) -> _Older | None:
    now, before = step.deployment, step.previous
    if before is None or now.committed_at is None or before.committed_at is None:
        return None
    if step.goes_back or now.commit == before.commit or now.committed_at > before.committed_at:
        return None
    return _Older(now.commit, now.committed_at, before.commit)


async def _read_parents(program: GitProgram, older: list[_Older], call: Call) -> dict[str, list[str]]:
    """The part of the history between the commits in question, no further back than the oldest of them."""
    oldest = min(pair.committed_at for pair in older)
    text = await program.read(
        call,
        "rev-list",
        "--parents",
        f"--max-age={int(oldest.timestamp())}",
        f"--max-count={GIT_COMMITS_MAX}",
        "--stdin",
        stdin="".join(f"{commit}\n" for commit in sorted({pair.replaced for pair in older})).encode(),
    )
    return {commit: parents for commit, *parents in map(str.split, text.splitlines())}


def _descends(pair: _Older, parents: dict[str, list[str]]) -> bool:
    seen, todo = {pair.replaced}, [pair.replaced]
    while todo:
        fresh = set(parents.get(todo.pop(), ())) - seen
        if pair.commit in fresh:
            return True
        seen |= fresh
        todo.extend(fresh)
    return False
