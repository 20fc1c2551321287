"""Repositories that cannot answer, and settings that cannot work."""

import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from opsloom.model.deploys import ChangeKind
from opsloom.model.errors import (
    ConfigurationError,
    ProviderTimeoutError,
    UnavailableError,
    UnexpectedAnswerError,
)
from opsloom_adapters.git.config import GitConfig
from tests.adapters.git.asking import connected, get, minute, new_call, owners, search
from tests.adapters.git.repository_builder import RepositoryBuilder


async def test_a_folder_that_is_not_there_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="repository is not a folder"):
        async with connected(tmp_path / "missing"):
            pass


async def test_without_git_it_is_a_configuration_error(
    repository: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(repository.path))
    with pytest.raises(ConfigurationError, match="git is not installed"):
        async with connected(repository.path):
            pass


async def test_a_folder_inside_another_repository_does_not_answer_for_it(
    repository: RepositoryBuilder,
) -> None:
    repository.commit({"inner/a": "1"}, "start", minute(1))
    repository.tag("deploy/production/payments/1.0", minute(2))
    with pytest.raises(UnexpectedAnswerError, match="no git repository") as caught:
        await search(repository.path / "inner")
    assert str(repository.path) not in str(caught.value) + caught.value.upstream


async def test_an_empty_repository_is_an_error_and_never_no_deploys(repository: RepositoryBuilder) -> None:
    with pytest.raises(UnexpectedAnswerError, match="no commit at HEAD"):
        await search(repository.path)
    with pytest.raises(UnexpectedAnswerError, match="no commit at HEAD"):
        await owners(repository.path, path="a")


async def test_a_wrong_ref_is_an_error(repository: RepositoryBuilder) -> None:
    repository.commit({"a": "1"}, "start", minute(1))
    with pytest.raises(UnexpectedAnswerError, match="no commit at release"):
        await search(repository.path, ref="release")


async def test_a_repository_that_went_away_is_unavailable(repository: RepositoryBuilder) -> None:
    repository.commit({"a": "1"}, "start", minute(1))
    async with connected(repository.path) as adapter:
        repository.path.rename(repository.path.parent / "elsewhere")
        with pytest.raises(UnavailableError):
            await adapter.probe(new_call())


async def test_a_broken_object_store_is_an_error(repository: RepositoryBuilder) -> None:
    commit = repository.commit({"config/a": "1"}, "start", minute(1))
    tree = repository.git("rev-parse", f"{commit}^{{tree}}")
    (repository.path / ".git/objects" / tree[:2] / tree[2:]).unlink()
    with pytest.raises(UnexpectedAnswerError, match="git log failed"):
        await search(repository.path, config_paths=["config/**"])


async def test_a_git_that_does_not_end_is_stopped_at_the_deadline(
    repository: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit({"a": "1"}, "start", minute(1))
    programs = repository.path.parent / "bin"
    programs.mkdir()
    pid = programs / "pid"
    (programs / "git").write_text(f"#!/bin/sh\necho $$ > {pid}\nexec /bin/sleep 600\n")
    (programs / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    with pytest.raises(ProviderTimeoutError):
        await search(repository.path, call=new_call(seconds=0.5))
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


async def test_a_shallow_clone_answers_and_says_that_it_is_not_all(repository: RepositoryBuilder) -> None:
    repository.commit({"config/a": "1"}, "one", minute(1))
    repository.commit({"config/a": "2"}, "two", minute(2))
    clone = repository.clone("clone", "--depth=1")
    page = await search(clone, kinds={ChangeKind.CONFIG}, config_paths=["config/**"])
    assert [row.title for row in page.rows] == ["two"]
    assert not page.complete
    assert "shallow" in page.notes[0]


async def test_a_partial_clone_is_an_error_where_it_lacks_files_and_fetches_nothing(
    repository: RepositoryBuilder,
) -> None:
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.commit({"config/a": "1"}, "one", minute(1))
    clone = repository.clone("clone.git", "--bare", "--filter=blob:none")
    [row] = (await search(clone, config_paths=["config/**"])).rows
    assert row.files == ("config/a",)
    with pytest.raises(UnexpectedAnswerError, match="git show failed"):
        await get(clone, row.ref.native_id, config_paths=["config/**"])


async def test_a_bare_repository_answers_as_its_work_tree_does(repository: RepositoryBuilder) -> None:
    repository.commit({"config/a": "1", "CODEOWNERS": "* @shop/payments\n"}, "one", minute(1))
    repository.tag("deploy/production/payments/1.0", minute(2))
    bare = repository.clone("shop.git", "--bare")
    settings: dict[str, Any] = {"config_paths": ["config/**"]}
    assert (await search(bare, **settings)).rows == (await search(repository.path, **settings)).rows
    assert (await owners(bare, path="a")).rows == (await owners(repository.path, path="a")).rows


async def test_a_linked_work_tree_answers(repository: RepositoryBuilder) -> None:
    repository.commit({"a": "1"}, "one", minute(1))
    repository.tag("deploy/production/payments/1.0", minute(2))
    linked = repository.path.parent / "linked"
    repository.git("worktree", "add", "--quiet", str(linked))
    assert len((await search(linked)).rows) == 1


async def test_the_probe_tells_the_version_of_git(repository: RepositoryBuilder) -> None:
    repository.commit({"a": "1"}, "one", minute(1))
    async with connected(repository.path) as adapter:
        probe = await adapter.probe(new_call())
    assert repository.git("version").endswith(probe.version)


@pytest.mark.parametrize(
    "settings",
    [
        {"tag_pattern": "deploy/{service}"},
        {"tag_pattern": "{version}/{version}"},
        {"tag_pattern": "{version}/{team}"},
        {"tag_pattern": "-{version}"},
        {"tag_pattern": "deploy/*/{version}"},
        {"deployments_file": "../deployments.jsonl"},
        {"deployments_file": "/etc/passwd"},
        {"config_paths": ["../config"]},
        {"ref": "--output=x"},
        {"ref": "HEAD^{/x}"},
        {"ref": "a..b"},
        {"web_url": "file:///x"},
        {"web_style": "svn"},
        {"unheard_of": 1},
    ],
)
def test_a_setting_that_cannot_work_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        GitConfig.model_validate({"adapter": "git", "repository": "shop", **settings})
