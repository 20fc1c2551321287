"""With a remote, that is where a rollback counts; the clone follows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from opsloom.model.changes import Sight
from opsloom.model.deploys import ChangeKind
from opsloom.model.errors import (
    ConfigurationError,
    ConflictError,
    OutcomeUnknownError,
    PermissionDeniedError,
    UnavailableError,
)
from tests.adapters.git.asking import get, minute
from tests.adapters.git.repository_builder import RepositoryBuilder
from tests.adapters.git.rolling import (
    BY_TAG,
    WAYS,
    Release,
    apply,
    observe,
    order_of,
    plan,
    refs_of,
    release_by_tags,
)

Wrapper = Callable[[str], Path]


def hub_of(repository: RepositoryBuilder) -> dict[str, Any]:
    """A bare repository that has what ``repository`` has; the setting that names it."""
    return {"remote": str(repository.clone("hub.git", "--bare"))}


def at_hub(repository: RepositoryBuilder, *arguments: str) -> str:
    """What git prints there."""
    return repository.git(f"--git-dir={repository.path.parent / 'hub.git'}", *arguments)


def add_hook(repository: RepositoryBuilder, lines: str) -> None:
    """A pre-receive hook of the remote."""
    hook = repository.path.parent / "hub.git/hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\n{lines}\n")
    hook.chmod(0o755)


@WAYS
async def test_a_rollback_is_pushed_and_the_clone_tells_it_at_once(
    repository: RepositoryBuilder, release: Release, settings: dict[str, Any], ref: str
) -> None:
    release(repository)
    settings = {**settings, **hub_of(repository)}
    ran = repository.path.parent / "ran"
    add_hook(repository, f"cat >> {ran}")
    order = order_of(await plan(repository.path, **settings))
    receipt = await apply(repository.path, order, **settings)
    assert at_hub(repository, "rev-parse", ref) == repository.git("rev-parse", ref)
    assert ran.read_text().count(ref) == 1
    assert (await get(repository.path, receipt.native_id, **settings)).kind is ChangeKind.ROLLBACK
    assert (await observe(repository.path, order, **settings)).sight is Sight.PRESENT


@WAYS
async def test_a_push_of_somebody_else_since_the_last_fetch_is_a_conflict(
    repository: RepositoryBuilder, release: Release, settings: dict[str, Any], ref: str
) -> None:
    release(repository)
    settings = {**settings, **hub_of(repository)}
    order = order_of(await plan(repository.path, **settings))
    if ref.startswith("refs/tags/"):
        at_hub(repository, "tag", "deploy/production/payments/1.3", "main")
    else:
        at_hub(repository, "update-ref", ref, "refs/heads/main")
    before = at_hub(repository, "for-each-ref")
    with pytest.raises(ConflictError):
        await apply(repository.path, order, **settings)
    with pytest.raises(ConflictError, match="fetch"):
        await plan(repository.path, **settings)
    assert at_hub(repository, "for-each-ref") == before


@WAYS
async def test_a_push_that_is_faster_by_a_moment_is_a_conflict(
    repository: RepositoryBuilder, release: Release, settings: dict[str, Any], ref: str, git_wrapper: Wrapper
) -> None:
    release(repository)
    settings = {**settings, **hub_of(repository)}
    order = order_of(await plan(repository.path, **settings))
    before = refs_of(repository)
    other = repository.git("rev-parse", "main")
    git_wrapper(
        f'case " $* " in *" push "*) "$GIT" --git-dir={repository.path.parent}/hub.git update-ref {ref} {other};; esac'
    )
    with pytest.raises(ConflictError):
        await apply(repository.path, order, **settings)
    assert at_hub(repository, "rev-parse", ref) == other
    assert refs_of(repository) == before


@WAYS
async def test_a_remote_that_refuses_is_a_refusal_and_nothing_changes(
    repository: RepositoryBuilder, release: Release, settings: dict[str, Any], ref: str
) -> None:
    release(repository)
    settings = {**settings, **hub_of(repository)}
    add_hook(repository, "exit 1")
    order = order_of(await plan(repository.path, **settings))
    before = refs_of(repository)
    with pytest.raises(PermissionDeniedError) as caught:
        await apply(repository.path, order, **settings)
    assert "hook declined" in caught.value.upstream
    assert refs_of(repository) == before
    assert (await observe(repository.path, order, **settings)).sight is Sight.ABSENT


@WAYS
async def test_a_push_whose_answer_was_lost_is_found_by_looking(
    repository: RepositoryBuilder, release: Release, settings: dict[str, Any], ref: str, git_wrapper: Wrapper
) -> None:
    release(repository)
    settings = {**settings, **hub_of(repository)}
    order = order_of(await plan(repository.path, **settings))
    folder = git_wrapper(
        'case " $* " in *" push "*) echo push >> "$(dirname "$0")/asked"; "$GIT" "$@" > /dev/null; kill -9 $$;; esac'
    )
    with pytest.raises(OutcomeUnknownError):
        await apply(repository.path, order, **settings)
    assert (folder / "asked").read_text().count("push") == 1
    seen = await observe(repository.path, order, **settings)
    assert seen.sight is Sight.PRESENT
    assert dict(seen.state)["marked object"] == at_hub(repository, "rev-parse", ref)


@WAYS
async def test_a_push_that_says_done_and_did_nothing_is_seen_through(
    repository: RepositoryBuilder, release: Release, settings: dict[str, Any], ref: str, git_wrapper: Wrapper
) -> None:
    release(repository)
    settings = {**settings, **hub_of(repository)}
    order = order_of(await plan(repository.path, **settings))
    git_wrapper('case " $* " in *" push "*) exit 0;; esac')
    await apply(repository.path, order, **settings)
    assert (await observe(repository.path, order, **settings)).sight is Sight.ABSENT


async def test_a_remote_that_is_not_there_is_unavailable(repository: RepositoryBuilder) -> None:
    release_by_tags(repository)
    with pytest.raises(UnavailableError):
        await plan(repository.path, **BY_TAG, remote=str(repository.path.parent / "missing.git"))


@pytest.mark.parametrize("key", ["url.ext::sh -c x .insteadOf", "url./elsewhere.pushInsteadOf", "remote.HUB.vcs"])
async def test_a_repository_that_leads_pushes_elsewhere_is_refused(repository: RepositoryBuilder, key: str) -> None:
    release_by_tags(repository)
    settings = {**BY_TAG, **hub_of(repository)}
    repository.git("config", key.replace("HUB", settings["remote"]), settings["remote"])
    with pytest.raises(ConfigurationError, match="rewrites addresses"):
        await plan(repository.path, **settings)


async def test_no_program_named_in_the_clone_runs_at_a_push(repository: RepositoryBuilder) -> None:
    release_by_tags(repository)
    settings = {**BY_TAG, **hub_of(repository)}
    repository.tag("unrelated", minute(1), message="stays here")
    trace = repository.path.parent / "ran"
    hooks = repository.path / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("pre-push", "reference-transaction"):
        (hooks / hook).write_text(f"#!/bin/sh\necho {hook} >> {trace}\n")
        (hooks / hook).chmod(0o755)
    for key, value in (
        ("core.hooksPath", str(hooks)),
        ("core.sshCommand", str(hooks / "pre-push")),
        ("core.askPass", str(hooks / "pre-push")),
        ("push.gpgSign", "true"),
        ("gpg.program", str(hooks / "pre-push")),
        ("remote.origin.receivepack", str(hooks / "pre-push")),
        ("push.followTags", "true"),
    ):
        repository.git("config", key, value)
    await apply(repository.path, order_of(await plan(repository.path, **settings)), **settings)
    assert not trace.exists()
    assert "unrelated" not in at_hub(repository, "for-each-ref")
