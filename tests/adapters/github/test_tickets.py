"""Issues: which requests a question becomes, and what becomes of the answers."""

from datetime import UTC, datetime
from typing import Any

import pytest

from opsloom.model.errors import NotFoundError
from opsloom.model.page import Page
from opsloom.model.tickets import Ticket, TicketStatus
from tests.adapters.github.asking import AT, WEB, Github, call_at, connected, paged, ticket_query
from tests.adapters.github.shapes import REPOSITORY, comment, issue, user

ISSUES = f"GET {AT}/issues"
ISSUE = f"GET {AT}/issues/42"
COMMENTS = f"GET {AT}/issues/42/comments"


async def search(github: Github, settings: dict[str, Any] | None = None, **asked: Any) -> Page[Ticket]:
    async with connected(github, **(settings or {})) as adapter:
        return await adapter.search_tickets(ticket_query(**asked), call_at())


async def get(github: Github, native_id: str = f"{REPOSITORY}#42") -> Ticket:
    async with connected(github) as adapter:
        return await adapter.get_ticket(native_id, call_at())


async def test_an_issue_is_mapped() -> None:
    heard = issue(
        labels=[{"name": "P1"}, {"name": "bug"}], assignees=[user("oncall-b"), user("lead-b")], state="closed"
    )
    ticket = (await search(Github({ISSUES: [heard]}))).rows[0]
    assert ticket == Ticket(
        ref=ticket.ref,
        link=f"{WEB}/issues/42",
        key=f"{REPOSITORY}#42",
        title="checkout is slow",
        status=TicketStatus.CLOSED,
        status_raw="closed",
        priority="P1",
        service="checkout",
        assignee="lead-b, oncall-b",
        reporter="oncall-a",
        created_at=datetime(2026, 3, 3, 8, 0, tzinfo=UTC),
        updated_at=datetime(2026, 3, 3, 9, 0, tzinfo=UTC),
        description="Since 08:00.",
    )
    assert str(ticket.ref) == "ticket:code-eu/acme%2Fcheckout%2342"


async def test_what_is_null_stays_empty_and_a_label_may_be_a_word() -> None:
    ticket = (await search(Github({ISSUES: [issue(user=None, body=None, labels=["priority/high"])]}))).rows[0]
    assert (ticket.reporter, ticket.description, ticket.priority) == ("", "", "priority/high")


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        ({TicketStatus.OPEN}, "open"),
        ({TicketStatus.CLOSED}, "closed"),
        ({TicketStatus.OPEN, TicketStatus.CLOSED}, "all"),
        ({TicketStatus.OPEN, TicketStatus.IN_PROGRESS}, "all"),
        (set(), "all"),
    ],
)
async def test_statuses_and_the_window_become_arguments(statuses: set[TicketStatus], state: str) -> None:
    github = Github({ISSUES: [issue(), issue(43, state="closed"), issue(44, state="strange")]})
    page = await search(github, statuses=frozenset(statuses))
    assert github.parameters(ISSUES) == [
        {
            "state": state,
            "sort": "updated",
            "direction": "desc",
            "since": "2026-03-02T09:21:00Z",
            "per_page": "100",
            "page": "1",
        }
    ]
    assert {row.status for row in page.rows} <= (statuses or set(TicketStatus))


async def test_a_status_that_github_does_not_have_is_answered_without_asking() -> None:
    github = Github()
    page = await search(github, statuses=frozenset({TicketStatus.IN_PROGRESS}))
    assert (page.rows, github.requests) == ((), [])
    assert "open or closed" in page.notes[0]


async def test_pull_requests_are_left_out_and_the_next_page_fills_up() -> None:
    pages = [paged([issue(1, pull_request={"url": "x"}), issue(2)], more=True), paged([issue(3)])]
    page = await search(Github({ISSUES: pages}), limit=5)
    assert [row.key for row in page.rows] == [f"{REPOSITORY}#2", f"{REPOSITORY}#3"]
    assert page.complete


async def test_the_limit_cuts_and_the_page_after_is_not_fetched() -> None:
    github = Github({ISSUES: [paged([issue(1), issue(2)], more=True)]})
    page = await search(github, limit=1)
    assert (len(page.rows), page.complete, len(github.requests)) == (1, False, 1)


async def test_text_is_looked_for_in_title_and_body_and_the_end_of_the_window_counts() -> None:
    listed = [
        issue(1, updated_at="2026-03-03T09:21:00Z"),
        issue(2, title="x", body="y"),
        issue(3, body="CHECKOUT down"),
    ]
    page = await search(Github({ISSUES: listed}), text="checkout DOWN")
    assert [row.key for row in page.rows] == [f"{REPOSITORY}#3"]


async def test_a_label_names_the_service_before_the_repository_does() -> None:
    labelled = issue(1, labels=[{"name": "service:cart"}])
    page = await search(Github({ISSUES: [labelled, issue(2)]}), service="cart")
    assert [row.key for row in page.rows] == [f"{REPOSITORY}#1"]
    page = await search(Github({ISSUES: [labelled, issue(2)]}), service="billing")
    assert page.rows == ()


async def test_several_repositories_are_merged_by_when_they_were_changed() -> None:
    github = Github(
        {
            ISSUES: [issue(1, updated_at="2026-03-03T08:00:00Z")],
            "GET /repos/acme/cart/issues": [issue(2, updated_at="2026-03-03T09:00:00Z")],
        }
    )
    page = await search(github, {"repositories": [REPOSITORY, "acme/cart"]})
    assert [row.key for row in page.rows] == ["acme/cart#2", f"{REPOSITORY}#1"]


async def test_one_issue_has_its_comments_and_its_end_as_history() -> None:
    heard = issue(closed_at="2026-03-03T09:00:00Z", closed_by=user("lead-b"), state_reason="completed", state="closed")
    late = comment(8, "reopen?", created_at="2026-03-03T09:05:00Z", user=None)
    ticket = await get(Github({ISSUE: heard, COMMENTS: [comment(), late]}))
    assert [(one.kind, one.author, one.text) for one in ticket.history] == [
        ("commented", "lead-b", "on it"),
        ("closed", "lead-b", "completed"),
        ("commented", "", "reopen?"),
    ]


@pytest.mark.parametrize(("count", "pages"), [(0, ["1"]), (100, ["1"]), (101, ["1", "2"]), (350, ["3", "4"])])
async def test_of_many_comments_the_newest_are_read(count: int, pages: list[str]) -> None:
    github = Github({ISSUE: issue(comments=count), COMMENTS: [comment()]})
    await get(github)
    assert [asked["page"] for asked in github.parameters(COMMENTS)] == pages


async def test_a_pull_request_is_no_ticket() -> None:
    with pytest.raises(NotFoundError, match="pull request"):
        await get(Github({ISSUE: issue(pull_request={"url": "x"})}))


@pytest.mark.parametrize("native_id", ["42", "acme/other#42", f"{REPOSITORY}#0", f"{REPOSITORY}#x", f"{REPOSITORY}/42"])
async def test_an_id_of_another_form_or_repository_is_not_asked_for(native_id: str) -> None:
    github = Github()
    with pytest.raises(NotFoundError):
        await get(github, native_id)
    assert github.requests == []
