"""Statuses: which transition is taken, what goes with it, and how it is seen."""

import httpx
import pytest

from opsloom.model.changes import Effect, Sight, UpdateTicket
from opsloom.model.errors import ConflictError, InvalidRequestError
from opsloom.model.tickets import TicketStatus
from tests.adapters.jira.asking import (
    CLOSE,
    COMMENTS,
    DONE,
    ISSUE,
    TO_DO,
    TRANSITIONS,
    Jira,
    apply,
    issue,
    observe,
    plan,
    status,
    transition,
)
from tests.adapters.jira.changing import CLOSED, NOTE, OF_TICKET, comment, paragraphs, screen, site


async def test_a_status_is_a_transition_and_the_plan_says_which() -> None:
    jira = Jira(site())
    planned = await plan(jira, CLOSED)
    assert jira.asked == [ISSUE, TRANSITIONS]
    assert jira.requests[1].url.params["expand"] == "transitions.fields"
    assert planned.summary == (
        "OPS-7: set its status to Done (transition Close); "
        "taking that back sets a status that means in_progress, where its workflow then offers one"
    )
    assert planned.effects == (Effect(what="status", before="In Progress", after="Done"),)
    assert planned.observed == (
        ("status", "In Progress"),
        ("assignee", ""),
        ("updated", "2026-03-03T09:00:00.123Z"),
    )
    assert planned.inverse == UpdateTicket(ticket="OPS-7", status=TicketStatus.IN_PROGRESS)
    assert (planned.targets, planned.conditional) == (("ticket:jira-eu/OPS-7",), False)
    assert planned.link == "http://jira.test/browse/OPS-7"


async def test_a_transition_is_sent_once_with_who_asked_for_it() -> None:
    planned = await plan(Jira(site()), CLOSED)
    jira = Jira(site(**{f"POST {OF_TICKET}/transitions": httpx.Response(204)}))
    receipt = await apply(jira, planned)
    assert jira.asked[-1] == f"POST {OF_TICKET}/transitions"
    assert jira.body() == {
        "transition": {"id": "31"},
        "historyMetadata": {"type": "opsloom", "description": NOTE},
    }
    assert (receipt.native_id, receipt.inverse) == ("OPS-7", planned.inverse)


async def test_status_assignee_and_comment_go_with_a_transition_whose_screen_takes_them() -> None:
    change = UpdateTicket(ticket="OPS-7", status=TicketStatus.CLOSED, assignee="oncall-b", comment="done")
    replies = site(**screen("comment", "assignee"))
    planned = await plan(Jira(replies), change)
    jira = Jira({**replies, f"POST {OF_TICKET}/transitions": httpx.Response(204)})
    await apply(jira, planned)
    body = jira.body()
    assert body["fields"] == {"assignee": {"accountId": "id-of-oncall-b"}}
    assert paragraphs(body["update"]["comment"][0]["add"]["body"]) == ["done", "", NOTE]
    assert len(jira.requests) == 4


async def test_what_the_screen_does_not_take_is_to_be_asked_for_apart() -> None:
    change = UpdateTicket(ticket="OPS-7", status=TicketStatus.CLOSED, comment="done")
    with pytest.raises(InvalidRequestError, match="takes no comment in the same request; ask for the status alone"):
        await plan(Jira(site()), change)


async def test_a_transition_that_needs_more_names_it() -> None:
    with pytest.raises(InvalidRequestError, match="the transition Close needs Resolution, which only a person"):
        await plan(Jira(site(**screen(resolution="Resolution"))), CLOSED)


async def test_of_two_transitions_to_the_same_status_the_one_that_can_be_done_is_taken() -> None:
    demanding = transition("21", "Resolve", DONE, resolution={"name": "Resolution", "required": True})
    planned = await plan(Jira(site(**{TRANSITIONS: {"transitions": [demanding, CLOSE]}})), CLOSED)
    assert "(transition Close)" in planned.summary


async def test_a_required_field_with_a_default_is_no_hindrance() -> None:
    defaulted = transition("21", "Resolve", DONE, resolution={"required": True, "hasDefaultValue": True})
    planned = await plan(Jira(site(**{TRANSITIONS: {"transitions": [defaulted]}})), CLOSED)
    assert "(transition Resolve)" in planned.summary


async def test_a_status_that_no_transition_leads_to_names_those_that_do() -> None:
    with pytest.raises(InvalidRequestError) as refused:
        await plan(Jira(site(**{TRANSITIONS: {"transitions": [TO_DO]}})), CLOSED)
    assert str(refused.value) == (
        "status closed cannot be set on OPS-7 now; valid are open, by the transitions Stop (to To Do)"
    )


async def test_no_transitions_at_all_is_a_permission_of_the_reading_user() -> None:
    with pytest.raises(InvalidRequestError, match="the user that reads needs Transition Issues"):
        await plan(Jira(site(**{TRANSITIONS: {"transitions": []}})), CLOSED)


async def test_several_statuses_of_the_same_meaning_want_a_setting() -> None:
    declined = transition("41", "Decline", status("Won't Do", "done"))
    replies = site(**{TRANSITIONS: {"transitions": [declined, CLOSE]}})
    with pytest.raises(InvalidRequestError, match=r"mean closed: Done, Won't Do; .* statuses\.closed"):
        await plan(Jira(replies), CLOSED)
    planned = await plan(Jira(replies), CLOSED, statuses={"closed": ["gone", "done"]})
    assert planned.effects[0].after == "Done"


async def test_a_status_that_the_ticket_has_already_is_no_change() -> None:
    with pytest.raises(InvalidRequestError, match="nothing would change on OPS-7"):
        await plan(Jira(site()), UpdateTicket(ticket="OPS-7", status=TicketStatus.IN_PROGRESS))


async def test_out_of_a_status_of_no_category_there_is_no_way_back() -> None:
    planned = await plan(Jira(site(**{ISSUE: issue(7, status=status("Odd", "undefined"))})), CLOSED)
    assert planned.inverse is None
    assert planned.irreversible.startswith("its status Odd is in no category")


async def test_a_workflow_that_leads_elsewhere_by_now_is_a_conflict() -> None:
    planned = await plan(Jira(site()), CLOSED)
    elsewhere = {TRANSITIONS: {"transitions": [transition("31", "Close", status("Archived", "done"))]}}
    with pytest.raises(ConflictError):
        await apply(Jira(site(**elsewhere)), planned)


async def test_a_status_is_seen_by_the_state_that_it_leads_to() -> None:
    planned = await plan(Jira(site()), CLOSED)
    absent = await observe(Jira(site()), planned)
    assert (absent.sight, absent.receipt) == (Sight.ABSENT, None)
    present = await observe(Jira(site(**{ISSUE: issue(7, status=DONE)})), planned)
    assert (present.sight, dict(present.state)["status"]) == (Sight.PRESENT, "Done")
    assert present.receipt is not None
    assert present.receipt.inverse == planned.inverse


async def test_a_comment_whose_status_was_set_otherwise_since_is_absent() -> None:
    change = UpdateTicket(ticket="OPS-7", status=TicketStatus.CLOSED, comment="done")
    planned = await plan(Jira(site(**screen("comment"))), change)
    shown = {COMMENTS: {"comments": [comment("done", NOTE)]}}
    assert (await observe(Jira(site(**shown)), planned)).sight is Sight.ABSENT
    assert (await observe(Jira(site(**shown, **{ISSUE: issue(7, status=DONE)})), planned)).sight is Sight.PRESENT


async def test_unknown_is_no_status_to_set() -> None:
    with pytest.raises(InvalidRequestError, match="status must be open, in_progress or closed"):
        await plan(Jira(site()), UpdateTicket(ticket="OPS-7", status=TicketStatus.UNKNOWN))
