"""How a ticket query is asked in JQL, page by page, and what is done about what Jira cannot filter."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from opsloom.model.errors import AuthenticationError, InvalidRequestError, RateLimitedError, UnexpectedAnswerError
from opsloom.model.page import Page
from opsloom.model.tickets import Ticket, TicketStatus
from tests.adapters.jira.asking import SEARCH, Jira, call_at, connected, document, found, issue, ticket_query

WINDOW = "updated >= 1772443260000 AND updated <= 1772529660000"
NEWEST = "ORDER BY updated DESC"


async def search(jira: Jira, settings: dict[str, Any] | None = None, **asked: Any) -> Page[Ticket]:
    async with connected(jira, **(settings or {})) as adapter:
        return await adapter.search_tickets(ticket_query(**asked), call_at())


async def jql_of(settings: dict[str, Any] | None = None, **asked: Any) -> str:
    jira = Jira({SEARCH: found()})
    page = await search(jira, settings, **asked)
    sent: str = jira.body()["jql"]
    assert page.query == sent
    return sent


async def test_the_window_is_asked_for_in_milliseconds_newest_first() -> None:
    assert await jql_of() == f"{WINDOW} {NEWEST}"


async def test_the_fields_are_asked_for_and_no_deprecated_endpoint() -> None:
    jira = Jira({SEARCH: found()})
    await search(jira, {"service_field": "customfield_10050"}, limit=7)
    assert jira.asked == [SEARCH]
    body = jira.body()
    assert body["maxResults"] == 7
    assert "nextPageToken" not in body
    assert {"summary", "description", "status", "updated", "customfield_10050"} <= set(body["fields"])


async def test_projects_restrict_every_search() -> None:
    assert await jql_of({"projects": ["OPS", "PAY"]}) == f'project in ("OPS", "PAY") AND {WINDOW} {NEWEST}'


async def test_statuses_are_asked_for_by_the_ids_of_their_categories() -> None:
    statuses = frozenset({TicketStatus.OPEN, TicketStatus.CLOSED})
    assert await jql_of(statuses=statuses) == f"{WINDOW} AND statusCategory in (2, 3) {NEWEST}"
    others = frozenset({TicketStatus.IN_PROGRESS, TicketStatus.UNKNOWN})
    assert await jql_of(statuses=others) == f"{WINDOW} AND statusCategory in (1, 4) {NEWEST}"


async def test_text_is_a_phrase_in_title_and_description() -> None:
    words = r'"\"checkout is slow\""'
    assert await jql_of(text="checkout  is\tslow") == (
        f"{WINDOW} AND (summary ~ {words} OR description ~ {words}) {NEWEST}"
    )


@pytest.mark.parametrize(
    ("hostile", "within"),
    [
        ('x" OR project = SECRET OR summary ~ "y', "x OR project = SECRET OR summary ~ y"),
        ("back\\slash", "back slash"),
        ('\\" OR 1', "OR 1"),
        ("a\nb\x00c", "a b c"),
        ("fuzzy~ wild* (a OR b) [x TO y]", "fuzzy~ wild* (a OR b) [x TO y]"),
    ],
)
async def test_hostile_text_stays_within_its_phrase(hostile: str, within: str) -> None:
    phrase = f'"\\"{within}\\""'
    assert await jql_of(text=hostile) == f"{WINDOW} AND (summary ~ {phrase} OR description ~ {phrase}) {NEWEST}"


async def test_text_without_words_is_filtered_by_us() -> None:
    jira = Jira({SEARCH: found(issue(7, summary="5 %% off"), issue(8))})
    page = await search(jira, text="%%")
    assert jira.body()["jql"] == f"{WINDOW} {NEWEST}"
    assert [ticket.key for ticket in page.rows] == ["OPS-7"]


@pytest.mark.parametrize(
    ("settings", "condition"),
    [
        ({"service_field": "components"}, 'component = "checkout"'),
        ({"service_field": "labels"}, 'labels = "checkout"'),
        ({"service_field": "customfield_10050"}, 'cf[10050] = "checkout"'),
        ({"service_field": "customfield_10050", "service_field_type": "labels"}, 'cf[10050] = "checkout"'),
        ({"service_field": "customfield_10050", "service_field_type": "text"}, r'cf[10050] ~ "\"checkout\""'),
        ({}, r'(summary ~ "\"checkout\"" OR description ~ "\"checkout\"")'),
    ],
)
async def test_a_service_is_asked_for_where_the_settings_say(settings: dict[str, Any], condition: str) -> None:
    assert await jql_of(settings, service="checkout") == f"{WINDOW} AND {condition} {NEWEST}"


async def test_a_hostile_service_stays_a_string() -> None:
    hostile = 'a" OR labels = "b\\\r\n'
    assert await jql_of({"service_field": "labels"}, service=hostile) == (
        WINDOW + r' AND labels = "a\" OR labels = \"b\\\u000d\u000a" ' + NEWEST
    )


async def test_pages_are_followed_by_their_token() -> None:
    jira = Jira({SEARCH: (found(issue(7), token="t2"), found(issue(8)))})
    page = await search(jira)
    assert [ticket.key for ticket in page.rows] == ["OPS-7", "OPS-8"]
    assert (page.complete, page.total) == (True, 2)
    assert jira.body()["nextPageToken"] == "t2"


async def test_a_page_that_is_not_needed_is_not_fetched() -> None:
    jira = Jira({SEARCH: (found(issue(7), issue(8), token="t2"),)})
    page = await search(jira, limit=1)
    assert ([ticket.key for ticket in page.rows], page.complete, page.total) == (["OPS-7"], False, None)
    assert len(jira.requests) == 1


async def test_a_last_page_that_has_a_token_is_the_last() -> None:
    jira = Jira({SEARCH: ({"issues": [issue(7)], "nextPageToken": "t2", "isLast": True},)})
    assert (await search(jira)).complete


async def test_what_jira_found_otherwise_is_left_out_and_more_is_read() -> None:
    comment_only = issue(7, summary="other", description=document("nothing"))
    jira = Jira({SEARCH: (found(comment_only, token="t2"), found(issue(8)))})
    page = await search(jira, text="checkout", limit=1)
    assert [ticket.key for ticket in page.rows] == ["OPS-8"]
    assert jira.body(0)["maxResults"] == 100
    assert page.notes == (
        "Jira finds whole words of titles and descriptions: parts of words and comments were not searched",
    )


async def test_of_several_components_the_one_that_is_asked_for_is_the_service() -> None:
    several = issue(7, components=[{"id": "1", "name": "web"}, {"id": "2", "name": "Checkout"}])
    settings = {"service_field": "components"}
    assert (await search(Jira({SEARCH: found(several)}), settings, service="checkout")).rows[0].service == "Checkout"
    assert (await search(Jira({SEARCH: found(several)}), settings)).rows[0].service == "web"


def refusal(message: str) -> httpx.Response:
    return httpx.Response(400, json={"errorMessages": [message], "warningMessages": []})


async def test_a_service_that_the_field_does_not_have_has_no_tickets_and_that_is_said() -> None:
    said = "The value 'no-such' does not exist for the field 'component'."
    page = await search(Jira({SEARCH: refusal(said)}), {"service_field": "components"}, service="no-such")
    assert (page.rows, page.total, page.complete) == ((), 0, True)
    assert page.notes == ("no ticket of jira-eu can be of this service: its components has no such value",)


async def test_any_other_refusal_of_the_search_is_an_error() -> None:
    said = "The value 'OPS' does not exist for the field 'project'."
    settings = {"projects": ["OPS"], "service_field": "components"}
    with pytest.raises(InvalidRequestError, match="refused the search") as refused:
        await search(Jira({SEARCH: refusal(said)}), settings, service="checkout")
    assert "does not exist" in refused.value.upstream


async def test_an_expired_token_is_no_empty_search() -> None:
    """Jira answers 200 with no issues, as to an anonymous visitor; one header tells."""
    reply = httpx.Response(200, json=found(), headers={"x-seraph-loginreason": "AUTHENTICATED_FAILED"})
    with pytest.raises(AuthenticationError, match="did not take the credential"):
        await search(Jira({SEARCH: reply}))


async def test_an_answer_without_issues_is_no_empty_search() -> None:
    with pytest.raises(UnexpectedAnswerError):
        await search(Jira({SEARCH: {"isLast": True}}))


async def test_what_is_left_of_the_rate_limit_is_told() -> None:
    headers = {"x-ratelimit-limit": "350", "x-ratelimit-remaining": "349", "x-ratelimit-reset": "2026-03-03T09:22Z"}
    call = call_at()
    async with connected(Jira({SEARCH: httpx.Response(200, json=found(), headers=headers)})) as adapter:
        await adapter.search_tickets(ticket_query(), call)
    assert call.quota is not None
    assert (call.quota.limit, call.quota.remaining, call.quota.resets_in_seconds) == (350, 349, None)


async def test_a_rate_limit_that_is_used_up_says_when_to_come_back() -> None:
    with pytest.raises(RateLimitedError) as limited:
        await search(Jira({SEARCH: httpx.Response(429, headers={"retry-after": "3600"})}))
    assert limited.value.retry_after_seconds == 3_600


async def test_the_link_opens_the_same_search() -> None:
    page = await search(Jira({SEARCH: found()}), {"web_url": "https://shop.example.com"}, text="a b")
    assert page.link is not None
    address = urlsplit(page.link)
    assert (address.netloc, address.path) == ("shop.example.com", "/issues/")
    assert parse_qs(address.query) == {"jql": [page.query]}
