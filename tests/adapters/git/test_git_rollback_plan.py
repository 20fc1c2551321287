"""What a rollback would do is read, resolved and shown, and nothing is changed by it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from opsloom.model.changes import ChangeRevision
from opsloom.model.errors import InvalidRequestError, UnsupportedError
from opsloom_adapters.git.config import GitConfig
from tests.adapters.git.asking import minute
from tests.adapters.git.repository_builder import RepositoryBuilder
from tests.adapters.git.rolling import (
    BACK,
    BY_COMMIT,
    BY_TAG,
    FILE,
    call_at,
    plan,
    refs_of,
    release_by_commits,
    release_by_tags,
)

WAYS = pytest.mark.parametrize(
    ("release", "settings"), [(release_by_tags, BY_TAG), (release_by_commits, BY_COMMIT)], ids=["tag", "revert"]
)
Release = Callable[[RepositoryBuilder], None]


@WAYS
async def test_a_plan_names_the_last_good_version_and_changes_nothing(
    repository: RepositoryBuilder, release: Release, settings: dict[str, Any]
) -> None:
    release(repository)
    before = (refs_of(repository), repository.git("count-objects"), repository.git("status", "--porcelain"))
    made = await plan(repository.path, **settings)
    assert (refs_of(repository), repository.git("count-objects"), repository.git("status", "--porcelain")) == before
    assert made.change == ChangeRevision(service="payments", environment="production", revision="1.1")
    assert made.inverse == ChangeRevision(service="payments", environment="production", revision="1.2")
    assert (made.effects[0].before, made.effects[0].after) == ("1.2", "1.1")
    assert made.summary.startswith("Roll payments in production back from 1.2 to 1.1")
    assert made.affected_count == 1
    assert made.affects[0].endswith(" payments 1.2")
    assert made.conditional
    assert "database migrations and data written since are not inspected" in made.not_inspected


@WAYS
async def test_planning_the_resolved_change_again_gives_the_same_plan(
    repository: RepositoryBuilder, release: Release, settings: dict[str, Any]
) -> None:
    release(repository)
    made = await plan(repository.path, **settings)
    assert isinstance(made.change, ChangeRevision)
    assert await plan(repository.path, made.change, call_at(minute(70)), **settings) == made


@WAYS
async def test_a_version_or_a_commit_names_the_revision(
    repository: RepositoryBuilder, release: Release, settings: dict[str, Any]
) -> None:
    release(repository)
    commit = repository.git("rev-parse", "main~2")
    for revision in ("1.0", commit, commit[:10].upper()):
        made = await plan(repository.path, BACK.model_copy(update={"revision": revision}), **settings)
        assert made.change == ChangeRevision(service="payments", environment="production", revision="1.0")
        assert made.affected_count == 2


async def test_a_tag_names_the_revision(repository: RepositoryBuilder) -> None:
    release_by_tags(repository)
    change = BACK.model_copy(update={"revision": "deploy/production/payments/1.0"})
    assert (await plan(repository.path, change, **BY_TAG)).effects[0].after == "1.0"


@pytest.mark.parametrize(
    "revision", ["9.9", "--output=x", "-1", "HEAD", "main", "", "1.0\n", 'x"; $(touch x)', "0" * 40, "../1.0", "*"]
)
@WAYS
async def test_an_unknown_revision_is_refused_with_the_known_ones_and_never_reaches_git(
    repository: RepositoryBuilder, release: Release, settings: dict[str, Any], revision: str
) -> None:
    release(repository)
    harmless, hostile = call_at(minute(60)), call_at(minute(60))
    for call, name in ((harmless, "unheard-of"), (hostile, revision)):
        with pytest.raises(InvalidRequestError, match=r"never deployed there; known: 1\.2, 1\.1, 1\.0"):
            await plan(repository.path, BACK.model_copy(update={"revision": name}), call, **settings)
    assert [each.parameters for each in hostile.exchanges] == [each.parameters for each in harmless.exchanges]


async def test_what_runs_already_is_refused(repository: RepositoryBuilder) -> None:
    release_by_tags(repository)
    with pytest.raises(InvalidRequestError, match=r"runs already; others: 1\.1, 1\.0"):
        await plan(repository.path, BACK.model_copy(update={"revision": "1.2"}), **BY_TAG)


async def test_a_commit_of_two_versions_is_refused_with_both(repository: RepositoryBuilder) -> None:
    release_by_tags(repository)
    repository.tag("deploy/production/payments/1.0-rebuilt", minute(6), commit="main~2", message="x")
    change = BACK.model_copy(update={"revision": repository.git("rev-parse", "main~2")})
    with pytest.raises(InvalidRequestError, match=r"several versions: 1\.0-rebuilt, 1\.0"):
        await plan(repository.path, change, **BY_TAG)


async def test_an_unknown_service_is_refused_with_the_known_ones(repository: RepositoryBuilder) -> None:
    release_by_tags(repository)
    with pytest.raises(InvalidRequestError, match="known services: payments"):
        await plan(repository.path, ChangeRevision(service="--all"), **BY_TAG)


async def test_several_environments_must_be_told_apart(repository: RepositoryBuilder) -> None:
    release_by_tags(repository)
    repository.tag("deploy/staging/payments/1.2", minute(40), message="x")
    with pytest.raises(InvalidRequestError, match=r"environment: name one .*: production, staging"):
        await plan(repository.path, **BY_TAG)
    made = await plan(repository.path, BACK.model_copy(update={"environment": "production"}), **BY_TAG)
    assert made.effects[0].after == "1.1"


async def test_failed_deploys_are_neither_present_nor_good(repository: RepositoryBuilder) -> None:
    said = [("1.0", "succeeded"), ("1.1", "unheard-of"), ("1.2", "succeeded"), ("1.3", "failed")]
    lines = [
        json.dumps({"at": minute(number).isoformat(), "service": "payments", "version": version, "status": status})
        for number, (version, status) in enumerate(said)
    ]
    repository.commit({"a": "1"}, "start", minute(0))
    repository.git("checkout", "--quiet", "-b", "ledger")
    repository.commit({FILE: "\n".join(lines)}, "note", minute(5))
    repository.git("checkout", "--quiet", "main")
    made = await plan(repository.path, **BY_COMMIT)
    assert (made.effects[0].before, made.effects[0].after) == ("1.2", "1.0")
    assert any("which commits leave is not known" in sentence for sentence in made.not_inspected)


async def test_a_version_that_a_rollback_has_just_left_is_not_the_last_good_one(
    repository: RepositoryBuilder,
) -> None:
    release_by_tags(repository)
    repository.tag("deploy/production/payments/1.1-again", minute(40), commit="main~1", message="back")
    made = await plan(repository.path, **BY_TAG)
    assert (made.effects[0].before, made.effects[0].after) == ("1.1-again", "1.1")
    repository.git("tag", "--delete", "deploy/production/payments/1.0", "deploy/production/payments/1.1")
    with pytest.raises(InvalidRequestError, match=r"no good version .* name one of: 1\.2"):
        await plan(repository.path, **BY_TAG)


async def test_a_present_deploy_from_the_future_is_refused(repository: RepositoryBuilder) -> None:
    release_by_tags(repository)
    repository.tag("deploy/production/payments/2.0", minute(600), message="x")
    with pytest.raises(InvalidRequestError, match="dated in the future"):
        await plan(repository.path, **BY_TAG)


async def test_without_the_setting_nothing_is_planned(repository: RepositoryBuilder) -> None:
    release_by_tags(repository)
    with pytest.raises(UnsupportedError, match=r'set rollback = "tag" .* or "revert"'):
        await plan(repository.path)


async def test_a_branch_that_is_checked_out_is_not_moved(repository: RepositoryBuilder) -> None:
    release_by_commits(repository)
    repository.git("checkout", "--quiet", "ledger")
    with pytest.raises(UnsupportedError, match="checked out"):
        await plan(repository.path, **BY_COMMIT)
    bare = repository.clone("shop.git", "--bare")
    assert (await plan(bare, **BY_COMMIT)).targets == ("refs/heads/ledger", FILE)


async def test_only_a_branch_takes_commits(repository: RepositoryBuilder) -> None:
    release_by_commits(repository)
    repository.git("tag", "frozen", "ledger")
    with pytest.raises(UnsupportedError, match="frozen is none"):
        await plan(repository.path, **{**BY_COMMIT, "deployments_ref": "frozen"})


async def test_a_version_that_no_tag_can_tell_is_refused(repository: RepositoryBuilder) -> None:
    repository.commit({"a": "1"}, "start", minute(0))
    commit = repository.git("rev-parse", "HEAD")
    lines = [
        {"at": minute(number).isoformat(), "service": "payments", "version": version, "commit": commit}
        for number, version in enumerate(("a/b", "x..lock", "v.lock", "--delete x", "1.0"))
    ]
    repository.write({FILE: "\n".join(map(json.dumps, lines))})
    settings = {**BY_TAG, "deployments_file": FILE, "environment": "production"}
    for version in ("a/b", "x..lock", "v.lock", "--delete x"):
        with pytest.raises(UnsupportedError, match="no tag of tag_pattern can tell"):
            await plan(repository.path, BACK.model_copy(update={"revision": version}), **settings)


async def test_a_commit_that_is_not_here_cannot_be_tagged(repository: RepositoryBuilder) -> None:
    repository.commit({"a": "1"}, "start", minute(0))
    lines = [
        {"at": minute(number).isoformat(), "service": "payments", "version": f"{number}", "commit": "0" * 40}
        for number in (1, 2)
    ]
    repository.write({FILE: "\n".join(map(json.dumps, lines))})
    with pytest.raises(InvalidRequestError, match="not in the repository"):
        await plan(repository.path, **BY_TAG, deployments_file=FILE, environment="production")


async def test_a_present_version_that_no_tag_could_tell_again_makes_it_irreversible(
    repository: RepositoryBuilder,
) -> None:
    release_by_tags(repository)
    line = {"at": minute(30).isoformat(), "service": "payments", "version": "2.0", "commit": "0" * 40}
    repository.write({FILE: json.dumps(line)})
    made = await plan(repository.path, **BY_TAG, deployments_file=FILE, environment="production")
    assert (made.effects[0].before, made.effects[0].after) == ("2.0", "1.2")
    assert (made.inverse, made.irreversible) == (None, "no tag could tell the present version again")


@pytest.mark.parametrize(
    "settings",
    [
        {"rollback": "yes"},
        {"rollback": "tag", "tag_pattern": None},
        {"rollback": "revert"},
        {"rollback": "revert", "deployments_file": "d.jsonl"},
        {"remote": "/srv/shop.git"},
        {"rollback": "tag", "remote": "ext::sh -c true"},
        {"rollback": "tag", "remote": "https://git.example.com/shop"},
        {"rollback": "tag", "remote": "ssh://-oProxyCommand=x/shop"},
        {"rollback": "tag", "remote": "--receive-pack=x"},
        {"rollback": "tag", "committer_email": "a> <b@example.com"},
    ],
)
def test_a_rollback_setting_that_cannot_work_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        GitConfig.model_validate({"adapter": "git", "repository": "shop", **settings})
