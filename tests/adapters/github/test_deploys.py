"""What changed: deployments with their statuses, releases and commits of several repositories."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from opsloom.model.deploys import ChangeKind, Deploy, DeployStatus
from opsloom.model.errors import NotFoundError
from opsloom.model.page import Page
from tests.adapters.github.asking import AT, WEB, Github, call_at, connected, deploy_query, paged
from tests.adapters.github.shapes import GOOD, PRESENT, REPOSITORY, commit, comparison, deployment, file, status

DEPLOYMENTS = f"GET {AT}/deployments"
COMMITS = f"GET {AT}/commits"
DEPLOY = frozenset({ChangeKind.DEPLOY, ChangeKind.ROLLBACK})
COMMIT = frozenset({ChangeKind.COMMIT})


async def search(github: Github, settings: dict[str, Any] | None = None, **asked: Any) -> Page[Deploy]:
    async with connected(github, **(settings or {})) as adapter:
        return await adapter.search_deploys(deploy_query(**asked), call_at())


async def get(github: Github, native_id: str, **settings: Any) -> Deploy:
    async with connected(github, **settings) as adapter:
        return await adapter.get_deploy(native_id, call_at())


async def test_a_deployment_is_mapped_with_its_newest_status() -> None:
    github = Github({DEPLOYMENTS: [deployment(ref="v1.5.0")], f"GET {AT}/deployments/42/statuses": [status("failure")]})
    page = await search(github, kinds=DEPLOY)
    row = page.rows[0]
    assert str(row.ref) == "deploy:code-eu/acme%2Fcheckout%2Fdeployments%2F42"
    assert (row.service, row.environment, row.kind) == ("checkout", "production", ChangeKind.DEPLOY)
    assert (row.status, row.status_raw) == (DeployStatus.FAILED, "failure")
    assert (row.version, row.commit, row.author, row.title) == ("v1.5.0", PRESENT, "oncall-a", "nightly")
    assert row.at == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    assert row.link == f"{WEB}/deployments/production"
    assert github.parameters(f"GET {AT}/deployments/42/statuses") == [{"per_page": "1", "page": "1"}]


@pytest.mark.parametrize(
    ("ref", "version"),
    [("v1.5.0", "v1.5.0"), ("main", PRESENT[:12]), ("release/2", PRESENT[:12]), (PRESENT, PRESENT[:12])],
)
async def test_a_branch_is_no_version(ref: str, version: str) -> None:
    page = await search(Github({DEPLOYMENTS: [deployment(ref=ref)]}), kinds=DEPLOY)
    assert page.rows[0].version == version


async def test_a_deployment_that_nobody_reported_on_has_no_status() -> None:
    row = (await search(Github({DEPLOYMENTS: [deployment(creator=None, description=None)]}), kinds=DEPLOY)).rows[0]
    assert (row.status, row.status_raw, row.author, row.title) == (DeployStatus.UNKNOWN, "", "", "")


@pytest.mark.parametrize(
    "more", [{"task": "rollback"}, {"payload": {"opsloom": {"action": "opsloom-1", "kind": "rollback"}}}]
)
async def test_a_deployment_that_says_so_is_a_rollback(more: dict[str, Any]) -> None:
    github = Github({DEPLOYMENTS: [deployment(42, **more), deployment(41, payload='{"kind": "rollback"}')]})
    page = await search(github, kinds=frozenset({ChangeKind.ROLLBACK}))
    assert [row.ref.native_id for row in page.rows] == [f"{REPOSITORY}/deployments/42"]


async def test_deployments_are_read_back_to_the_start_of_the_window() -> None:
    old = deployment(40, created_at="2026-02-01T00:00:00Z")
    pages = [paged([deployment(42)], more=True), paged([deployment(41), old], more=True)]
    github = Github({DEPLOYMENTS: pages})
    page = await search(github, kinds=DEPLOY, environment="production")
    assert (len(page.rows), page.complete) == (2, True)
    asked = [{"environment": "production", "per_page": "100", "page": number} for number in ("1", "2")]
    assert github.parameters(DEPLOYMENTS) == asked


async def test_the_limit_cuts_and_the_page_after_is_not_fetched() -> None:
    github = Github({DEPLOYMENTS: [paged([deployment(42), deployment(41)], more=True)]})
    page = await search(github, kinds=DEPLOY, limit=1)
    assert (len(page.rows), page.complete) == (1, False)
    assert len(github.asked(DEPLOYMENTS)) == 1
    assert len(github.requests) == 2  # the list and one status: what is cut is not asked for


async def test_environments_that_do_not_count_are_left_out() -> None:
    listed = [deployment(42, environment="github-pages"), deployment(41)]
    page = await search(Github({DEPLOYMENTS: listed}), {"environments": ["production"]}, kinds=DEPLOY)
    assert [row.ref.native_id for row in page.rows] == [f"{REPOSITORY}/deployments/41"]


@pytest.mark.parametrize(
    ("message", "title", "number"),
    [
        ("Pay faster (#12)\n\nlong story", "Pay faster (#12)", "#12"),
        ("Merge pull request #7 from acme/fix\n\nMend the till", "Mend the till", "#7"),
        ("Merge pull request #7 from acme/fix", "Merge pull request #7 from acme/fix", "#7"),
        ("Fix (#12) at last", "Fix (#12) at last", None),
        ("", "", None),
    ],
)
async def test_a_commit_tells_the_pull_request_that_it_merged(message: str, title: str, number: str | None) -> None:
    row = (await search(Github({COMMITS: [commit(message=message)]}), kinds=COMMIT)).rows[0]
    assert (row.title, row.attributes.get("pull_request")) == (title, number)
    assert (row.kind, row.link) == (ChangeKind.COMMIT, f"{WEB}/commit/{PRESENT}")


async def test_commits_are_asked_for_by_time_and_by_the_folder_of_the_service() -> None:
    github = Github({COMMITS: [commit(author={}, committer=None)]})
    services = {"checkout": f"{REPOSITORY}/services/checkout", "cart": f"{REPOSITORY}/services/cart"}
    page = await search(github, {"services": services}, service="checkout", limit=20)
    assert github.parameters(COMMITS) == [
        {
            "since": "2026-03-02T09:21:00Z",
            "until": "2026-03-03T09:21:00Z",
            "path": "services/checkout",
            "per_page": "20",
            "page": "1",
        }
    ]
    assert (page.rows[0].service, page.rows[0].author) == ("checkout", "On call")


async def test_deployments_of_a_repository_with_several_services_may_concern_any() -> None:
    services = {"checkout": REPOSITORY, "cart": REPOSITORY}
    github = Github({DEPLOYMENTS: [deployment()], COMMITS: [commit()]})
    page = await search(github, {"services": services}, service="checkout")
    assert [row.service for row in page.rows] == [None, None]


async def test_kinds_that_are_not_asked_for_cost_no_request() -> None:
    github = Github()
    await search(github, kinds=frozenset({ChangeKind.FLAG}))
    assert github.requests == []
    await search(github, kinds=COMMIT)
    assert [one.url.path for one in github.requests] == [f"{AT}/commits"]


async def test_a_release_is_a_deploy_where_the_operator_says_so() -> None:
    listed = [
        {"id": 9, "tag_name": "v2", "name": "two", "published_at": "2026-03-03T06:00:00Z", "prerelease": True},
        {"id": 10, "tag_name": "v3", "draft": True, "published_at": None},
    ]
    github = Github(
        {f"GET {AT}/releases": listed, f"GET {AT}/releases/9": listed[0], f"GET {AT}/releases/10": listed[1]}
    )
    rows = (await search(github, {"releases": True}, kinds=DEPLOY)).rows
    assert [(row.version, row.title, row.link) for row in rows] == [("v2", "two", f"{WEB}/releases/tag/v2")]
    assert (await get(github, rows[0].ref.native_id)).version == "v2"
    with pytest.raises(NotFoundError, match="draft"):
        await get(github, f"{REPOSITORY}/releases/10")
    assert (await search(github, kinds=DEPLOY)).rows == ()


async def test_several_repositories_are_merged_newest_first_and_one_that_fails_is_named() -> None:
    repositories = [REPOSITORY, "acme/cart", "acme/gone"]
    github = Github(
        {
            COMMITS: [commit(at="2026-03-03T08:00:00Z")],
            "GET /repos/acme/cart/commits": [commit(GOOD, at="2026-03-03T09:00:00Z")],
            "GET /repos/acme/gone/commits": httpx.Response(404, json={"message": "Not Found"}),
        }
    )
    page = await search(github, {"repositories": repositories}, kinds=COMMIT)
    assert [row.service for row in page.rows] == ["cart", "checkout"]
    assert not page.complete
    assert len(page.notes) == 1
    assert page.notes[0].startswith("acme/gone is missing here: ")
    only = await search(github, {"repositories": repositories}, kinds=COMMIT, service="cart")
    assert (len(only.rows), only.complete, only.notes) == (1, True, ())


async def test_an_unknown_service_has_nothing_and_the_known_ones_are_named() -> None:
    github = Github({COMMITS: [commit()]})
    page = await search(github, service="billing")
    assert (page.rows, github.requests) == ((), [])
    assert page.notes == ("no repository has this service; known: checkout",)


async def test_only_the_newest_deployments_are_asked_for_their_status() -> None:
    listed = [deployment(number) for number in range(40, 0, -1)]
    statuses = {f"GET {AT}/deployments/{number}/statuses": [status()] for number in range(1, 41)}
    page = await search(Github({DEPLOYMENTS: listed, **statuses}), kinds=DEPLOY)
    assert [row.status for row in page.rows].count(DeployStatus.SUCCEEDED) == 30
    assert page.notes == ("of 40 deployments only the newest 30 were asked for their status",)


async def test_one_deployment_shows_what_it_changed_of_the_last_good_one() -> None:
    listed = [deployment(42), deployment(41, "c" * 40), deployment(40, GOOD, ref="v1.4.0"), deployment(39, "d" * 40)]
    base = f"{AT}/compare/{GOOD}...{PRESENT}"
    github = Github(
        {
            f"GET {AT}/deployments/42": deployment(42),
            f"GET {AT}/deployments/42/statuses": [status()],
            DEPLOYMENTS: listed,
            f"GET {AT}/deployments/41/statuses": [status("error")],
            f"GET {AT}/deployments/40/statuses": [status("inactive")],
            f"GET {base}": comparison(file("app.py"), file("logo.png", None), commits=[commit(), commit(GOOD)]),
        }
    )
    deploy = await get(github, f"{REPOSITORY}/deployments/42")
    assert deploy.previous_version == "v1.4.0"
    assert deploy.files == ("app.py", "logo.png")
    assert deploy.diff == "--- a/app.py\n+++ b/app.py\n@@ -1 +1 @@\n-a\n+b"
    assert deploy.attributes["commits_ahead"] == "2"
    assert deploy.attributes["comparison"] == f"{WEB}/compare/{GOOD}...{PRESENT}"
    assert github.parameters(f"GET {base}") == [{"per_page": "1"}]


async def test_a_deployment_that_went_back_shows_the_files_that_it_took_back() -> None:
    github = Github(
        {
            f"GET {AT}/deployments/43": deployment(43, GOOD),
            DEPLOYMENTS: [deployment(43, GOOD), deployment(42, PRESENT)],
            f"GET {AT}/deployments/42/statuses": [status()],
            f"GET {AT}/compare/{PRESENT}...{GOOD}": comparison(commits=[], status="behind", behind_by=1),
            f"GET {AT}/compare/{GOOD}...{PRESENT}": comparison(file("app.py")),
        }
    )
    deploy = await get(github, f"{REPOSITORY}/deployments/43")
    assert (deploy.files, deploy.diff) == (("app.py",), "")
    assert deploy.attributes["commits_taken_back"] == "1"


async def test_a_base_that_is_gone_leaves_the_deployment_without_files() -> None:
    github = Github(
        {
            f"GET {AT}/deployments/42": deployment(42),
            DEPLOYMENTS: [deployment(42), deployment(41, GOOD)],
            f"GET {AT}/deployments/41/statuses": [status()],
        }
    )
    deploy = await get(github, f"{REPOSITORY}/deployments/42")
    assert (deploy.previous_version, deploy.files, deploy.diff) == (GOOD[:12], (), "")


async def test_one_commit_shows_its_files_and_a_long_diff_is_cut() -> None:
    long = commit(files=[file(patch="+" * 9_000), *(file(f"{number}.py") for number in range(60))])
    deploy = await get(Github({f"GET {AT}/commits/{PRESENT}": long}), f"{REPOSITORY}/commits/{PRESENT}")
    assert len(deploy.files) == 50
    assert len(deploy.diff) == 4_000
    assert deploy.diff.endswith("(cut here)")


@pytest.mark.parametrize(
    "native_id",
    ["", "42", "acme/other/deployments/42", f"{REPOSITORY}/deployments/x", f"{REPOSITORY}/commits/HEAD", "../../x"],
)
async def test_an_id_of_another_form_or_repository_is_not_asked_for(native_id: str) -> None:
    github = Github()
    with pytest.raises(NotFoundError):
        await get(github, native_id)
    assert github.requests == []


async def test_an_end_of_the_reading_is_said() -> None:
    pages = [paged([deployment(number, environment="staging") for number in range(100)], more=True) for _ in range(10)]
    page = await search(Github({DEPLOYMENTS: pages}), {"environments": ["production"]}, kinds=DEPLOY)
    assert (page.rows, page.complete) == ((), False)
    assert page.notes == (f"{REPOSITORY}: only the newest 1000 were looked through",)
