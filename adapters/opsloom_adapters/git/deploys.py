"""The DeployReader: what was deployed, rolled back and changed."""

from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.model.deploys import ChangeKind, Deploy, DeployQuery
from opsloom.model.errors import NotFoundError
from opsloom.model.limits import FILES_PER_CHANGE_MAX, PROVIDER_ROWS_MAX
from opsloom.model.page import Page
from opsloom.model.refs import Ref, RefKind
from opsloom.model.window import format_time
from opsloom_adapters.git.changes import kinds_asked, pathspecs_of, read_change, read_changes
from opsloom_adapters.git.config import GitConfig
from opsloom_adapters.git.deployment import COMMIT_KINDS
from opsloom_adapters.git.differences import read_changed_files, read_diff
from opsloom_adapters.git.history import Step, with_commits
from opsloom_adapters.git.repository import Repository
from opsloom_adapters.git.services import ServicePaths
from opsloom_adapters.git.story import Story, read_story
from opsloom_adapters.git.web import commit_url, tags_url


@dataclass(frozen=True, slots=True)
class _Found:
    """A row, with the commit that was deployed before (empty if there is none here)."""

    deploy: Deploy
    base: str = ""


async def search_deploys(repository: Repository, query: DeployQuery, call: Call) -> Page[Deploy]:
    """Newest first. ``files`` are filled; ``diff`` is left to :func:`get_deploy`."""
    head = await repository.head(call)
    story = await read_story(repository, head, call)
    deploys = await _matching_deploys(repository, story, query, call)
    changes, whole = await read_changes(repository, head, query, story.paths, call)
    whole = whole and not story.gaps
    found = [*deploys, *(_Found(change) for change in changes if query.matches(change))]
    found.sort(key=lambda each: each.deploy.at, reverse=True)
    shown = found[: min(query.limit, PROVIDER_ROWS_MAX)]
    return Page(
        rows=tuple(await _with_files(repository, shown, story.paths, call)),
        total=len(found) if whole else None,
        complete=whole and len(shown) == len(found),
        query=_question(repository.config, query),
        link=tags_url(repository.config),
        notes=story.gaps,
    )


async def get_deploy(repository: Repository, native_id: str, call: Call) -> Deploy:
    """One deploy or change, with its diff.

    :raises NotFoundError: the repository has no such deploy, or no such commit.
    """
    head = await repository.head(call)
    story = await read_story(repository, head, call)
    kind, _, commit = native_id.partition(":")
    if kind in COMMIT_KINDS:
        change = await read_change(repository, ChangeKind(kind), commit, story.paths, call)
        if change is None:
            raise _not_found(call)
        return change
    steps = [step for step in story.steps if step.deployment.native_id == native_id]
    if not steps:
        raise _not_found(call)
    [step] = await with_commits(repository.program, steps[:1], call)
    found = _found_of(step, repository, call)
    [deploy] = await _with_files(repository, [found], story.paths, call)
    if not found.base:
        return deploy
    folders = tuple(f":(top,literal){folder}" for folder in story.paths.folders_of(deploy.service))
    diff = await read_diff(repository.program, call, found.base, deploy.commit, folders)
    return deploy.model_copy(update={"diff": diff})


async def _matching_deploys(repository: Repository, story: Story, query: DeployQuery, call: Call) -> list[_Found]:
    """Kinds are filtered last: which deploys went back is only asked for those of window and service."""
    any_kind = query.model_copy(update={"kinds": frozenset()})
    steps = [step for step in story.steps if any_kind.matches(_found_of(step, repository, call).deploy)]
    steps = await with_commits(repository.program, steps, call)
    found = [_found_of(step, repository, call) for step in steps]
    return [each for each in found if query.matches(each.deploy)]


def _found_of(step: Step, repository: Repository, call: Call) -> _Found:
    deployment, previous = step.deployment, step.previous
    deploy = Deploy(
        ref=Ref(RefKind.DEPLOY, call.instance, deployment.native_id),
        link=commit_url(repository.config, deployment.commit),
        kind=deployment.kind or (ChangeKind.ROLLBACK if step.goes_back else ChangeKind.DEPLOY),
        at=deployment.at,
        service=deployment.service,
        environment=deployment.environment,
        status=deployment.status,
        status_raw=deployment.status_raw,
        version=deployment.version,
        previous_version=previous.version if previous else "",
        commit=deployment.commit,
        author=deployment.author,
        title=deployment.title,
    )
    both_are_here = previous and previous.committed_at and deployment.committed_at
    return _Found(deploy, previous.commit if previous and both_are_here else "")


async def _with_files(repository: Repository, found: list[_Found], paths: ServicePaths, call: Call) -> list[Deploy]:
    spans = [(each.base, each.deploy.commit) for each in found if each.base]
    changed = iter(await read_changed_files(repository.program, spans, call))
    return [
        each.deploy.model_copy(
            update={"files": paths.belonging(each.deploy.service, next(changed))[:FILES_PER_CHANGE_MAX]}
        )
        if each.base
        else each.deploy
        for each in found
    ]


def _question(config: GitConfig, query: DeployQuery) -> str:
    sources = [f"tags {config.tag_pattern}"] if config.tag_pattern else []
    sources += [f"lines of {config.deployments_file}"] if config.deployments_file else []
    for kind in kinds_asked(query, config):
        globs = " ".join(pathspecs_of(kind, config))
        sources.append(f"commits of {config.ref} touching {globs}" if globs else f"commits of {config.ref}")
    return f"{'; '.join(sources)}; from {format_time(query.window.start)} until {format_time(query.window.end)}"


def _not_found(call: Call) -> NotFoundError:
    return NotFoundError(
        f"{call.instance} has no such change; copy the id from a search answer", instance=call.instance
    )
