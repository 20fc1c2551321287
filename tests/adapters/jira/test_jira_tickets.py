"""What a Jira site may send for a ticket, and what becomes of it."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from opsloom.model.errors import NotFoundError, UnexpectedAnswerError
from opsloom.model.tickets import Ticket, TicketStatus
from opsloom.model.timeline import TimelineEntry
from opsloom_adapters.jira.config import JiraConfig
from tests.adapters.jira.asking import (
    COMMENTS,
    ISSUE,
    SEARCH,
    URL,
    Jira,
    call_at,
    connected,
    document,
    found,
    issue,
    status,
    ticket_query,
    user,
)

CHANGELOG = {
    "histories": [
        {
            "id": "2",
            "author": user("oncall-b"),
            "created": "2026-03-03T09:50:00.000+0100",
            "items": [
                {"field": "status", "fromString": "To Do", "toString": "In Progress"},
                {"field": "assignee", "from": None, "fromString": None, "to": "x", "toString": "oncall-b"},
            ],
        },
        {"id": "1", "created": "2026-03-03T09:30:00.000+0100", "items": [{"field": "labels", "toString": "p1"}]},
    ],
    "total": 2,
}


async def get(jira: Jira, native_id: str = "OPS-7", **settings: Any) -> Ticket:
    async with connected(jira, **settings) as adapter:
        return await adapter.get_ticket(native_id, call_at())


async def listed(settings: dict[str, Any] | None = None, **fields: Any) -> Ticket:
    async with connected(Jira({SEARCH: found(issue(7, **fields))}), **(settings or {})) as adapter:
        return (await adapter.search_tickets(ticket_query(), call_at())).rows[0]


async def test_an_issue_is_mapped_with_the_names_of_what_it_refers_to() -> None:
    ticket = await listed(assignee=user("oncall-b"))
    assert ticket == Ticket(
        ref=ticket.ref,
        link=f"{URL}/browse/OPS-7",
        key="OPS-7",
        title="checkout is slow (7)",
        status=TicketStatus.IN_PROGRESS,
        status_raw="In Progress",
        priority="High",
        assignee="oncall-b",
        reporter="oncall-a",
        created_at=datetime(2026, 3, 2, 20, 0, tzinfo=UTC),
        updated_at=datetime(2026, 3, 3, 9, 0, 0, 123_000, tzinfo=UTC),
        description="Since 08:00.",
    )
    assert str(ticket.ref) == "ticket:jira-eu/OPS-7"


@pytest.mark.parametrize(
    ("category", "meant"),
    [
        ("new", TicketStatus.OPEN),
        ("indeterminate", TicketStatus.IN_PROGRESS),
        ("done", TicketStatus.CLOSED),
        ("undefined", TicketStatus.UNKNOWN),
        ("archived", TicketStatus.UNKNOWN),
    ],
)
async def test_the_category_of_a_status_says_what_it_means_and_its_name_stays(
    category: str, meant: TicketStatus
) -> None:
    ticket = await listed(status=status("Vendor's word", category))
    assert (ticket.status, ticket.status_raw) == (meant, "Vendor's word")


async def test_what_is_null_or_absent_stays_empty() -> None:
    bare = issue(7, description=None, priority=None, reporter=None, summary=None)
    for name in ("assignee", "priority"):
        del bare["fields"][name]
    async with connected(Jira({SEARCH: found(bare)})) as adapter:
        ticket = (await adapter.search_tickets(ticket_query(), call_at())).rows[0]
    assert (ticket.title, ticket.description, ticket.priority) == ("", "", "")
    assert (ticket.assignee, ticket.reporter, ticket.service) == ("", "", None)


async def test_an_issue_without_its_status_is_no_ticket() -> None:
    broken = issue(7)
    del broken["fields"]["status"]
    with pytest.raises(UnexpectedAnswerError):
        async with connected(Jira({SEARCH: found(broken)})) as adapter:
            await adapter.search_tickets(ticket_query(), call_at())


@pytest.mark.parametrize(
    ("value", "service"),
    [
        ({"id": "1", "value": "checkout"}, "checkout"),
        ([{"value": "checkout"}, {"value": "web"}], "checkout"),
        (["checkout", "web"], "checkout"),
        ("checkout", "checkout"),
        ([], None),
        (None, None),
        (42, None),
        ([{"other": "shape"}], None),
    ],
)
async def test_a_custom_field_of_any_kind_names_the_service(value: object, service: str | None) -> None:
    settings = {"service_field": "customfield_10050"}
    assert (await listed(settings, customfield_10050=value)).service == service


async def test_a_single_ticket_has_its_changes_and_comments_oldest_first() -> None:
    comment = {"author": user("lead-b"), "body": document("Seen."), "created": "2026-03-03T09:40:00.000+0100"}
    jira = Jira({ISSUE: {**issue(7), "changelog": CHANGELOG}, COMMENTS: {"comments": [comment]}})
    ticket = await get(jira)
    assert [(entry.kind, entry.author, entry.text) for entry in ticket.history] == [
        ("labels", "", "(none) -> p1"),
        ("comment", "lead-b", "Seen."),
        ("status", "oncall-b", "To Do -> In Progress"),
        ("assignee", "oncall-b", "(none) -> oncall-b"),
    ]
    assert ticket.history[1] == TimelineEntry(
        at=datetime(2026, 3, 3, 8, 40, tzinfo=UTC), kind="comment", author="lead-b", text="Seen."
    )
    assert jira.asked == [ISSUE, COMMENTS]
    assert jira.requests[0].url.params["expand"] == "changelog"
    assert dict(jira.requests[1].url.params) == {"orderBy": "-created", "maxResults": "100"}


async def test_a_ticket_of_another_project_is_not_shown() -> None:
    jira = Jira({ISSUE: {**issue(7, project={"key": "SECRET"}), "changelog": CHANGELOG}})
    with pytest.raises(NotFoundError, match="projects OPS only"):
        await get(jira, projects=["OPS"])
    assert jira.asked == [ISSUE]


@pytest.mark.parametrize("name", ["", "7", "OPS", "ops-7", "OPS-7/comment", "OPS-07", "../OPS-7", "OPS-7\n"])
async def test_what_is_no_key_is_not_found_and_not_asked_for(name: str) -> None:
    jira = Jira({})
    with pytest.raises(NotFoundError, match="keys look like OPS-123"):
        await get(jira, name)
    assert jira.asked == []


async def test_the_probe_asks_who_it_is() -> None:
    reply = httpx.Response(200, json=user("opsloom"), headers={"date": "Tue, 03 Mar 2026 09:21:00 GMT"})
    jira = Jira({"GET /rest/api/3/myself": reply})
    async with connected(jira) as adapter:
        probe = await adapter.probe(call_at())
    assert probe.server_time == datetime(2026, 3, 3, 9, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    "settings",
    [
        {"projects": ["ops"]},
        {"service_field": "Service"},
        {"service_field": "customfield_1] OR cf[2"},
        {"projects": ["OPS"], "create_project": "PAY"},
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        JiraConfig.model_validate({"adapter": "jira", "base_url": URL, **settings})
