"""Issues are opened, commented, closed and assigned, and found again."""

import json
from typing import Any

import httpx
import pytest

from opsloom.model.changes import ChangePlan, CreateTicket, Sight, TicketChange, UpdateTicket
from opsloom.model.errors import ConflictError, InvalidRequestError, OutcomeUnknownError, UnsupportedError
from opsloom.model.tickets import TicketStatus
from tests.adapters.canned import MARKER, order_of
from tests.adapters.github.asking import AT, WEB, Github, call_at, connected, paged
from tests.adapters.github.shapes import REPOSITORY, comment, issue, repository, user

KEY = f"{REPOSITORY}#42"
ISSUE = f"GET {AT}/issues/42"
ISSUES = f"GET {AT}/issues"
COMMENTS = f"GET {AT}/issues/42/comments"
ASSIGNEES = f"GET {AT}/assignees"
MARKED = f"text\n\n<!-- {MARKER} -->"


def github(**replies: Any) -> Github:
    return Github({ISSUE: issue(), f"GET {AT}": repository(), ASSIGNEES: [user("lead-b")], **replies})


async def plan(change: TicketChange, at: Github | None = None, **settings: Any) -> ChangePlan:
    async with connected(at or github(), **settings) as adapter:
        return await adapter.plan_ticket(change, call_at())


def update(**asked: Any) -> UpdateTicket:
    return UpdateTicket(ticket=KEY, **asked)


async def test_a_new_issue_is_planned_opened_and_can_be_closed_again() -> None:
    planned = await plan(
        CreateTicket(title=" checkout\nis slow ", description="ask @acme/payments", service="checkout")
    )
    assert planned.targets == (REPOSITORY,)
    assert planned.effects[0].after == "checkout is slow"
    assert planned.effects[-1].after == "@acme/payments"
    assert planned.inverse == UpdateTicket(ticket="", status=TicketStatus.CLOSED)
    at = github(**{f"POST {AT}/issues": httpx.Response(201, json=issue(44))})
    async with connected(at) as adapter:
        receipt = await adapter.apply_ticket(order_of(planned), call_at())
    sent = json.loads(at.asked(f"POST {AT}/issues")[0].content)
    assert sent["title"] == "checkout is slow"
    assert sent["body"].startswith(
        "ask @acme/payments\n\n_Asked for by oncall-a, approved by lead-b, through opsloom._"
    )
    assert sent["body"].endswith(f"<!-- {MARKER} -->")
    assert "labels" not in sent
    assert (receipt.native_id, receipt.link) == (f"{REPOSITORY}#44", f"{WEB}/issues/44")
    assert receipt.inverse == UpdateTicket(ticket=f"{REPOSITORY}#44", status=TicketStatus.CLOSED)


async def test_a_label_names_the_service_where_the_repository_does_not() -> None:
    settings = {"repositories": [REPOSITORY, "acme/tickets"], "ticket_repository": "acme/tickets"}
    at = Github({"GET /repos/acme/tickets": repository("acme/tickets"), "POST /repos/acme/tickets/issues": issue(3)})
    planned = await plan(CreateTicket(title="x", service="checkout"), at, **settings)
    assert planned.effects[2].after == "service:checkout"
    async with connected(at, **settings) as adapter:
        await adapter.apply_ticket(order_of(planned), call_at())
    assert json.loads(at.asked("POST /repos/acme/tickets/issues")[0].content)["labels"] == ["service:checkout"]


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        (CreateTicket(title=" "), InvalidRequestError, "title is empty"),
        (CreateTicket(title="x", priority="P1"), UnsupportedError, "no priority"),
        (CreateTicket(title="x"), InvalidRequestError, "service must say"),
        (CreateTicket(title="x", service="billing"), InvalidRequestError, "known: cart, checkout"),
    ],
)
async def test_what_cannot_be_opened_is_refused(change: TicketChange, error: type[Exception], says: str) -> None:
    at = github()
    with pytest.raises(error, match=says):
        await plan(change, at, repositories=[REPOSITORY, "acme/cart"])
    assert at.requests == []


@pytest.mark.parametrize(
    ("pages", "sight"),
    [
        ([paged([issue(9), issue(8, body=MARKED)])], Sight.PRESENT),
        ([paged([issue(9)], more=True), paged([issue(8, body=MARKED)])], Sight.PRESENT),
        ([paged([issue(9), issue(8, body=f"quotes {MARKER}")])], Sight.ABSENT),
        ([paged([issue(9, created_at="2026-01-01T00:00:00Z")], more=True)], Sight.ABSENT),
    ],
)
async def test_a_new_issue_is_found_by_its_marker(pages: list[httpx.Response], sight: Sight) -> None:
    planned = await plan(CreateTicket(title="x"))
    at = github(**{ISSUES: pages})
    async with connected(at) as adapter:
        seen = await adapter.observe_ticket(order_of(planned), call_at())
    assert seen.sight is sight
    assert (seen.receipt is not None) == (sight is Sight.PRESENT)
    assert at.parameters(ISSUES)[0]["sort"] == "created"


async def test_a_comment_with_links_is_planned_sent_and_found() -> None:
    planned = await plan(update(comment="see", links=("https://acme.example/1",)))
    assert planned.effects[0].after == "see\n\nhttps://acme.example/1"
    assert planned.irreversible
    at = github(
        **{
            f"POST {AT}/issues/42/comments": httpx.Response(201, json=comment(8)),
            COMMENTS: [comment(7), comment(8, MARKED)],
        }
    )
    async with connected(at) as adapter:
        receipt = await adapter.apply_ticket(order_of(planned), call_at())
        seen = await adapter.observe_ticket(order_of(planned), call_at())
        other = await adapter.observe_ticket(order_of(planned, "opsloom-other"), call_at())
    assert f"<!-- {MARKER} -->" in json.loads(at.asked(f"POST {AT}/issues/42/comments")[0].content)["body"]
    assert receipt.link == f"{WEB}/issues/42#issuecomment-8"
    assert (seen.sight, other.sight) == (Sight.PRESENT, Sight.ABSENT)
    assert at.parameters(COMMENTS)[0]["since"] == "2026-02-24T09:21:00Z"


async def test_a_comment_does_not_depend_on_what_others_do() -> None:
    planned = await plan(update(comment="see"))
    again = await plan(
        update(comment="see"), github(**{ISSUE: issue(updated_at="2026-03-03T09:20:00Z", state="closed")})
    )
    assert planned.observed == again.observed


async def test_state_and_assignees_are_set_in_one_request_and_set_back() -> None:
    heard = issue(assignees=[user("oncall-b"), user("oncall-a")])
    at = github(**{ISSUE: heard, f"PATCH {AT}/issues/42": issue(state="closed")})
    planned = await plan(update(status=TicketStatus.CLOSED, assignee="@lead-b"), at)
    assert [(one.what, one.before, one.after) for one in planned.effects] == [
        ("state", "open", "closed"),
        ("assignee", "oncall-a, oncall-b", "lead-b"),
    ]
    assert planned.inverse == update(status=TicketStatus.OPEN, assignee="oncall-a, oncall-b")
    async with connected(at) as adapter:
        await adapter.apply_ticket(order_of(planned), call_at())
    body = json.loads(at.asked(f"PATCH {AT}/issues/42")[0].content)
    assert body == {"state": "closed", "assignees": ["lead-b"]}
    assert at.changed == [f"PATCH {AT}/issues/42"]


async def test_an_empty_assignee_is_nobody() -> None:
    at = github(**{ISSUE: issue(assignees=[user("oncall-a")]), f"PATCH {AT}/issues/42": issue()})
    planned = await plan(update(assignee=""), at)
    async with connected(at) as adapter:
        await adapter.apply_ticket(order_of(planned), call_at())
    assert json.loads(at.asked(f"PATCH {AT}/issues/42")[0].content) == {"assignees": []}


@pytest.mark.parametrize(
    ("heard", "sight"),
    [
        (issue(state="closed", assignees=[user("Lead-B")]), Sight.PRESENT),
        (issue(state="open", assignees=[user("lead-b")]), Sight.ABSENT),
        (issue(state="closed"), Sight.ABSENT),
    ],
)
async def test_a_state_is_in_effect_while_the_issue_has_it(heard: dict[str, Any], sight: Sight) -> None:
    planned = await plan(update(status=TicketStatus.CLOSED, assignee="lead-b"))
    async with connected(github(**{ISSUE: heard})) as adapter:
        assert (await adapter.observe_ticket(order_of(planned), call_at())).sight is sight


@pytest.mark.parametrize(
    "moved", [issue(updated_at="2026-03-03T09:20:00Z"), issue(state="closed"), issue(assignees=[user()])]
)
async def test_an_issue_that_moved_since_the_plan_is_left_alone(moved: dict[str, Any]) -> None:
    planned = await plan(update(status=TicketStatus.CLOSED))
    at = github(**{ISSUE: moved})
    async with connected(at) as adapter:
        with pytest.raises(ConflictError):
            await adapter.apply_ticket(order_of(planned), call_at())
    assert at.changed == []


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"comment": "x", "status": TicketStatus.CLOSED}, "requests of their own"),
        ({}, "requests of their own"),
        ({"status": TicketStatus.IN_PROGRESS}, "open or closed"),
        ({"status": TicketStatus.OPEN}, "nothing would change"),
        ({"assignee": "stranger"}, "takes some such as lead-b"),
    ],
)
async def test_what_cannot_be_changed_is_refused(asked: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidRequestError, match=says):
        await plan(update(**asked))


async def test_a_pull_request_is_not_changed_as_an_issue() -> None:
    with pytest.raises(InvalidRequestError, match="pull request"):
        await plan(update(comment="x"), github(**{ISSUE: issue(pull_request={"url": "x"})}))


async def test_what_github_finds_wrong_was_not_done_and_a_strange_answer_is_in_doubt() -> None:
    planned = await plan(CreateTicket(title="x"))
    async with connected(github(**{f"POST {AT}/issues": httpx.Response(422, json={"message": "bad"})})) as adapter:
        with pytest.raises(InvalidRequestError, match="422"):
            await adapter.apply_ticket(order_of(planned), call_at())
    async with connected(github(**{f"POST {AT}/issues": httpx.Response(201, json={"id": 1})})) as adapter:
        with pytest.raises(OutcomeUnknownError):
            await adapter.apply_ticket(order_of(planned), call_at())
