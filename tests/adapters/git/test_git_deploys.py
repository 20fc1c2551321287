"""Deploys that are told by tags."""

import pytest

from opsloom.model.deploys import ChangeKind, DeployStatus
from opsloom.model.errors import NotFoundError
from opsloom.model.limits import DIFF_MAX_CHARS, FILES_PER_CHANGE_MAX
from tests.adapters.git.asking import get, minute, new_call, search
from tests.adapters.git.repository_builder import RepositoryBuilder

WEB = "https://git.example.com/shop/shop"


def deploy_twice(repository: RepositoryBuilder) -> tuple[str, str]:
    """payments 1.0 and 1.1 in production, with a change of another service in between."""
    first = repository.commit({"payments/app.py": "pool = 20\n", "docs/a.md": "a\n"}, "start the shop", minute(1))
    repository.tag("deploy/production/payments/1.0", minute(2), message="ship payments 1.0")
    repository.commit({"checkout/app.py": "x\n"}, "checkout: start", minute(3))
    second = repository.commit({"payments/app.py": "pool = 2\n"}, "payments: smaller pool", minute(4))
    repository.tag("deploy/production/payments/1.1", minute(5), message="ship payments 1.1")
    return first, second


async def test_an_annotated_tag_is_a_deploy_at_the_time_of_tagging(repository: RepositoryBuilder) -> None:
    first, second = deploy_twice(repository)
    page = await search(repository.path, web_url=WEB)
    newest, oldest = page.rows
    assert (page.total, page.complete, page.link) == (2, True, f"{WEB}/tags")
    assert str(newest.ref) == "deploy:code/tag%3Adeploy%2Fproduction%2Fpayments%2F1.1"
    assert (newest.kind, newest.status, newest.at) == (
        ChangeKind.DEPLOY,
        DeployStatus.SUCCEEDED,
        minute(5),
    )
    assert (newest.service, newest.environment, newest.version) == ("payments", "production", "1.1")
    assert (newest.previous_version, newest.commit) == ("1.0", second)
    assert (newest.author, newest.title) == ("release-bot", "ship payments 1.1")
    assert newest.link == f"{WEB}/commit/{second}"
    assert (oldest.version, oldest.previous_version, oldest.commit) == ("1.0", "", first)


async def test_a_light_tag_counts_from_its_commit(repository: RepositoryBuilder) -> None:
    repository.commit({"a": "1"}, "payments: first", minute(1))
    repository.tag("deploy/production/payments/1.0", minute(9))
    [deploy] = (await search(repository.path)).rows
    assert (deploy.at, deploy.author, deploy.title) == (minute(1), "developer-a", "payments: first")


async def test_a_search_carries_files_and_a_get_carries_the_diff(repository: RepositoryBuilder) -> None:
    deploy_twice(repository)
    newest, oldest = (await search(repository.path)).rows
    assert (newest.files, newest.diff) == (("checkout/app.py", "payments/app.py"), "")
    assert oldest.files == ()
    whole = await get(repository.path, newest.ref.native_id)
    assert whole.model_copy(update={"diff": ""}) == newest
    assert "-pool = 20\n+pool = 2" in whole.diff
    assert "checkout/app.py" in whole.diff


async def test_files_and_diff_are_limited_to_the_folders_of_the_service(
    repository: RepositoryBuilder,
) -> None:
    deploy_twice(repository)
    deploy = await get(repository.path, "tag:deploy/production/payments/1.1", services={"payments": "payments"})
    assert deploy.files == ("payments/app.py",)
    assert "+pool = 2" in deploy.diff
    assert "checkout" not in deploy.diff


async def test_long_differences_are_cut_and_say_so(repository: RepositoryBuilder) -> None:
    repository.commit({"a": "1"}, "start", minute(1))
    repository.tag("deploy/production/payments/1.0", minute(2))
    repository.commit({f"src/{n}.py": "wörter\n" * 500 for n in range(60)}, "much", minute(3))
    repository.tag("deploy/production/payments/1.1", minute(4))
    deploy = await get(repository.path, "tag:deploy/production/payments/1.1")
    assert len(deploy.files) == FILES_PER_CHANGE_MAX
    assert len(deploy.diff) == DIFF_MAX_CHARS
    assert deploy.diff.endswith("(cut here)")


async def test_the_window_is_half_open_and_reaches_back_for_the_previous_version(
    repository: RepositoryBuilder,
) -> None:
    deploy_twice(repository)
    [deploy] = (await search(repository.path, window=(minute(3), minute(6)))).rows
    assert (deploy.version, deploy.previous_version) == ("1.1", "1.0")
    assert (await search(repository.path, window=(minute(3), minute(5)))).rows == ()
    assert len((await search(repository.path, window=(minute(5), minute(6)))).rows) == 1


async def test_service_and_environment_filter_and_history_is_kept_apart(
    repository: RepositoryBuilder,
) -> None:
    deploy_twice(repository)
    repository.tag("deploy/staging/payments/1.2", minute(6), message="try")
    [staging] = (await search(repository.path, in_environment="staging")).rows
    assert (staging.version, staging.previous_version) == ("1.2", "")
    assert len((await search(repository.path, of_service="payments")).rows) == 3
    assert (await search(repository.path, of_service="checkout")).rows == ()


async def test_more_matches_than_the_limit_are_counted_and_admitted(repository: RepositoryBuilder) -> None:
    deploy_twice(repository)
    page = await search(repository.path, limit=1)
    assert [row.version for row in page.rows] == ["1.1"]
    assert (page.total, page.complete) == (2, False)


@pytest.mark.parametrize(
    ("pattern", "tag", "service", "version"),
    [
        ("{service}-v{version}", "pay-v2-api-v1.2", "pay-v2-api", "1.2"),
        ("release.{version}+{service}", "release.7+inventory", "inventory", "7"),
        ("v{version}", "v3.4", "the-only-one", "3.4"),
    ],
)
async def test_other_patterns_name_other_parts(
    repository: RepositoryBuilder, pattern: str, tag: str, service: str, version: str
) -> None:
    repository.commit({"a": "1"}, "start", minute(1))
    repository.tag(tag, minute(2))
    repository.tag("unrelated", minute(2))
    page = await search(repository.path, tag_pattern=pattern, service="the-only-one", environment="production")
    [deploy] = page.rows
    assert (deploy.service, deploy.environment, deploy.version) == (service, "production", version)


async def test_a_tag_of_no_commit_is_no_deploy(repository: RepositoryBuilder) -> None:
    repository.commit({"a": "1"}, "start", minute(1))
    repository.tag("deploy/production/payments/1.0", minute(2), commit="HEAD^{tree}")
    assert (await search(repository.path)).rows == ()


@pytest.mark.parametrize(
    "native_id",
    [
        "tag:deploy/production/payments/9.9",
        "tag:--output=x",
        "tag:../../../etc/passwd",
        "file:0",
        "commit:HEAD",
        "commit:--output=x",
        "commit:" + "0" * 40,
        "config:" + "0" * 40,
        "",
        "nonsense",
    ],
)
async def test_an_id_that_no_search_gave_is_not_found(repository: RepositoryBuilder, native_id: str) -> None:
    deploy_twice(repository)
    with pytest.raises(NotFoundError):
        await get(repository.path, native_id)


async def test_the_number_of_git_processes_does_not_depend_on_the_number_of_deploys(
    repository: RepositoryBuilder,
) -> None:
    deploy_twice(repository)
    few = new_call()
    await search(repository.path, call=few)
    for number in range(30):
        repository.tag(f"deploy/production/payments/2.{number}", minute(10 + number))
    many = new_call()
    page = await search(repository.path, call=many)
    assert len(page.rows) == 32
    assert len(many.exchanges) == len(few.exchanges)


@pytest.mark.parametrize(
    ("style", "commit", "tags"),
    [
        ("github", "/commit/", "/tags"),
        ("gitlab", "/-/commit/", "/-/tags"),
        ("gitea", "/commit/", "/tags"),
    ],
)
async def test_links_are_those_of_the_configured_host(
    repository: RepositoryBuilder, style: str, commit: str, tags: str
) -> None:
    _, second = deploy_twice(repository)
    page = await search(repository.path, web_url=WEB, web_style=style)
    assert (page.rows[0].link, page.link) == (f"{WEB}{commit}{second}", f"{WEB}{tags}")


async def test_more_tags_than_are_read_are_admitted(
    repository: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("opsloom_adapters.git.tags.GIT_TAGS_MAX", 1)
    deploy_twice(repository)
    page = await search(repository.path)
    assert ([row.version for row in page.rows], page.total, page.complete) == (["1.1"], None, False)
    assert page.notes == ("only the newest 1 deploy tags were read",)
