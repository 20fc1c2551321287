"""Which deploy a rollback leaves, and which one it returns to."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangeRevision
from opsloom.model.deploys import ChangeKind, DeployStatus
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import PRESENT_TOLERANCE_SECONDS, REVISIONS_NAMED_MAX
from opsloom.model.window import format_time
from opsloom_adapters.git.deployment import COMMIT_KINDS, Deployment
from opsloom_adapters.git.history import Step, with_commits
from opsloom_adapters.git.program import GitProgram
from opsloom_adapters.git.story import Story

_COMMIT_ID = re.compile(r"[0-9a-f]{7,64}")


@dataclass(frozen=True, slots=True)
class Choice:
    """The deploy that is there, and the one whose version is to run again."""

    present: Deployment
    target: Deployment


async def deploys_of(program: GitProgram, story: Story, change: ChangeRevision, call: Call) -> list[Step]:
    """The deploys of the service in one environment that did not fail, oldest first, judged by their commits.

    :raises InvalidRequestError: there is none, or the environment is not clear.
    """
    deploys = [step for step in story.steps if _counts(step.deployment)]
    of_service = [step for step in deploys if step.deployment.service == change.service]
    if not of_service:
        raise InvalidRequestError(
            f"service: {call.instance} knows no deploy of it; "
            f"known services: {_listed(step.deployment.service for step in deploys)}"
        )
    environments = {step.deployment.environment for step in of_service}
    environment = environments.pop() if change.environment is None and len(environments) == 1 else change.environment
    here = [step for step in of_service if step.deployment.environment == environment]
    if not here:
        known = _listed(step.deployment.environment for step in of_service)
        raise InvalidRequestError(f"environment: name one that the service was deployed to: {known}")
    return await with_commits(program, here, call)


def choose(deploys: list[Step], change: ChangeRevision, call: Call) -> Choice:
    """What ``change`` leaves and returns to, among ``deploys`` of one service and environment.

    :raises InvalidRequestError: no such revision was deployed, it runs already, or the present deploy is dated in
        the future, so that none made now would be later.
    """
    present = deploys[-1].deployment
    if present.at > call.now + timedelta(seconds=PRESENT_TOLERANCE_SECONDS):
        raise InvalidRequestError(
            f"service: its newest deploy is dated in the future ({format_time(present.at)}); correct that first"
        )
    newest: dict[str, Deployment] = {}
    for step in reversed(deploys):
        newest.setdefault(step.deployment.version, step.deployment)
    target = _last_good(deploys, newest) if change.revision is None else _named(change.revision, newest)
    if target.version == present.version:
        raise InvalidRequestError(f"revision: it runs already; others: {_others(newest, present)}")
    return Choice(present, target)


def _counts(deployment: Deployment) -> bool:
    return deployment.kind not in COMMIT_KINDS and deployment.status is not DeployStatus.FAILED


def _last_good(deploys: list[Step], newest: Mapping[str, Deployment]) -> Deployment:
    """The last version that succeeded before the present one and that no rollback has just left."""
    bad = {deploys[-1].deployment.version}
    for step in reversed(deploys):
        if not _went_back(step) or step.previous is None:
            break
        bad.add(step.previous.version)
    for step in reversed(deploys):
        if step.deployment.version not in bad and step.deployment.status is DeployStatus.SUCCEEDED:
            return newest[step.deployment.version]
    raise InvalidRequestError(
        "revision: no good version before the present one is known; "
        f"name one of: {_others(newest, deploys[-1].deployment)}"
    )


def _went_back(step: Step) -> bool:
    return step.deployment.kind is ChangeKind.ROLLBACK or (step.deployment.kind is None and step.goes_back)


def _named(revision: str, newest: Mapping[str, Deployment]) -> Deployment:
    """By version, tag, or the beginning of a commit id. The text is only compared: git never sees it."""
    if revision in newest:
        return newest[revision]
    found = [each for each in newest.values() if _is_named(each, revision)]
    if len(found) == 1:
        return found[0]
    if found:
        raise InvalidRequestError(f"revision: it means several versions: {_listed(each.version for each in found)}")
    raise InvalidRequestError(f"revision: it was never deployed there; known: {_listed(newest)}")


def _is_named(deployment: Deployment, revision: str) -> bool:
    commit = revision.lower()
    is_commit = _COMMIT_ID.fullmatch(commit) is not None and deployment.commit.startswith(commit)
    return is_commit or deployment.native_id in (revision, f"tag:{revision}")


def _others(newest: Mapping[str, Deployment], present: Deployment) -> str:
    return _listed(version for version in newest if version != present.version)


def _listed(names: Iterable[str | None]) -> str:
    """Each once, the first ones of many."""
    known = [name for name in dict.fromkeys(names) if name is not None]
    return ", ".join(known[:REVISIONS_NAMED_MAX]) or "none"
