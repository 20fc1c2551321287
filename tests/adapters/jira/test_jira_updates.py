"""Comments, links and assignees: what is planned, the one request that is sent, and how it is found again."""

from typing import Any

import httpx
import pytest

from opsloom.model.changes import AcknowledgeAlert, Effect, Order, Sight, UpdateTicket
from opsloom.model.errors import ConflictError, InvalidRequestError, NotFoundError, OpsloomError, OutcomeUnknownError
from tests.adapters.canned import MARKER, order_of
from tests.adapters.jira.asking import (
    COMMENTS,
    DONE,
    ISSUE,
    LINKS,
    TRANSITIONS,
    USERS,
    Jira,
    apply,
    call_at,
    connected,
    issue,
    observe,
    plan,
    status,
    user,
)
from tests.adapters.jira.changing import ADDRESS, CLOSED, INTERNAL, NOTE, OF_TICKET, comment, paragraphs, site


async def test_an_assignee_is_resolved_to_an_account_and_taken_back_to_the_old_one() -> None:
    jira = Jira(site(**{ISSUE: issue(7, assignee=user("oncall-a"))}))
    planned = await plan(jira, UpdateTicket(ticket="OPS-7", assignee=" Oncall-B "))
    assert dict(jira.requests[1].url.params) == {"issueKey": "OPS-7", "query": "Oncall-B", "maxResults": "50"}
    assert planned.change == UpdateTicket(ticket="OPS-7", assignee="id-of-oncall-b")
    assert planned.effects == (Effect(what="assignee", before="oncall-a", after="oncall-b"),)
    assert planned.inverse == UpdateTicket(ticket="OPS-7", assignee="id-of-oncall-a")


async def test_an_account_id_is_looked_for_as_such() -> None:
    jira = Jira(site(**{USERS: ([], [user("oncall-b", "557058:f58131cb")])}))
    planned = await plan(jira, UpdateTicket(ticket="OPS-7", assignee="557058:f58131cb"))
    assert jira.requests[2].url.params["accountId"] == "557058:f58131cb"
    assert planned.effects[0].after == "oncall-b"


async def test_an_assignee_is_sent_alone_to_where_only_assigning_is_needed() -> None:
    planned = await plan(Jira(site()), UpdateTicket(ticket="OPS-7", assignee="oncall-b"))
    jira = Jira(site(**{USERS: ([], [user("oncall-b")]), f"PUT {OF_TICKET}/assignee": httpx.Response(204)}))
    await apply(jira, planned)
    assert jira.asked[-1] == f"PUT {OF_TICKET}/assignee"
    assert jira.body() == {"accountId": "id-of-oncall-b"}


async def test_an_empty_assignee_is_nobody() -> None:
    replies = {ISSUE: issue(7, assignee=user("oncall-a"))}
    planned = await plan(Jira(replies), UpdateTicket(ticket="OPS-7", assignee=""))
    jira = Jira({**replies, f"PUT {OF_TICKET}/assignee": httpx.Response(204)})
    await apply(jira, planned)
    assert jira.body() == {"accountId": None}
    assert "set its assignee to nobody" in planned.summary


async def test_a_name_that_nobody_has_names_those_that_jira_suggests() -> None:
    jira = Jira(site(**{USERS: ([user("oncall-b"), user("oncall-c")], [])}))
    with pytest.raises(InvalidRequestError) as refused:
        await plan(jira, UpdateTicket(ticket="OPS-7", assignee="oncall"))
    assert str(refused.value).endswith("oncall-b (id-of-oncall-b), oncall-c (id-of-oncall-c)")


async def test_two_people_of_one_name_want_an_account_id() -> None:
    jira = Jira(site(**{USERS: [user("oncall-b", "1"), user("Oncall-B", "2")]}))
    with pytest.raises(InvalidRequestError, match=r"several people are called so; .*oncall-b \(1\), Oncall-B \(2\)"):
        await plan(jira, UpdateTicket(ticket="OPS-7", assignee="oncall-b"))


async def test_a_comment_is_signed_and_depends_on_nothing_but_the_ticket() -> None:
    planned = await plan(Jira(site()), UpdateTicket(ticket="OPS-7", comment="Rolled back."))
    assert planned.observed == (("ticket", "OPS-7"),)
    assert (planned.inverse, planned.irreversible) == (None, "opsloom cannot take back a comment")
    jira = Jira(site(**{f"POST {OF_TICKET}/comment": httpx.Response(201, json={})}))
    await apply(jira, planned)
    assert paragraphs(jira.body()["body"]) == ["Rolled back.", "", NOTE]
    assert jira.body()["properties"] == INTERNAL


async def test_comments_for_customers_are_a_setting() -> None:
    planned = await plan(Jira(site()), UpdateTicket(ticket="OPS-7", comment="Rolled back."))
    jira = Jira(site(**{f"POST {OF_TICKET}/comment": httpx.Response(201, json={})}))
    await apply(jira, planned, internal_comments=False)
    assert "properties" not in jira.body()


async def test_comment_and_assignee_are_one_edit() -> None:
    planned = await plan(Jira(site()), UpdateTicket(ticket="OPS-7", comment="yours", assignee="oncall-b"))
    jira = Jira(site(**{USERS: ([], [user("oncall-b")]), f"PUT {OF_TICKET}": httpx.Response(204)}))
    await apply(jira, planned)
    assert jira.asked[-1] == f"PUT {OF_TICKET}"
    assert jira.body()["fields"] == {"assignee": {"accountId": "id-of-oncall-b"}}
    assert paragraphs(jira.body()["update"]["comment"][0]["add"]["body"]) == ["yours", "", NOTE]


async def test_one_link_alone_becomes_a_remote_link_that_an_order_makes_once() -> None:
    planned = await plan(Jira(site()), UpdateTicket(ticket="OPS-7", links=(ADDRESS,)))
    assert planned.effects == (Effect(what="link", before="", after=ADDRESS),)
    jira = Jira(site(**{f"POST {OF_TICKET}/remotelink": httpx.Response(201, json={"id": 1})}))
    await apply(jira, planned)
    assert jira.body() == {"globalId": MARKER, "object": {"url": ADDRESS, "title": ADDRESS}}


async def test_links_beside_anything_else_are_lines_of_the_comment() -> None:
    change = UpdateTicket(ticket="OPS-7", comment="see", links=(ADDRESS, f"{ADDRESS}?b"))
    planned = await plan(Jira(site()), change)
    assert planned.effects == (Effect(what="comment", before="", after=f"see\n\n{ADDRESS}\n{ADDRESS}?b"),)


async def test_a_link_that_is_there_already_is_no_change() -> None:
    with pytest.raises(InvalidRequestError, match="links to this address already"):
        await plan(
            Jira(site(**{LINKS: [{"object": {"url": ADDRESS}}]})), UpdateTicket(ticket="OPS-7", links=(ADDRESS,))
        )


@pytest.mark.parametrize("link", ["grafana.test", "javascript:alert(1)", "https://a b", "https://a\nb", ""])
async def test_a_link_that_is_no_address_is_refused(link: str) -> None:
    with pytest.raises(InvalidRequestError, match="links must be"):
        await plan(Jira({}), UpdateTicket(ticket="OPS-7", links=(link,)))


async def test_a_ticket_of_another_project_is_not_changed() -> None:
    with pytest.raises(NotFoundError, match="projects PAY only"):
        await plan(Jira(site()), UpdateTicket(ticket="OPS-7", comment="x"), projects=["PAY"])


@pytest.mark.parametrize(
    "moved",
    [
        {"status": status("In Review", "indeterminate")},
        {"assignee": user("lead-b")},
        {"updated": "2026-03-03T10:05:00.000+0100"},
    ],
)
async def test_a_ticket_that_moved_since_the_plan_is_left_alone(moved: dict[str, Any]) -> None:
    planned = await plan(Jira(site()), CLOSED)
    jira = Jira(site(**{ISSUE: issue(7, **moved)}))
    with pytest.raises(ConflictError, match="has changed since the plan"):
        await apply(jira, planned)
    assert jira.asked == [ISSUE, TRANSITIONS]


async def test_a_comment_does_not_mind_what_others_do() -> None:
    planned = await plan(Jira(site()), UpdateTicket(ticket="OPS-7", comment="x"))
    moved = issue(7, status=DONE, updated="2026-03-03T10:05:00.000+0100")
    jira = Jira(site(**{ISSUE: moved, f"POST {OF_TICKET}/comment": httpx.Response(201, json={})}))
    await apply(jira, planned)
    assert jira.asked[-1] == f"POST {OF_TICKET}/comment"


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (httpx.Response(500), OutcomeUnknownError),
        (httpx.ReadTimeout("late"), OutcomeUnknownError),
        (httpx.Response(409), ConflictError),
        (httpx.Response(400, json={"errorMessages": ["no"]}), OpsloomError),
    ],
    ids=repr,
)
async def test_a_change_is_sent_once_whatever_is_answered(reply: object, error: type[OpsloomError]) -> None:
    planned = await plan(Jira(site()), CLOSED)
    jira = Jira(site(**{f"POST {OF_TICKET}/transitions": reply}))
    with pytest.raises(error):
        await apply(jira, planned)
    assert jira.asked.count(f"POST {OF_TICKET}/transitions") == 1


@pytest.mark.parametrize(
    ("shown", "sight"),
    [
        ([comment("x", NOTE)], Sight.PRESENT),
        ([comment("x", NOTE.replace(MARKER, f"{MARKER}0"))], Sight.ABSENT),
        ([], Sight.ABSENT),
    ],
)
async def test_a_comment_is_found_by_its_marker(shown: list[dict[str, Any]], sight: Sight) -> None:
    planned = await plan(Jira(site()), UpdateTicket(ticket="OPS-7", comment="x"))
    seen = await observe(Jira(site(**{COMMENTS: {"comments": shown}})), planned)
    assert seen.sight is sight


async def test_a_link_is_found_by_its_id() -> None:
    planned = await plan(Jira(site()), UpdateTicket(ticket="OPS-7", links=(ADDRESS,)))
    assert (await observe(Jira(site()), planned)).sight is Sight.ABSENT
    linked = {LINKS: [{"globalId": MARKER, "object": {"url": ADDRESS}}]}
    assert (await observe(Jira(site(**linked)), planned)).sight is Sight.PRESENT


async def test_an_order_for_something_else_is_refused() -> None:
    planned = await plan(Jira(site()), UpdateTicket(ticket="OPS-7", comment="x"))
    other = order_of(planned.model_copy(update={"change": AcknowledgeAlert(alert="1")}))
    assert isinstance(other, Order)
    async with connected(Jira({})) as adapter:
        with pytest.raises(InvalidRequestError, match="none for create_ticket or update_ticket"):
            await adapter.apply_ticket(other, call_at())
