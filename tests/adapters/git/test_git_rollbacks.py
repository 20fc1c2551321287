"""What counts as going back."""

import json

import pytest

from opsloom.model.deploys import ChangeKind
from tests.adapters.git.asking import minute, search
from tests.adapters.git.repository_builder import RepositoryBuilder


async def kinds(repository: RepositoryBuilder) -> dict[str, ChangeKind]:
    page = await search(repository.path)
    return {row.version: row.kind for row in page.rows}


async def test_a_tag_on_an_ancestor_of_the_previous_deploy_is_a_rollback(
    repository: RepositoryBuilder,
) -> None:
    old = repository.commit({"a": "1"}, "one", minute(1))
    repository.tag("deploy/production/payments/1.0", minute(2), message="x")
    repository.commit({"a": "2"}, "two", minute(3))
    repository.commit({"a": "3"}, "three", minute(4))
    repository.tag("deploy/production/payments/1.1", minute(5), message="x")
    repository.tag("deploy/production/payments/1.0-again", minute(6), commit=old, message="x")
    repository.tag("deploy/production/payments/1.1-again", minute(7), message="x")
    assert await kinds(repository) == {
        "1.0": ChangeKind.DEPLOY,
        "1.1": ChangeKind.DEPLOY,
        "1.0-again": ChangeKind.ROLLBACK,
        "1.1-again": ChangeKind.DEPLOY,
    }
    [rollback] = (await search(repository.path, kinds={ChangeKind.ROLLBACK})).rows
    assert (rollback.previous_version, rollback.commit) == ("1.1", old)
    assert rollback.files == ("a",)


async def test_an_older_commit_of_another_branch_is_no_rollback(repository: RepositoryBuilder) -> None:
    repository.commit({"a": "1"}, "start", minute(1))
    repository.git("branch", "hotfix")
    fix = "hotfix"
    repository.git("checkout", "--quiet", fix)
    repository.commit({"b": "1"}, "fix", minute(2))
    repository.git("checkout", "--quiet", "main")
    repository.commit({"a": "2"}, "main goes on", minute(3))
    repository.tag("deploy/production/payments/1.1", minute(4), message="x")
    repository.tag("deploy/production/payments/1.0.1", minute(5), commit=fix, message="x")
    assert (await kinds(repository))["1.0.1"] is ChangeKind.DEPLOY


async def test_the_same_commit_again_is_a_deploy(repository: RepositoryBuilder) -> None:
    repository.commit({"a": "1"}, "start", minute(1))
    repository.tag("deploy/production/payments/1.0", minute(2), message="x")
    repository.tag("deploy/production/payments/1.0-rebuilt", minute(3), message="x")
    assert (await kinds(repository))["1.0-rebuilt"] is ChangeKind.DEPLOY


async def test_going_back_in_one_environment_says_nothing_of_another(repository: RepositoryBuilder) -> None:
    old = repository.commit({"a": "1"}, "one", minute(1))
    repository.commit({"a": "2"}, "two", minute(2))
    repository.tag("deploy/staging/payments/1.1", minute(3), message="x")
    repository.tag("deploy/production/payments/1.0", minute(4), commit=old, message="x")
    assert set((await kinds(repository)).values()) == {ChangeKind.DEPLOY}


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        (["1", "2", "1"], [ChangeKind.ROLLBACK, ChangeKind.DEPLOY, ChangeKind.DEPLOY]),
        (["1", "1", "1"], [ChangeKind.DEPLOY] * 3),
        (["1", "2", "3"], [ChangeKind.DEPLOY] * 3),
    ],
)
async def test_without_commits_a_version_that_was_there_before_is_a_rollback(
    repository: RepositoryBuilder, versions: list[str], expected: list[ChangeKind]
) -> None:
    lines = [
        {"at": minute(number).isoformat(), "service": "payments", "version": version}
        for number, version in enumerate(versions)
    ]
    repository.commit({"d.jsonl": "\n".join(map(json.dumps, lines))}, "start", minute(1))
    page = await search(repository.path, deployments_file="d.jsonl")
    assert [row.kind for row in page.rows] == expected


async def test_a_failed_deploy_is_not_what_the_next_one_replaced(repository: RepositoryBuilder) -> None:
    lines = [
        {"at": minute(1).isoformat(), "service": "payments", "version": "1"},
        {"at": minute(2).isoformat(), "service": "payments", "version": "2", "status": "failed"},
        {"at": minute(3).isoformat(), "service": "payments", "version": "3"},
    ]
    repository.commit({"d.jsonl": "\n".join(map(json.dumps, lines))}, "start", minute(1))
    page = await search(repository.path, deployments_file="d.jsonl")
    assert [(row.version, row.previous_version) for row in page.rows] == [("3", "1"), ("2", "1"), ("1", "")]


async def test_an_annotated_tag_may_say_its_kind_and_a_light_one_has_no_say(repository: RepositoryBuilder) -> None:
    repository.commit({"a": "1"}, "start\n\nDeploy-Kind: flag", minute(1))
    repository.tag("deploy/production/payments/1.0", minute(2))
    repository.tag("deploy/production/payments/1.1", minute(3), message="x\n\nDeploy-Kind: rollback")
    repository.tag("deploy/production/payments/1.2", minute(4), message="x\n\nDeploy-Kind: unheard-of, deploy")
    assert await kinds(repository) == {
        "1.0": ChangeKind.DEPLOY,
        "1.1": ChangeKind.ROLLBACK,
        "1.2": ChangeKind.DEPLOY,
    }
