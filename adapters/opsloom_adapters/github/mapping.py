"""GitHub's words, and its deployments, commits and releases as ours."""

import re
from collections.abc import Iterable, Mapping

from opsloom.model.deploys import ChangeKind, Deploy, DeployStatus
from opsloom.model.limits import DIFF_MAX_CHARS, FILES_PER_CHANGE_MAX
from opsloom.model.refs import Ref, RefKind
from opsloom.model.tickets import TicketStatus
from opsloom_adapters.github import wire
from opsloom_adapters.github.links import Links

STATUS_OF_STATE = {
    "success": DeployStatus.SUCCEEDED,
    "inactive": DeployStatus.SUCCEEDED,  # it was one, and another one came after it
    "failure": DeployStatus.FAILED,
    "error": DeployStatus.FAILED,
    "pending": DeployStatus.IN_PROGRESS,
    "queued": DeployStatus.IN_PROGRESS,
    "waiting": DeployStatus.IN_PROGRESS,
    "in_progress": DeployStatus.IN_PROGRESS,
}
TICKET_STATUS_OF_STATE = {"open": TicketStatus.OPEN, "closed": TicketStatus.CLOSED}
SHOWN_SHA_CHARS = 12
_CUT = "\n(cut here)"
_MERGED = re.compile(r"Merge pull request #([0-9]+) from ")
_SQUASHED = re.compile(r"\(#([0-9]+)\)$")


def deploy_status_of(state: str) -> DeployStatus:
    return STATUS_OF_STATE.get(state, DeployStatus.UNKNOWN)


def ticket_status_of(state: str) -> TicketStatus:
    return TICKET_STATUS_OF_STATE.get(state, TicketStatus.UNKNOWN)


def version_of(deployment: wire.Deployment) -> str:
    """The ref where it looks like a version (a digit, no slash); of a branch the commit, which is what was deployed."""
    ref = deployment.ref
    if ref != deployment.sha and "/" not in ref and any(char.isdigit() for char in ref):
        return ref
    return deployment.sha[:SHOWN_SHA_CHARS]


def kind_of(deployment: wire.Deployment) -> ChangeKind:
    """A rollback if it was made as one: by its task, or by opsloom's own payload."""
    ours = deployment.payload.get("opsloom") if isinstance(deployment.payload, dict) else None
    said = ours.get("kind") if isinstance(ours, dict) else None
    return ChangeKind.ROLLBACK if "rollback" in (said, deployment.task) else ChangeKind.DEPLOY


def deploy_of_deployment(
    heard: wire.Deployment, repository: str, service: str | None, links: Links, instance: str
) -> Deploy:
    """Its status is asked for apart: :func:`with_status`."""
    return Deploy(
        ref=Ref(RefKind.DEPLOY, instance, f"{repository}/deployments/{heard.id}"),
        link=links.deployments(repository, heard.environment),
        kind=kind_of(heard),
        at=heard.created_at,
        service=service,
        environment=heard.environment,
        status=DeployStatus.UNKNOWN,
        version=version_of(heard),
        commit=heard.sha,
        author=heard.creator.login if heard.creator else "",
        title=heard.description,
        attributes=_told({"repository": repository, "ref": heard.ref, "task": heard.task}),
    )


def with_status(deploy: Deploy, status: wire.DeploymentStatus | None) -> Deploy:
    """``deploy`` with its newest status; a deployment that nobody reported on has none."""
    if status is None:
        return deploy
    told = {"status_text": status.description, "log_url": status.log_url, "environment_url": status.environment_url}
    return deploy.model_copy(
        update={
            "status": deploy_status_of(status.state),
            "status_raw": status.state,
            "attributes": {**deploy.attributes, **_told(told)},
        }
    )


def deploy_of_release(
    heard: wire.Release, repository: str, service: str | None, links: Links, instance: str
) -> Deploy | None:
    """``None`` for a draft, which nobody has seen yet."""
    if heard.draft or heard.published_at is None:
        return None
    return Deploy(
        ref=Ref(RefKind.DEPLOY, instance, f"{repository}/releases/{heard.id}"),
        link=links.release(repository, heard.tag_name),
        kind=ChangeKind.DEPLOY,
        at=heard.published_at,
        service=service,
        version=heard.tag_name,
        author=heard.author.login if heard.author else "",
        title=heard.name,
        attributes=_told({"repository": repository, "prerelease": "true" if heard.prerelease else ""}),
    )


def deploy_of_commit(heard: wire.Commit, repository: str, service: str | None, links: Links, instance: str) -> Deploy:
    """A commit that merged a pull request has its number, and is called as it was."""
    title, number = title_of(heard.commit.message)
    by = heard.commit.author
    return Deploy(
        ref=Ref(RefKind.DEPLOY, instance, f"{repository}/commits/{heard.sha}"),
        link=links.commit(repository, heard.sha),
        kind=ChangeKind.COMMIT,
        at=heard.commit.committer.date,
        service=service,
        commit=heard.sha,
        author=(heard.author.login if heard.author else "") or (by.name if by else ""),
        title=title,
        files=files_in(heard.files),
        diff=diff_in(heard.files),
        attributes=_told({"repository": repository, "pull_request": f"#{number}" if number else ""}),
    )


def title_of(message: str) -> tuple[str, str]:
    """The title of a commit and the number of the pull request that it merged, empty if none."""
    lines = [line.strip() for line in message.splitlines() if line.strip()] or [""]
    if merged := _MERGED.match(lines[0]):
        return (lines[1] if len(lines) > 1 else lines[0]), merged[1]
    squashed = _SQUASHED.search(lines[0])
    return lines[0], squashed[1] if squashed else ""


def files_in(entries: Iterable[wire.DiffEntry]) -> tuple[str, ...]:
    """The names of the changed files, as many as a record may hold."""
    return tuple(one.filename for one in entries)[:FILES_PER_CHANGE_MAX]


def diff_in(entries: Iterable[wire.DiffEntry]) -> str:
    """The patches one after the other, cut to what a record may hold."""
    text = "\n".join(f"--- a/{one.filename}\n+++ b/{one.filename}\n{one.patch}" for one in entries if one.patch)
    return text if len(text) <= DIFF_MAX_CHARS else text[: DIFF_MAX_CHARS - len(_CUT)] + _CUT


def _told(attributes: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in attributes.items() if value}
