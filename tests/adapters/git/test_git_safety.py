"""Neither arguments nor the repository's own configuration make git do anything but read."""

import os
from pathlib import Path
from typing import Any

import pytest

from opsloom.model.deploys import ChangeKind
from opsloom.model.errors import InvalidRequestError
from tests.adapters.git.asking import get, minute, new_call, owners, search
from tests.adapters.git.repository_builder import RepositoryBuilder

HOSTILE = ['x"} or vector(1) or {a="', "--output=x", "../../etc/passwd", "*", ":(exclude)*", "a\nb", "\x00"]


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_service_or_environment_asks_git_what_a_harmless_one_asks(
    repository: RepositoryBuilder, name: str
) -> None:
    repository.commit({"config/payments/a": "1"}, "start", minute(1))
    repository.tag("deploy/production/payments/1.0", minute(2))
    harmless, hostile = new_call(), new_call()
    settings: dict[str, Any] = {"config_paths": ["config/**"]}
    await search(repository.path, of_service="checkout", call=harmless, **settings)
    page = await search(repository.path, of_service=name, in_environment=name, call=hostile, **settings)
    assert page.rows == ()
    assert [each.parameters for each in hostile.exchanges] == [each.parameters for each in harmless.exchanges]


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_path_never_reaches_git(repository: RepositoryBuilder, name: str) -> None:
    repository.commit({"CODEOWNERS": "/src/ @shop/payments\n"}, "start", minute(1))
    try:
        page = await owners(repository.path, path=name)
    except InvalidRequestError:
        return
    assert page.rows == ()
    assert not list(repository.path.glob("x*"))


def pretend_that_it_is_signed(repository: RepositoryBuilder) -> None:
    """Replace the newest commit by one with a signature, so that git would ask a program to check it."""
    headers, _, message = repository.git("cat-file", "commit", "HEAD").partition("\n\n")
    signed = repository.path / ".git/signed"
    signed.write_text(
        f"{headers}\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n -----END PGP SIGNATURE-----\n\n{message}\n"
    )
    commit = repository.git("hash-object", "-t", "commit", "-w", str(signed))
    repository.git("reset", "--quiet", "--hard", commit)


async def test_programs_named_in_the_repository_never_run(repository: RepositoryBuilder) -> None:
    repository.commit({"config/a.bin": "1\n", ".gitattributes": "*.bin diff=evil filter=evil\n"}, "a", minute(1))
    repository.tag("deploy/production/payments/1.0", minute(2), message="x")
    repository.commit({"config/a.bin": "2\n"}, "b", minute(3))
    repository.tag("deploy/production/payments/1.1", minute(4), message="x")
    trace = repository.path.parent / "ran"
    program = repository.path.parent / "evil"
    program.write_text(f"#!/bin/sh\ntouch {trace}\ncat\n")
    program.chmod(0o755)
    pretend_that_it_is_signed(repository)
    for key in (
        "core.pager",
        "core.fsmonitor",
        "core.sshCommand",
        "diff.external",
        "diff.evil.command",
        "diff.evil.textconv",
        "filter.evil.smudge",
        "gpg.program",
    ):
        repository.git("config", key, str(program))
    repository.git("config", "log.showSignature", "true")
    repository.git("config", "core.hooksPath", str(program.parent))
    settings: dict[str, Any] = {"config_paths": ["config/**"]}
    rows = (await search(repository.path, kinds=list(ChangeKind), **settings)).rows
    diffs = [(await get(repository.path, row.ref.native_id, **settings)).diff for row in rows]
    assert sum("-1\n+2" in diff for diff in diffs) == 2
    assert not trace.exists()


async def test_the_users_git_environment_and_configuration_are_ignored(
    repository: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit({"a": "1"}, "start", minute(1))
    repository.tag("deploy/production/payments/1.0", minute(2))
    home = repository.path.parent / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[broken")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    monkeypatch.setenv("GIT_TRACE", str(home / "trace"))
    assert len((await search(repository.path)).rows) == 1
    assert not (home / "trace").exists()


async def test_no_setting_of_the_repository_changes_what_is_read(repository: RepositoryBuilder) -> None:
    mailmap = "somebody else <else@example.com> <developer-a@example.com>\n"
    repository.commit({".mailmap": mailmap}, "grün", minute(1))
    for key, value in (
        ("i18n.logOutputEncoding", "latin1"),
        ("log.mailmap", "true"),
        ("log.showRoot", "false"),
        ("core.quotePath", "true"),
    ):
        repository.git("config", key, value)
    [row] = (await search(repository.path, kinds={ChangeKind.COMMIT})).rows
    assert (row.title, row.author, row.files) == ("grün", "developer-a", (".mailmap",))


async def test_evidence_shows_the_question_and_no_path_of_the_machine(repository: RepositoryBuilder) -> None:
    repository.commit({"config/a": "1"}, "start", minute(1))
    repository.tag("deploy/production/payments/1.0", minute(2))
    call = new_call()
    page = await search(repository.path, call=call, config_paths=["config/**"])
    assert {exchange.method for exchange in call.exchanges} == {"RUN"}
    assert {exchange.url for exchange in call.exchanges} == {"git:code"}
    for exchange in call.exchanges:
        assert dict(exchange.parameters)["argv"].startswith("git --git-dir=<repository> ")
        assert str(repository.path.parent) not in str(exchange.parameters)
    assert b"deploy/production/payments/1.0" in b"".join(exchange.body for exchange in call.exchanges)
    assert page.query == (
        "tags deploy/{environment}/{service}/{version}; commits of HEAD touching :(top,glob)config/**; "
        "from 2026-03-01T00:00:00Z until 2026-03-03T00:00:00Z"
    )


async def test_a_repository_of_somebody_else_can_be_read(repository: RepositoryBuilder) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    repository.commit({"a": "1"}, "start", minute(1))
    repository.tag("deploy/production/payments/1.0", minute(2))
    for path in (repository.path, *repository.path.rglob("*")):
        os.chown(path, 12345, 12345)
    assert len((await search(repository.path)).rows) == 1


async def test_reading_leaves_the_repository_as_it_was(repository: RepositoryBuilder) -> None:
    commit = repository.commit({"config/a": "1"}, "start", minute(1))
    repository.tag("deploy/production/payments/1.0", minute(2))

    def state(root: Path) -> dict[Path, float]:
        return {path: path.stat().st_mtime for path in root.rglob("*")}

    before = state(repository.path)
    await search(repository.path, kinds=list(ChangeKind), config_paths=["config/**"])
    await get(repository.path, f"commit:{commit}")
    assert state(repository.path) == before
