"""Flags at the edge of the network: requests, pages, what is left out, and shapes."""

import pytest
from pydantic import ValidationError

from opsloom.model.errors import UnexpectedAnswerError
from opsloom.model.flags import FeatureFlag, FlagQuery
from opsloom.model.page import Page
from tests.adapters.unleash.asking import FEATURES, FlagServer, call_at, connected, flags, in_search, listed


async def search(server: FlagServer, text: str | None = None, limit: int = 50, **asked: str) -> Page[FeatureFlag]:
    settings = {name: asked.pop(name) for name in ("project", "web_url") if name in asked}
    async with connected(server, **settings) as adapter:
        return await adapter.search_flags(FlagQuery(text=text, limit=limit, **asked), call_at())


async def test_a_search_is_by_name_and_for_the_rows_that_are_wanted() -> None:
    server = FlagServer({FEATURES: flags(listed("new-pool"))})
    page = await search(server, "new-p", limit=20, project="shop")
    assert server.asked == [
        {
            "query": "new-p",
            "project": "IS:shop",
            "sortBy": "name",
            "sortOrder": "asc",
            "offset": "0",
            "limit": "20",
        }
    ]
    assert page.query == "flags with 'new-p' in the name of project shop"
    assert page.link == "https://unleash.test/shop/search?query=new-p&project=IS%3Ashop"


async def test_the_token_is_sent_as_it_is() -> None:
    server = FlagServer({FEATURES: flags()})
    await search(server)
    assert server.requests[0].headers["authorization"] == "user:look-only"


async def test_no_page_is_larger_than_unleash_gives() -> None:
    server = FlagServer({FEATURES: [flags(*(listed(f"f{n:03}") for n in range(100)), total=150), flags(total=150)]})
    page = await search(server, limit=200)
    assert [(one["offset"], one["limit"]) for one in server.asked] == [("0", "100"), ("100", "100")]
    assert len(page.rows) == 100


async def test_no_page_is_fetched_after_the_limit() -> None:
    server = FlagServer({FEATURES: [flags(listed("a"), listed("b"), total=9)]})
    page = await search(server, limit=2)
    assert ([flag.name for flag in page.rows], page.complete, len(server.requests)) == (["a", "b"], False, 1)


async def test_a_flag_that_only_its_description_names_is_left_out_and_the_next_page_read() -> None:
    server = FlagServer(
        {FEATURES: [flags(listed("other", description="as pool"), total=2), flags(listed("pool"), total=2)]}
    )
    page = await search(server, "pool", limit=1)
    assert [flag.name for flag in page.rows] == ["pool"]


async def test_a_flag_that_the_environment_does_not_have_is_left_out_with_the_names_of_those_there_are() -> None:
    server = FlagServer({FEATURES: flags(listed("a"), listed("b", environments=[in_search("staging", on=True)]))})
    page = await search(server, environment="staging")
    assert [flag.name for flag in page.rows] == ["b"]
    page = await search(server, environment="prod")
    assert (page.rows, page.notes) == ((), ("these flags are in the environments development, production, staging",))


@pytest.mark.parametrize("text", ["new pool", "a,b", "100%", "a\\", "nul\x00", "a&project=IS:x", "d\u00e9j\u00e0"])
async def test_what_no_name_can_hold_is_asked_of_nobody(text: str) -> None:
    server = FlagServer({})
    page = await search(server, text)
    assert (page.rows, page.complete, server.requests) == ((), True, [])
    assert "names of flags hold only" in page.notes[0]


async def test_null_and_absent_fields_are_empty() -> None:
    row = listed("bare", environments=[], tags=None, type="permission")
    del row["description"]
    page = await search(FlagServer({FEATURES: flags(row)}))
    assert (page.rows[0].description, dict(page.rows[0].enabled), page.rows[0].type_raw) == ("", {}, "permission")


async def test_the_link_is_to_where_people_look() -> None:
    server = FlagServer({FEATURES: flags(listed("a.b~c", project="team one"))})
    page = await search(server, web_url="https://flags.example.com")
    assert page.rows[0].link == "https://flags.example.com/projects/team%20one/features/a.b~c"


async def test_an_answer_without_flags_is_no_empty_list() -> None:
    with pytest.raises(UnexpectedAnswerError):
        await search(FlagServer({FEATURES: {"total": 0}}))


@pytest.mark.parametrize(
    "url", ["https://unleash.test/api", "https://unleash.test/api/", "https://unleash.test/api/admin"]
)
async def test_the_address_of_sdks_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="leave /api out"):
        async with connected(base_url=url):
            pass


async def test_a_project_is_one_id() -> None:
    with pytest.raises(ValidationError):
        async with connected(project="a,b"):
            pass
