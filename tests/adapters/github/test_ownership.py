"""Who owns services and paths, by CODEOWNERS."""

from typing import Any

import httpx
import pytest

from opsloom.model.errors import InvalidRequestError, NotFoundError
from opsloom.model.ownership import Ownership, OwnershipQuery, Service, ServiceQuery
from opsloom.model.page import Page
from tests.adapters.github.asking import AT, NOW, WEB, Github, call_at, connected
from tests.adapters.github.shapes import REPOSITORY, content, repository

OWNERS = "* @acme/platform\n/services/checkout/ @acme/payments oncall-a@acme.example\n/docs/\n*.sql @oncall-a\n"
FIRST = f"GET {AT}/contents/.github/CODEOWNERS"
SECOND = f"GET {AT}/contents/CODEOWNERS"
THIRD = f"GET {AT}/contents/docs/CODEOWNERS"


async def owners(github: Github, settings: dict[str, Any] | None = None, **asked: Any) -> Page[Ownership]:
    async with connected(github, **(settings or {})) as adapter:
        return await adapter.get_ownership(OwnershipQuery(at=NOW, **asked), call_at())


async def services(github: Github, settings: dict[str, Any] | None = None, **asked: Any) -> Page[Service]:
    async with connected(github, **(settings or {})) as adapter:
        return await adapter.search_services(ServiceQuery(**{"limit": 10, **asked}), call_at())


async def test_the_last_line_that_matches_a_path_decides() -> None:
    page = await owners(Github({SECOND: content(OWNERS)}), path="services/checkout/app.py")
    row = page.rows[0]
    assert [team.name for team in row.teams] == ["payments", "oncall-a@acme.example"]
    assert row.matched_by == f"{REPOSITORY} CODEOWNERS line 2: /services/checkout/"
    assert row.service is not None
    assert row.service.name == "checkout"
    assert page.link == f"{WEB}/blob/HEAD/CODEOWNERS#L2"


async def test_a_line_without_owners_says_that_nobody_owns_it() -> None:
    page = await owners(Github({SECOND: content(OWNERS)}), path="docs/a.md")
    assert page.rows[0].teams == ()
    assert page.rows[0].matched_by.endswith("line 3: /docs/")


@pytest.mark.parametrize(
    ("place", "read"),
    [(FIRST, 1), (SECOND, 2), (THIRD, 3)],
)
async def test_the_file_is_looked_for_where_github_looks(place: str, read: int) -> None:
    github = Github({place: content("* @acme/platform")})
    assert (await owners(github, path="a.py")).rows[0].teams[0].name == "platform"
    assert len(github.requests) == read


async def test_a_repository_without_the_file_owns_nothing_and_says_so() -> None:
    github = Github({f"GET {AT}": repository()})
    assert (await owners(github, path="a.py")).rows == ()
    page = await owners(github, service="checkout")
    assert page.rows[0].matched_by == f"{REPOSITORY}: settings"
    assert page.notes == (f"no CODEOWNERS file in {REPOSITORY}",)


async def test_a_repository_out_of_sight_is_no_repository_without_owners() -> None:
    with pytest.raises(NotFoundError, match="credential may not see"):
        await owners(Github(), service="checkout")


async def test_a_service_has_the_owner_of_its_folder() -> None:
    settings = {"services": {"checkout": f"{REPOSITORY}/services/checkout", "shop": REPOSITORY}}
    github = Github({SECOND: content(OWNERS)})
    page = await owners(github, settings, service="checkout")
    assert page.rows[0].teams[0].name == "payments"
    assert page.link == f"{WEB}/blob/HEAD/CODEOWNERS#L2"
    found = await services(github, settings)
    assert [(one.name, one.owner) for one in found.rows] == [("checkout", "payments"), ("shop", "platform")]
    assert found.rows[0].link == f"{WEB}/blob/HEAD/services/checkout"
    path = await owners(github, settings, path="services/checkout/app.py")
    assert path.rows[0].service is not None
    assert path.rows[0].service.name == "checkout"


async def test_an_unknown_service_has_no_owner_and_costs_no_request() -> None:
    github = Github({SECOND: content(OWNERS)})
    assert (await owners(github, service="billing")).rows == ()
    assert github.requests == []


@pytest.mark.parametrize(
    "path",
    [
        f"{REPOSITORY}/services/checkout/app.py",
        f"{WEB}/blob/main/services/checkout/app.py",
        "/services/checkout/app.py",
    ],
)
async def test_a_path_may_name_its_repository(path: str) -> None:
    github = Github({SECOND: content(OWNERS), "GET /repos/acme/cart/contents/CODEOWNERS": content("*.js @acme/web")})
    page = await owners(github, {"repositories": [REPOSITORY, "acme/cart"]}, path=path)
    assert [row.teams[0].name for row in page.rows] == ["payments"]
    asked = {request.url.path.split("/")[3] for request in github.requests}
    assert asked == ({"checkout", "cart"} if path.startswith("/") else {"checkout"})


@pytest.mark.parametrize("path", ["../x", "a/../../x", "", "a\nb"])
async def test_a_path_that_leads_elsewhere_is_refused(path: str) -> None:
    github = Github()
    with pytest.raises(InvalidRequestError):
        await owners(github, path=path)
    assert github.requests == []


async def test_a_line_that_cannot_be_read_hides_no_other_owner() -> None:
    page = await owners(Github({SECOND: content("* @acme/platform\n[a-  @acme/x\n")}), path="a.py")
    assert page.rows[0].teams[0].name == "platform"
    assert page.notes == (f"{REPOSITORY} CODEOWNERS: the pattern cannot be read in line 2",)


async def test_services_are_filtered_by_name_and_cut() -> None:
    github = Github({f"GET /repos/acme/{name}/contents/CODEOWNERS": content("* @acme/x") for name in ("cart", "pay")})
    settings = {"repositories": ["acme/cart", "acme/pay"]}
    assert [one.name for one in (await services(github, settings, text="CAR")).rows] == ["cart"]
    cut = await services(github, settings, limit=1)
    assert (len(cut.rows), cut.total, cut.complete) == (1, 2, False)


async def test_a_file_that_is_sent_without_content_is_no_empty_one() -> None:
    reply = httpx.Response(200, json={**content(OWNERS), "encoding": "none", "content": ""})
    with pytest.raises(Exception, match="no content"):
        await owners(Github({FIRST: reply}), path="a.py")
