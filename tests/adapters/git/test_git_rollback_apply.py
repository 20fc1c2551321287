"""A rollback is one new deploy in the repository: read as one, done once, and only on what was planned."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from opsloom.model.changes import ChangeRevision, Receipt, Sight
from opsloom.model.deploys import ChangeKind
from opsloom.model.errors import ConflictError, OpsloomError, PermissionDeniedError
from tests.adapters.git.asking import get, minute, search
from tests.adapters.git.repository_builder import RepositoryBuilder
from tests.adapters.git.rolling import (
    BACK,
    BY_COMMIT,
    BY_TAG,
    FILE,
    MARKER,
    WAYS,
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

HOSTILE = 'say "no"\n\nOpsloom-Action: opsloom-forged\nDeploy-Kind: config\r\x00\u2028--all \ud800 <a@example.com> grün'


def readable(settings: dict[str, Any]) -> dict[str, Any]:
    """Those that a search needs."""
    return {key: value for key, value in settings.items() if key != "rollback"}


@WAYS
async def test_an_applied_rollback_is_read_as_one_and_observed(
    repository: RepositoryBuilder, release: Release, settings: dict[str, Any], ref: str
) -> None:
    release(repository)
    order = order_of(await plan(repository.path, **settings))
    assert (await observe(repository.path, order, **settings)).sight is Sight.ABSENT
    receipt = await apply(repository.path, order, **settings)
    newest = await get(repository.path, receipt.native_id, **readable(settings))
    assert (newest.kind, newest.version, newest.previous_version) == (ChangeKind.ROLLBACK, "1.1", "1.2")
    assert (newest.commit, newest.at) == (repository.git("rev-parse", "main~1"), minute(60))
    assert (await search(repository.path, **readable(settings))).rows[0].ref == newest.ref
    seen = await observe(repository.path, order, **settings)
    assert seen.sight is Sight.PRESENT
    assert seen.receipt == receipt
    assert dict(seen.state)["marked object"] == repository.git("rev-parse", ref)


@WAYS
async def test_what_is_written_names_the_action_and_the_people_and_opsloom_as_its_author(
    repository: RepositoryBuilder, release: Release, settings: dict[str, Any], ref: str
) -> None:
    release(repository)
    settings = {**settings, "committer_email": "ops-bot@example.com"}
    change = BACK.model_copy(update={"comment": "errors since 1.2"})
    await apply(repository.path, order_of(await plan(repository.path, change, **settings)), **settings)
    text = repository.git("cat-file", "-p", ref)
    assert "opsloom <ops-bot@example.com> 1772326800 +0000\n" in text
    assert text.partition("\n\n")[2] == (
        "Roll payments in production back from 1.2 to 1.1\n\n"
        "Deploy-Kind: rollback\nReason: errors since 1.2\n"
        f"Requested-by: oncall-a\nApproved-by: oncall-b\nOpsloom-Action: {MARKER}"
    )
    repository.git("fsck", "--strict", "--no-dangling")


@WAYS
async def test_the_inverse_restores_the_version(
    repository: RepositoryBuilder, release: Release, settings: dict[str, Any], ref: str
) -> None:
    release(repository)
    first = await plan(repository.path, **settings)
    await apply(repository.path, order_of(first), **settings)
    assert isinstance(first.inverse, ChangeRevision)
    back = await plan(repository.path, first.inverse, call_at(minute(70)), **settings)
    assert back.summary.startswith("Move payments in production forward from 1.1 to 1.2")
    receipt = await apply(repository.path, order_of(back), call_at(minute(70)), **settings)
    newest = await get(repository.path, receipt.native_id, **readable(settings))
    assert (newest.kind, newest.version) == (ChangeKind.DEPLOY, "1.2")
    assert (await observe(repository.path, order_of(first), **settings)).sight is Sight.ABSENT


@WAYS
async def test_a_second_rollback_goes_further_back_and_not_to_the_version_just_left(
    repository: RepositoryBuilder, release: Release, settings: dict[str, Any], ref: str
) -> None:
    release(repository)
    await apply(repository.path, order_of(await plan(repository.path, **settings)), **settings)
    further = await plan(repository.path, call=call_at(minute(70)), **settings)
    assert (further.effects[0].before, further.effects[0].after) == ("1.1", "1.0")


@WAYS
async def test_a_rollback_in_the_second_of_the_deploy_is_still_the_later_one(
    repository: RepositoryBuilder, release: Release, settings: dict[str, Any], ref: str
) -> None:
    release(repository)
    early = call_at(minute(25))
    order = order_of(await plan(repository.path, call=early, **settings))
    await apply(repository.path, order, call_at(minute(25)), **settings)
    assert (await observe(repository.path, order, **settings)).sight is Sight.PRESENT


@WAYS
async def test_texts_of_people_stay_data(
    repository: RepositoryBuilder, release: Release, settings: dict[str, Any], ref: str
) -> None:
    release(repository)
    change = BACK.model_copy(update={"comment": HOSTILE})
    order = order_of(await plan(repository.path, change, **settings), requester=HOSTILE, approver=HOSTILE)
    receipt = await apply(repository.path, order, **settings)
    assert (await get(repository.path, receipt.native_id, **readable(settings))).kind is ChangeKind.ROLLBACK
    seen = await observe(repository.path, order, **settings)
    assert (seen.sight, dict(seen.state)["marked object"]) == (Sight.PRESENT, repository.git("rev-parse", ref))
    forged = await observe(repository.path, order.model_copy(update={"marker": "opsloom-forged"}), **settings)
    assert dict(forged.state)["marked object"] == ""
    trailers = repository.git("interpret-trailers", "--parse", stdin=repository.git("cat-file", "-p", ref))
    assert [line.partition(":")[0] for line in trailers.splitlines()] == [
        *("Deploy-Kind", "Reason", "Requested-by", "Approved-by", "Opsloom-Action"),
    ]


@pytest.mark.parametrize("service", ["--all\"$(touch\u2003x)`x`;'ü", "-d", "!payments|x"])
async def test_hostile_names_of_services_and_versions_stay_data(repository: RepositoryBuilder, service: str) -> None:
    for number, version in enumerate(("--1.0", "$(x);1.1"), start=1):
        repository.commit({"a": version}, "--exec=x", minute(number))
        repository.tag(f"deploy/production/{service}/{version}", minute(number), message="ship")
    order = order_of(await plan(repository.path, ChangeRevision(service=service), **BY_TAG))
    receipt = await apply(repository.path, order, **BY_TAG)
    assert receipt.native_id == f"tag:deploy/production/{service}/--1.0"
    assert (await observe(repository.path, order, **BY_TAG)).sight is Sight.PRESENT
    assert sorted(path.name for path in repository.path.iterdir()) == [".git", "a"]


@WAYS
async def test_a_deploy_between_plan_and_apply_is_a_conflict_and_nothing_changes(
    repository: RepositoryBuilder, release: Release, settings: dict[str, Any], ref: str
) -> None:
    release(repository)
    order = order_of(await plan(repository.path, **settings))
    if ref.startswith("refs/tags/"):
        repository.tag("deploy/production/payments/1.3", minute(50), message="ship")
    else:
        repository.git("update-ref", ref, repository.git("commit-tree", f"{ref}^{{tree}}", "-p", ref, "-m", "more"))
    before = refs_of(repository)
    with pytest.raises(ConflictError):
        await apply(repository.path, order, **settings)
    assert refs_of(repository) == before


@WAYS
async def test_a_ref_that_moves_in_the_last_moment_is_a_conflict(
    repository: RepositoryBuilder,
    release: Release,
    settings: dict[str, Any],
    ref: str,
    git_wrapper: Callable[[str], Path],
) -> None:
    release(repository)
    order = order_of(await plan(repository.path, **settings))
    other = repository.git("rev-parse", "main")
    git_wrapper(f'case "$*" in *update-ref*) "$GIT" --git-dir="{repository.path}/.git" update-ref {ref} {other};; esac')
    with pytest.raises(ConflictError):
        await apply(repository.path, order, **settings)
    assert repository.git("rev-parse", ref) == other


@WAYS
async def test_of_twenty_applies_at_once_one_is_done_and_the_others_are_conflicts(
    repository: RepositoryBuilder, release: Release, settings: dict[str, Any], ref: str
) -> None:
    release(repository)
    order = order_of(await plan(repository.path, **settings))
    commits = int(repository.git("rev-list", "--count", ref))
    ends: list[Receipt | OpsloomError] = []

    async def one() -> None:
        try:
            ends.append(await apply(repository.path, order, call_at(minute(60), seconds=120), **settings))
        except OpsloomError as error:
            ends.append(error)

    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(one)
    assert len([end for end in ends if isinstance(end, Receipt)]) == 1
    assert len([end for end in ends if isinstance(end, ConflictError)]) == 19
    more = 0 if ref.startswith("refs/tags/") else 1
    assert int(repository.git("rev-list", "--count", ref)) == commits + more
    assert (await observe(repository.path, order, **settings)).sight is Sight.PRESENT


async def test_a_commit_adds_one_line_and_touches_nothing_else(repository: RepositoryBuilder) -> None:
    release_by_commits(repository)
    repository.write({"payments/app.py": "not yet committed\n", "new": "x"})
    repository.git("add", "new")
    before = repository.git("status", "--porcelain")
    index = (repository.path / ".git/index").read_bytes()
    receipt = await apply(repository.path, order_of(await plan(repository.path, **BY_COMMIT)), **BY_COMMIT)
    assert repository.git("status", "--porcelain") == before
    assert (repository.path / ".git/index").read_bytes() == index
    changed = repository.git("diff-tree", "-r", "--name-status", "ledger~1", "ledger")
    assert changed == f"M\t{FILE}"
    old, new = (repository.git("show", f"{commit}:{FILE}").splitlines() for commit in ("ledger~1", "ledger"))
    assert new[:-1] == old
    assert json.loads(new[-1]) == {
        "at": "2026-03-01T01:00:00+00:00",
        "service": "payments",
        "environment": "production",
        "version": "1.1",
        "commit": repository.git("rev-parse", "main~1"),
        "author": "oncall-a",
        "title": "Roll payments in production back from 1.2 to 1.1",
        "kind": "rollback",
    }
    assert receipt.native_id.startswith("file:")


async def test_names_that_git_would_quote_survive_a_commit_beside_them(repository: RepositoryBuilder) -> None:
    release_by_commits(repository)
    repository.git("checkout", "--quiet", "ledger")
    repository.commit({'ops/a "b"\tc\nd': "1", "ops/grün": "2"}, "odd names", minute(40))
    (repository.path / "ops").joinpath("tool").symlink_to("other")
    repository.commit({}, "a link", minute(41))
    repository.git("checkout", "--quiet", "main")
    before = repository.git("ls-tree", "-r", "-z", "ledger").split("\0")
    await apply(repository.path, order_of(await plan(repository.path, **BY_COMMIT)), **BY_COMMIT)
    after = repository.git("ls-tree", "-r", "-z", "ledger").split("\0")
    assert [entry for entry in after if FILE not in entry] == [entry for entry in before if FILE not in entry]


async def test_a_bare_repository_is_rolled_back_too(repository: RepositoryBuilder) -> None:
    release_by_tags(repository)
    bare = repository.clone("shop.git", "--bare")
    order = order_of(await plan(bare, **BY_TAG))
    await apply(bare, order, **BY_TAG)
    assert (await observe(bare, order, **BY_TAG)).sight is Sight.PRESENT


async def test_a_version_that_only_the_file_tells_gets_its_tag(repository: RepositoryBuilder) -> None:
    release_by_commits(repository)
    settings = {**BY_COMMIT, "rollback": "tag", "tag_pattern": "deploy/{environment}/{service}/{version}"}
    order = order_of(await plan(repository.path, **settings))
    receipt = await apply(repository.path, order, **settings)
    assert receipt.native_id == "tag:deploy/production/payments/1.1"
    assert (await get(repository.path, receipt.native_id, **readable(settings))).kind is ChangeKind.ROLLBACK


@WAYS
async def test_a_repository_that_cannot_be_written_is_a_refusal_and_nothing_changes(
    repository: RepositoryBuilder,
    release: Release,
    settings: dict[str, Any],
    ref: str,
    git_wrapper: Callable[[str], Path],
) -> None:
    release(repository)
    order = order_of(await plan(repository.path, **settings))
    before = refs_of(repository)
    for command in ("hash-object", "update-ref"):
        denied = f'case "$*" in *{command}*) echo "error: x: Permission denied" >&2; exit 128;; esac'
        git_wrapper(denied)
        with pytest.raises(PermissionDeniedError):
            await apply(repository.path, order, **settings)
    assert refs_of(repository) == before
