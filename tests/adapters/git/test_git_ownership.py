"""CODEOWNERS and the services table."""

from pathlib import Path
from typing import Any

import pytest

from opsloom.model.errors import InvalidRequestError
from opsloom.model.ownership import ServiceQuery, Team
from tests.adapters.git.asking import connected, minute, new_call, owners
from tests.adapters.git.repository_builder import RepositoryBuilder

WEB = "https://git.example.com/shop/shop"
CODEOWNERS = """# who owns what
*                    @shop/platform
/services/payments/  @shop/payments  @developer-a
*.md                 docs@example.com
/services/free/
"""


@pytest.fixture
def owned(repository: RepositoryBuilder) -> Path:
    repository.commit({".github/CODEOWNERS": CODEOWNERS, "CODEOWNERS": "* @nobody\n"}, "start", minute(1))
    return repository.path


async def test_the_last_matching_line_names_the_owners_and_is_named(owned: Path) -> None:
    page = await owners(owned, path="services/payments/app.py", web_url=WEB)
    [row] = page.rows
    assert row.teams == (
        Team(name="payments", title="@shop/payments"),
        Team(name="@developer-a", title="@developer-a", members=("@developer-a",)),
    )
    assert row.matched_by == ".github/CODEOWNERS line 3: /services/payments/"
    assert row.service is None
    assert page.link is not None
    assert page.link.startswith(f"{WEB}/blob/")
    assert page.link.endswith("/.github/CODEOWNERS#L3")


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("services/payments/README.md", "docs@example.com"),
        ("./services//payments/app.py", "payments"),
        ("services/payments/", "payments"),
        ("anything", "platform"),
    ],
)
async def test_paths_are_normalised(owned: Path, path: str, owner: str) -> None:
    [row] = (await owners(owned, path=path)).rows
    assert row.teams[0].name == owner


async def test_an_absolute_path_inside_the_work_tree_is_made_relative(owned: Path) -> None:
    [row] = (await owners(owned, path=str(owned / "services/payments/app.py"))).rows
    assert row.teams[0].name == "payments"


@pytest.mark.parametrize("path", ["../x", "services/../../x", "/etc/passwd", ".", "/", "a\x00b", "a\nb"])
async def test_a_path_that_leads_out_is_refused(owned: Path, path: str) -> None:
    with pytest.raises(InvalidRequestError, match="such as services/payments/"):
        await owners(owned, path=path)


async def test_a_line_without_owners_means_that_nobody_owns_it(owned: Path) -> None:
    [row] = (await owners(owned, path="services/free/app.py")).rows
    assert row.teams == ()
    assert row.matched_by == ".github/CODEOWNERS line 5: /services/free/"


async def test_a_service_of_the_table_has_the_owners_of_its_folder(owned: Path) -> None:
    services = {"services/payments": "payments"}
    [row] = (await owners(owned, service="payments", services=services)).rows
    assert row.service is not None
    assert (row.service.name, row.service.owner) == ("payments", "payments")
    assert str(row.service.ref) == "service:code/payments"
    [by_path] = (await owners(owned, path="services/payments/app.py", services=services)).rows
    assert by_path.service == row.service
    assert (await owners(owned, service="checkout", services=services)).rows == ()


async def test_the_services_of_the_table_are_listed_with_their_owners(owned: Path) -> None:
    settings: dict[str, Any] = {
        "services": {"services/payments": "payments", "services/free": "free"},
        "service": "shop",
    }
    async with connected(owned, **settings) as adapter:
        page = await adapter.search_services(ServiceQuery(limit=10), new_call())
        assert [(row.name, row.owner) for row in page.rows] == [
            ("free", None),
            ("payments", "payments"),
            ("shop", "platform"),
        ]
        page = await adapter.search_services(ServiceQuery(text="PAY", limit=10), new_call())
        assert [row.name for row in page.rows] == ["payments"]
        page = await adapter.search_services(ServiceQuery(limit=1), new_call())
        assert (len(page.rows), page.total, page.complete) == (1, 3, False)


async def test_without_a_file_nobody_is_known_and_the_answer_says_why(repository: RepositoryBuilder) -> None:
    repository.commit({"a": "1"}, "start", minute(1))
    page = await owners(repository.path, path="a")
    assert page.rows == ()
    assert page.notes == ("the repository has no CODEOWNERS file at HEAD",)


async def test_one_bad_line_does_not_hide_the_others(repository: RepositoryBuilder) -> None:
    repository.commit({"CODEOWNERS": "* @shop/platform\n/[] @x\n/[ @x\n/src @shop/src\n"}, "a", minute(1))
    page = await owners(repository.path, path="src/a")
    [row] = page.rows
    assert (row.teams[0].name, row.matched_by) == ("src", "CODEOWNERS line 4: /src")
    assert not page.complete
    assert page.notes == ("CODEOWNERS: the pattern cannot be read in line 2, 3",)


async def test_each_section_of_gitlab_names_its_owners(repository: RepositoryBuilder) -> None:
    text = "* @shop/platform\n[Security]\n/src @shop/security\n[Docs]\n*.md @shop/docs\n"
    repository.commit({".gitlab/CODEOWNERS": text}, "start", minute(1))
    page = await owners(repository.path, path="src/a.md", web_style="gitlab")
    assert {row.teams[0].name for row in page.rows} == {"platform", "security", "docs"}


async def test_owners_are_read_at_the_ref(repository: RepositoryBuilder) -> None:
    repository.commit({"CODEOWNERS": "* @shop/old\n"}, "start", minute(1))
    repository.git("branch", "stable")
    repository.commit({"CODEOWNERS": "* @shop/new\n"}, "new owner", minute(2))
    repository.write({"CODEOWNERS": "* @shop/not-committed\n"})
    [row] = (await owners(repository.path, path="a")).rows
    assert row.teams[0].name == "new"
    [row] = (await owners(repository.path, path="a", ref="stable")).rows
    assert row.teams[0].name == "old"
