"""Configuration changes, flag changes and commits."""

from typing import Any

from opsloom.model.deploys import ChangeKind
from opsloom.model.limits import PROVIDER_ROWS_MAX
from tests.adapters.git.asking import get, minute, search
from tests.adapters.git.repository_builder import RepositoryBuilder

SETTINGS: dict[str, Any] = {
    "config_paths": ["config/**"],
    "flag_paths": ["config/flags/*.yaml", "flags"],
    "services": {"services/payments": "payments", "config/edge": "storefront"},
}


async def test_a_commit_that_touches_a_glob_is_a_change_of_that_kind(repository: RepositoryBuilder) -> None:
    repository.commit({"README": "x"}, "start", minute(1))
    config = repository.commit({"config/payments/pool.yaml": "size: 2\n", "docs/x": "1"}, "smaller pool", minute(2))
    flag = repository.commit({"flags/new-client": "on\n"}, "switch it on", minute(3))
    page = await search(repository.path, **SETTINGS)
    assert [(row.kind, row.commit, row.files) for row in page.rows] == [
        (ChangeKind.FLAG, flag, ("flags/new-client",)),
        (ChangeKind.CONFIG, config, ("config/payments/pool.yaml",)),
    ]
    assert [row.author for row in page.rows] == ["developer-a", "developer-a"]
    assert [row.at for row in page.rows] == [minute(3), minute(2)]


async def test_a_commit_of_two_kinds_is_found_under_both(repository: RepositoryBuilder) -> None:
    commit = repository.commit({"config/a.yaml": "1", "config/flags/b.yaml": "2"}, "both", minute(1))
    page = await search(repository.path, **SETTINGS)
    assert {row.ref.native_id: row.files for row in page.rows} == {
        f"flag:{commit}": ("config/flags/b.yaml",),
        f"config:{commit}": ("config/a.yaml", "config/flags/b.yaml"),
    }
    [only] = (await search(repository.path, kinds={ChangeKind.CONFIG}, **SETTINGS)).rows
    assert only.kind is ChangeKind.CONFIG


async def test_plain_commits_are_told_only_to_those_who_ask(repository: RepositoryBuilder) -> None:
    plain = repository.commit({"src/a.py": "1"}, "plain", minute(1))
    config = repository.commit({"config/a.yaml": "1"}, "config", minute(2))
    assert [row.commit for row in (await search(repository.path, **SETTINGS)).rows] == [config]
    page = await search(repository.path, kinds={ChangeKind.COMMIT, ChangeKind.CONFIG}, **SETTINGS)
    assert [(row.kind, row.commit) for row in page.rows] == [
        (ChangeKind.CONFIG, config),
        (ChangeKind.COMMIT, plain),
    ]
    page = await search(repository.path, kinds={ChangeKind.COMMIT}, **SETTINGS)
    assert [row.commit for row in page.rows] == [config, plain]


async def test_the_service_is_that_of_the_longest_folder_or_of_a_folder_named_like_one(
    repository: RepositoryBuilder,
) -> None:
    repository.commit({"config/edge/a.yaml": "1"}, "by table", minute(1))
    repository.commit({"config/production/payments/a.yaml": "1"}, "by name in table", minute(2))
    repository.commit({"config/checkout/a.yaml": "1"}, "by name in tags", minute(3))
    repository.tag("deploy/production/checkout/1.0", minute(3))
    repository.commit({"config/production/a.yaml": "1"}, "of nobody", minute(4))
    repository.commit({"config/edge/b": "1", "config/payments/b": "1"}, "of two", minute(5))
    page = await search(repository.path, kinds={ChangeKind.CONFIG}, **SETTINGS)
    assert {row.title: row.service for row in page.rows} == {
        "by table": "storefront",
        "by name in table": "payments",
        "by name in tags": "checkout",
        "of nobody": None,
        "of two": None,
    }


async def test_a_change_of_no_certain_service_concerns_every_service(repository: RepositoryBuilder) -> None:
    repository.commit({"config/a.yaml": "1"}, "of nobody", minute(1))
    repository.commit({"config/edge/a.yaml": "1"}, "of another", minute(2))
    page = await search(repository.path, of_service="payments", **SETTINGS)
    assert [row.title for row in page.rows] == ["of nobody"]


async def test_a_merge_counts_once_when_the_branch_got_it(repository: RepositoryBuilder) -> None:
    repository.commit({"README": "x"}, "start", minute(1))
    repository.git("checkout", "--quiet", "-b", "topic")
    repository.commit({"config/a.yaml": "1"}, "on a branch", minute(2))
    repository.git("checkout", "--quiet", "main")
    repository.commit({"README": "y"}, "meanwhile", minute(3))
    repository.git("merge", "--quiet", "--no-ff", "--message=merge topic", "topic", at=minute(9))
    [change] = (await search(repository.path, **SETTINGS)).rows
    assert (change.title, change.at, change.files) == ("merge topic", minute(9), ("config/a.yaml",))
    whole = await get(repository.path, change.ref.native_id, **SETTINGS)
    assert whole.files == ("config/a.yaml",)
    assert "+1" in whole.diff


async def test_a_change_round_trips_with_the_diff_of_its_own_files(repository: RepositoryBuilder) -> None:
    repository.commit({"config/pool.yaml": "size: 20\n", "src/a": "1"}, "first", minute(1))
    repository.commit({"config/pool.yaml": "size: 2\n", "src/a": "2"}, "smaller", minute(2))
    smaller, first = (await search(repository.path, **SETTINGS)).rows
    whole = await get(repository.path, smaller.ref.native_id, **SETTINGS)
    assert whole.model_copy(update={"diff": ""}) == smaller
    assert "-size: 20\n+size: 2" in whole.diff
    assert "src/a" not in whole.diff
    assert "+size: 20" in (await get(repository.path, first.ref.native_id, **SETTINGS)).diff
    plain = await get(repository.path, f"commit:{smaller.commit}", **SETTINGS)
    assert (plain.kind, plain.files) == (ChangeKind.COMMIT, ("config/pool.yaml", "src/a"))
    assert "src/a" in plain.diff


async def test_strange_names_of_files_and_people_survive(repository: RepositoryBuilder) -> None:
    files = {'config/ö "q"\n\x01.yaml': "1", "config/" + "a" * 40: "2"}
    repository.commit(files, "weird \x1b[31m subject", minute(1))
    repository.commit({}, "an empty one", minute(2))
    page = await search(repository.path, kinds={ChangeKind.COMMIT}, **SETTINGS)
    assert [row.title for row in page.rows] == ["an empty one", "weird \x1b[31m subject"]
    assert sorted(page.rows[1].files) == sorted(files)
    assert page.rows[0].files == ()


async def test_more_changes_than_are_read_are_admitted(repository: RepositoryBuilder) -> None:
    repository.import_commits(PROVIDER_ROWS_MAX + 1, "config/a", minute(1))
    page = await search(repository.path, limit=PROVIDER_ROWS_MAX + 1, **SETTINGS)
    assert (len(page.rows), page.total, page.complete) == (PROVIDER_ROWS_MAX, None, False)
