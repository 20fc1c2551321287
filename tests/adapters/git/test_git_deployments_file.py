"""Deploys that are told by a file of JSON lines."""

import json
from typing import Any

import pytest

from opsloom.model.deploys import ChangeKind, DeployStatus
from opsloom.model.errors import UnexpectedAnswerError
from opsloom.model.limits import PROGRAM_OUTPUT_MAX_BYTES
from tests.adapters.git.asking import get, minute, new_call, search
from tests.adapters.git.repository_builder import RepositoryBuilder

FILE: dict[str, Any] = {"deployments_file": "ops/deployments.jsonl"}


def line(number: int, **more: object) -> str:
    said = {"at": minute(number).isoformat(), "service": "payments", "version": f"1.{number}", **more}
    return json.dumps(said) + "\n"


async def test_a_line_is_a_deploy_and_round_trips(repository: RepositoryBuilder) -> None:
    first = repository.commit({"src/a": "1\n"}, "one", minute(1))
    second = repository.commit({"src/a": "2\n"}, "two", minute(2))
    repository.write(
        {
            "ops/deployments.jsonl": line(3, commit=first, environment="production")
            + "\n"
            + line(4, commit=second[:10], environment="production", author="oncall-a", status="Success")
        }
    )
    call = new_call()
    newest, oldest = (await search(repository.path, call=call, **FILE)).rows
    assert (newest.commit, newest.author, newest.title) == (second, "oncall-a", "two")
    assert (newest.status, newest.status_raw) == (DeployStatus.SUCCEEDED, "Success")
    assert (newest.previous_version, newest.files) == ("1.3", ("src/a",))
    assert (oldest.author, oldest.previous_version) == ("developer-a", "")
    whole = await get(repository.path, newest.ref.native_id, **FILE)
    assert whole.model_copy(update={"diff": ""}) == newest
    assert "-1\n+2" in whole.diff
    [read] = [exchange for exchange in call.exchanges if exchange.method == "READ"]
    assert (read.url, read.body.count(b"\n")) == ("file:ops/deployments.jsonl", 3)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        (None, DeployStatus.SUCCEEDED),
        ("succeeded", DeployStatus.SUCCEEDED),
        ("running", DeployStatus.IN_PROGRESS),
        ("FAILED", DeployStatus.FAILED),
        ("on fire", DeployStatus.UNKNOWN),
    ],
)
async def test_every_word_of_status_maps(repository: RepositoryBuilder, word: str | None, status: DeployStatus) -> None:
    repository.commit({"ops/deployments.jsonl": line(1, status=word)}, "start", minute(0))
    [row] = (await search(repository.path, **FILE)).rows
    assert (row.status, row.status_raw) == (status, word or "")


async def test_a_line_may_say_its_kind_and_such_changes_replace_no_version(
    repository: RepositoryBuilder,
) -> None:
    lines = line(1) + line(2, kind="flag") + line(3, kind="rollback") + line(4, kind="unheard-of")
    repository.commit({"ops/deployments.jsonl": lines}, "start", minute(0))
    page = await search(repository.path, **FILE)
    assert [(row.version, row.kind, row.previous_version) for row in page.rows] == [
        ("1.4", ChangeKind.DEPLOY, "1.3"),
        ("1.3", ChangeKind.ROLLBACK, "1.1"),
        ("1.2", ChangeKind.FLAG, ""),
        ("1.1", ChangeKind.DEPLOY, ""),
    ]


@pytest.mark.parametrize(
    "bad",
    [
        '{"at": "2026-03-01T00:00:00", "service": "payments", "version": "no offset"}\n',
        '{"at": "2026-03-01T00:00:00Z", "servi\n',
        "[1]\n",
    ],
)
async def test_one_bad_line_does_not_hide_the_others(repository: RepositoryBuilder, bad: str) -> None:
    repository.commit({"ops/deployments.jsonl": line(1) + bad}, "start", minute(0))
    page = await search(repository.path, **FILE)
    assert [row.version for row in page.rows] == ["1.1"]
    assert not page.complete
    assert "ops/deployments.jsonl line 2" in page.notes[0]


async def test_a_file_without_any_good_line_is_an_error(repository: RepositoryBuilder) -> None:
    repository.commit({"ops/deployments.jsonl": "<html>\n"}, "start", minute(0))
    with pytest.raises(UnexpectedAnswerError, match="line 1"):
        await search(repository.path, **FILE)


async def test_a_missing_file_is_an_error_and_never_no_deploys(repository: RepositoryBuilder) -> None:
    repository.commit({"a": "1"}, "start", minute(0))
    with pytest.raises(UnexpectedAnswerError, match="cannot be read from the work tree"):
        await search(repository.path, **FILE)
    with pytest.raises(UnexpectedAnswerError):
        await search(repository.path, deployments_ref="main", **FILE)


async def test_a_deploy_that_both_sources_tell_is_one_deploy(repository: RepositoryBuilder) -> None:
    line_with_offset = line(2, version="1.0", environment="production", at="2026-03-01T01:02:00.25+01:00")
    repository.commit({"ops/deployments.jsonl": line_with_offset}, "start", minute(0))
    [alone] = (await search(repository.path, **FILE)).rows
    assert alone.at.isoformat() == "2026-03-01T00:02:00.250000+00:00"
    repository.tag("deploy/production/payments/1.0", minute(2), message="ship")
    [row] = (await search(repository.path, **FILE)).rows
    assert row.ref.native_id == "tag:deploy/production/payments/1.0"


async def test_the_file_can_be_read_at_a_branch(repository: RepositoryBuilder) -> None:
    repository.commit({"a": "1"}, "start", minute(0))
    repository.git("checkout", "--quiet", "-b", "ledger")
    repository.commit({"ops/deployments.jsonl": line(1)}, "note a deploy", minute(2))
    repository.git("checkout", "--quiet", "main")
    page = await search(repository.path, deployments_ref="ledger", **FILE)
    assert [row.version for row in page.rows] == ["1.1"]


async def test_a_link_out_of_the_repository_is_not_followed(repository: RepositoryBuilder) -> None:
    repository.commit({"ops/a": "1"}, "start", minute(0))
    outside = repository.path.parent / "outside.jsonl"
    outside.write_text(line(1))
    (repository.path / "ops/deployments.jsonl").symlink_to(outside)
    with pytest.raises(UnexpectedAnswerError):
        await search(repository.path, **FILE)


@pytest.mark.parametrize("commit", ["--output=x", "HEAD", "deadbeef", "0" * 40])
async def test_a_commit_that_is_not_here_is_no_harm(repository: RepositoryBuilder, commit: str) -> None:
    repository.commit({"ops/deployments.jsonl": line(1) + line(2, commit=commit)}, "start", minute(0))
    newest, _ = (await search(repository.path, **FILE)).rows
    assert (newest.version, newest.files) == ("1.2", ())


@pytest.mark.parametrize("more", [{}, {"deployments_ref": "main"}])
async def test_a_file_that_is_too_large_is_an_error(repository: RepositoryBuilder, more: dict[str, Any]) -> None:
    repository.commit({"ops/deployments.jsonl": line(1) + "\n" * PROGRAM_OUTPUT_MAX_BYTES}, "start", minute(0))
    with pytest.raises(UnexpectedAnswerError, match=r"too large|more than 8 MiB"):
        await search(repository.path, **FILE, **more)
