"""Configuration changes, flag changes and plain commits, as the history of `ref` tells them."""

import re

from opsloom.adapter_api.call import Call
from opsloom.model.deploys import ChangeKind, Deploy, DeployQuery
from opsloom.model.limits import FILES_PER_CHANGE_MAX, PROVIDER_ROWS_MAX
from opsloom.model.refs import Ref, RefKind
from opsloom.model.window import Window
from opsloom_adapters.git.config import GitConfig
from opsloom_adapters.git.differences import read_diff_of_commit
from opsloom_adapters.git.repository import Head, Repository
from opsloom_adapters.git.services import ServicePaths
from opsloom_adapters.git.web import commit_url
from opsloom_adapters.git.wire import COMMIT_FORMAT, Commit, parse_commits

_COMMIT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_WITH_FILES = (
    "-z",
    "--diff-merges=first-parent",
    "--name-only",
    "--no-renames",
    "--no-ext-diff",
    "--no-textconv",
    f"--format={COMMIT_FORMAT}",
)


def pathspecs_of(kind: ChangeKind, config: GitConfig) -> tuple[str, ...]:
    """What a commit must touch to be a change of ``kind``; nothing for a plain commit."""
    globs = {ChangeKind.CONFIG: config.config_paths, ChangeKind.FLAG: config.flag_paths}.get(kind, ())
    return tuple(f":(top,glob){glob}" for glob in globs)


def kinds_asked(query: DeployQuery, config: GitConfig) -> list[ChangeKind]:
    """Plain commits are told only to those who ask for them: there are too many."""
    asked = query.kinds or {ChangeKind.CONFIG, ChangeKind.FLAG}
    told = [kind for kind in (ChangeKind.FLAG, ChangeKind.CONFIG) if pathspecs_of(kind, config)]
    return [kind for kind in (*told, ChangeKind.COMMIT) if kind in asked]


async def read_changes(
    repository: Repository, head: Head, query: DeployQuery, paths: ServicePaths, call: Call
) -> tuple[list[Deploy], bool]:
    """The changes in the query's window, and whether that is all; one run of git for each kind.

    Of a merge the time and the difference to its first parent count: that is what ``ref`` got, and when.
    """
    found: list[Deploy] = []
    told: set[str] = set()
    whole = True
    for kind in kinds_asked(query, repository.config):
        commits = await _read_log(repository, head, kind, query.window, call)
        whole = whole and len(commits) <= PROVIDER_ROWS_MAX
        fresh = [commit for commit in commits if kind is not ChangeKind.COMMIT or commit.id not in told]
        told.update(commit.id for commit in fresh)
        found.extend(change_of(commit, kind, repository.config, paths, call) for commit in fresh)
    return found, whole


async def read_change(
    repository: Repository, kind: ChangeKind, commit_id: str, paths: ServicePaths, call: Call
) -> Deploy | None:
    """One change with its diff; ``None`` if there is no such commit, or it is no change of ``kind``."""
    pathspecs = pathspecs_of(kind, repository.config)
    if not _COMMIT_ID.fullmatch(commit_id) or (kind is not ChangeKind.COMMIT and not pathspecs):
        return None
    output = await repository.program.run(call, "show", *_WITH_FILES, f"{commit_id}^{{commit}}", "--", *pathspecs)
    commits = list(parse_commits(output.stdout.decode("utf-8", "replace")))
    if output.exit_status != 0 or not commits or (pathspecs and not commits[0].files):
        return None
    change = change_of(commits[0], kind, repository.config, paths, call)
    diff = await read_diff_of_commit(repository.program, call, commit_id, pathspecs)
    return change.model_copy(update={"diff": diff})


async def _read_log(repository: Repository, head: Head, kind: ChangeKind, window: Window, call: Call) -> list[Commit]:
    text = await repository.program.read(
        call,
        "log",
        *_WITH_FILES,
        "--first-parent",
        f"--max-age={int(window.start.timestamp())}",
        f"--min-age={int(window.end.timestamp())}",
        f"--max-count={PROVIDER_ROWS_MAX + 1}",
        head.commit,
        "--",
        *pathspecs_of(kind, repository.config),
    )
    return list(parse_commits(text))


def change_of(commit: Commit, kind: ChangeKind, config: GitConfig, paths: ServicePaths, call: Call) -> Deploy:
    """The commit as a change of ``kind``; it names a service only if all its files are of that one."""
    return Deploy(
        ref=Ref(RefKind.DEPLOY, call.instance, f"{kind}:{commit.id}"),
        link=commit_url(config, commit.id),
        kind=kind,
        at=commit.committed_at,
        service=paths.service_of_all(commit.files),
        commit=commit.id,
        author=commit.author,
        title=commit.title,
        files=commit.files[:FILES_PER_CHANGE_MAX],
    )
