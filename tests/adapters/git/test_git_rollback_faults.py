"""Whatever stops a rollback, what it reports is true, and the repository is in its old state or in the new one."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from opsloom.adapter_api.call import Call
from opsloom.model.changes import Sight
from opsloom.model.errors import ConflictError, OutcomeUnknownError, UnavailableError
from tests.adapters.git.asking import minute
from tests.adapters.git.repository_builder import RepositoryBuilder
from tests.adapters.git.rolling import (
    BY_COMMIT,
    BY_TAG,
    Release,
    apply,
    call_at,
    observe,
    order_of,
    plan,
    refs_of,
    release_by_commits,
    release_by_tags,
)

WAYS = pytest.mark.parametrize(
    ("release", "settings"), [(release_by_tags, BY_TAG), (release_by_commits, BY_COMMIT)], ids=["tag", "revert"]
)
Wrapper = Callable[[str], Path]
_REPOSITORY_ROOT = Path(__file__).resolve().parents[3]


class ImpatientCall(Call):
    """Each run of git may take a second, however many there are."""

    def remaining_seconds(self) -> float:
        return 1.0


def impatient() -> Call:
    return ImpatientCall(instance="code", adapter="git", now=minute(60), deadline=0.0)


def on(command: str, lines: str) -> str:
    """Shell lines for the wrapper that run for one command of git, and note that it was asked for."""
    return f'case " $* " in *" {command} "*) echo {command} >> "$(dirname "$0")/asked"; {lines};; esac'


@WAYS
@pytest.mark.parametrize(
    ("lines", "sight"),
    [
        ("exec /bin/sleep 600", Sight.ABSENT),
        ('"$GIT" "$@"; exec /bin/sleep 600', Sight.PRESENT),
        ("kill -9 $$", Sight.ABSENT),
        ('"$GIT" "$@"; kill -9 $$', Sight.PRESENT),
    ],
    ids=["hangs before", "hangs after", "dies before", "dies after"],
)
async def test_a_git_that_gives_no_answer_leaves_the_outcome_unknown_until_somebody_looks(
    repository: RepositoryBuilder,
    release: Release,
    settings: dict[str, Any],
    git_wrapper: Wrapper,
    lines: str,
    sight: Sight,
) -> None:
    release(repository)
    order = order_of(await plan(repository.path, **settings))
    folder = git_wrapper(on("update-ref", lines))
    with pytest.raises(OutcomeUnknownError):
        await apply(repository.path, order, impatient(), **settings)
    assert (folder / "asked").read_text().count("update-ref") == 1
    seen = await observe(repository.path, order, **settings)
    assert (seen.sight, bool(dict(seen.state)["marked object"])) == (sight, sight is Sight.PRESENT)


@WAYS
async def test_a_git_that_says_done_and_did_nothing_is_seen_through(
    repository: RepositoryBuilder, release: Release, settings: dict[str, Any], git_wrapper: Wrapper
) -> None:
    release(repository)
    order = order_of(await plan(repository.path, **settings))
    git_wrapper(on("update-ref", "exit 0"))
    await apply(repository.path, order, **settings)
    seen = await observe(repository.path, order, **settings)
    assert (seen.sight, seen.receipt) == (Sight.ABSENT, None)


@WAYS
@pytest.mark.parametrize("command", ["hash-object", "update-ref"])
@pytest.mark.parametrize("moment", ["before", "after"])
async def test_kill_9_leaves_the_old_state_or_the_new_one(
    repository: RepositoryBuilder,
    release: Release,
    settings: dict[str, Any],
    git_wrapper: Wrapper,
    command: str,
    moment: str,
) -> None:
    release(repository)
    made = await plan(repository.path, **settings)
    order = order_of(made)
    before = refs_of(repository)
    first = "" if moment == "before" else '"$GIT" "$@"; '
    git_wrapper(on(command, f"{first}kill -9 $PPID; exit 1"))
    said = json.dumps({"settings": settings, "order": order.model_dump(mode="json")})
    argv = [sys.executable, "-m", "tests.adapters.git.apply_once", str(repository.path)]
    ended = subprocess.run(argv, input=said.encode(), cwd=_REPOSITORY_ROOT, capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    git_wrapper("")
    done = (command, moment) == ("update-ref", "after")
    assert (refs_of(repository) != before) is done
    assert (await observe(repository.path, order, **settings)).sight is (Sight.PRESENT if done else Sight.ABSENT)
    repository.git("fsck", "--strict", "--no-dangling")
    if not done:
        assert await plan(repository.path, **settings) == made
        await apply(repository.path, order, **settings)


@WAYS
async def test_a_lock_that_somebody_holds_is_a_conflict_and_nothing_changes(
    repository: RepositoryBuilder, release: Release, settings: dict[str, Any]
) -> None:
    release(repository)
    order = order_of(await plan(repository.path, **settings))
    before = refs_of(repository)
    lock = repository.path / ".git" / f"{order.plan.targets[0]}.lock"
    lock.touch()
    with pytest.raises(ConflictError):
        await apply(repository.path, order, **settings)
    assert refs_of(repository) == before
    lock.unlink()
    await apply(repository.path, order, **settings)


@WAYS
async def test_a_git_that_refuses_for_another_reason_changed_nothing(
    repository: RepositoryBuilder, release: Release, settings: dict[str, Any], git_wrapper: Wrapper
) -> None:
    release(repository)
    order = order_of(await plan(repository.path, **settings))
    git_wrapper(on("update-ref", 'echo "fatal: no space left" >&2; exit 128'))
    with pytest.raises(UnavailableError, match="nothing was changed") as caught:
        await apply(repository.path, order, **settings)
    assert "no space left" in caught.value.upstream


@WAYS
async def test_no_program_named_in_the_repository_runs_when_it_is_changed(
    repository: RepositoryBuilder, release: Release, settings: dict[str, Any]
) -> None:
    release(repository)
    trace = repository.path.parent / "ran"
    hooks = repository.path / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("reference-transaction", "post-commit", "pre-commit", "commit-msg", "pre-push", "update"):
        (hooks / hook).write_text(f"#!/bin/sh\necho {hook} >> {trace}\n")
        (hooks / hook).chmod(0o755)
    for key, value in (
        ("core.hooksPath", str(hooks)),
        ("core.editor", str(hooks / "update")),
        ("gpg.program", str(hooks / "update")),
        ("commit.gpgSign", "true"),
        ("tag.gpgSign", "true"),
        ("i18n.commitEncoding", "latin1"),
        ("filter.evil.clean", str(hooks / "update")),
    ):
        repository.git("config", key, value)
    (repository.path / ".git/info/attributes").write_text("* filter=evil\n")
    order = order_of(await plan(repository.path, **settings))
    await apply(repository.path, order, **settings)
    assert (await observe(repository.path, order, **settings)).sight is Sight.PRESENT
    assert not trace.exists()


async def test_evidence_shows_what_was_done_and_not_the_whole_file(repository: RepositoryBuilder) -> None:
    release_by_commits(repository)
    order = order_of(await plan(repository.path, **BY_COMMIT))
    call = call_at(minute(60))
    await apply(repository.path, order, call, **BY_COMMIT)
    done = [dict(exchange.parameters) for exchange in call.exchanges]
    [moved] = [each for each in done if " update-ref " in each["argv"]]
    assert moved["stdin"].startswith("update refs/heads/ledger ")
    [blob] = [each for each in done if " hash-object -t blob " in each["argv"]]
    assert "stdin" not in blob
    assert all(str(repository.path.parent) not in str(exchange) for exchange in call.exchanges)
