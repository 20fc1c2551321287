"""Incidents are changed as planned, once, and what came of it is seen."""

from typing import Any

import pytest

from opsloom.model.changes import (
    CreateTicket,
    Effect,
    ExpireSilence,
    Sight,
    TicketChange,
    UpdateTicket,
)
from opsloom.model.errors import (
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
)
from opsloom.model.tickets import TicketStatus
from tests.adapters.servicenow.asking import (
    USER_B,
    incident,
    refusal,
    sys_id,
)
from tests.adapters.servicenow.desk import (
    CLOSE,
    COMMENT,
    CREATE,
    NOTE,
    PATCH,
    TICKET,
    apply,
    body_of,
    observe,
    order,
    plan,
    snow,
)


@pytest.mark.parametrize("change", [CREATE, CLOSE, COMMENT])
async def test_a_plan_only_reads_and_is_the_same_the_second_time(change: TicketChange) -> None:
    asked = snow()
    first = await plan(change, asked)
    assert isinstance(first.change, CreateTicket | UpdateTicket)
    assert await plan(first.change, asked) == first
    assert asked.changes() == []


async def test_closing_sends_the_state_what_it_demands_and_the_note_in_one_request() -> None:
    asked, of = snow(), await order(CLOSE)
    assert of.plan.effects == (
        Effect(what="state", before="In Progress", after="closed (state 6)"),
        Effect(what="close_code", before="", after="Solution provided"),
        Effect(what="close_notes", before="", after="The pool was full."),
        Effect(what="work note", before="", after="The pool was full."),
    )
    receipt = await apply(of, asked)
    assert body_of(asked) == {
        "state": "6",
        "close_code": "Solution provided",
        "close_notes": "The pool was full.",
        "work_notes": f"The pool was full.\n\n{NOTE}",
    }
    assert asked.changes()[0].url.path.endswith(f"/incident/{TICKET}")
    assert (receipt.native_id, receipt.inverse) == (
        TICKET,
        UpdateTicket(ticket=TICKET, status=TicketStatus.IN_PROGRESS),
    )


async def test_the_settings_say_which_state_a_change_sets() -> None:
    settings = {"closed_state": "7", "close_code": ""}
    asked = snow()
    await apply(await order(CLOSE, **settings), asked, **settings)
    assert body_of(asked) == {"state": "7", "work_notes": f"The pool was full.\n\n{NOTE}"}


async def test_an_assignee_is_looked_up_by_login() -> None:
    asked, of = snow(), await order(UpdateTicket(ticket=TICKET, assignee=" oncall-b "))
    assert of.plan.effects[0] == Effect(what="assignee", before="oncall-a", after="oncall-b")
    assert of.plan.inverse == UpdateTicket(ticket=TICKET, assignee="oncall-a")
    await apply(of, asked)
    assert body_of(asked) == {"assigned_to": USER_B, "work_notes": NOTE}
    assert asked.asked("sys_user")[0]["sysparm_query"] == "user_name=oncall-b^active=true^ORDERBYsys_id"


async def test_an_empty_assignee_is_nobody() -> None:
    asked = snow()
    await apply(await order(UpdateTicket(ticket=TICKET, assignee="")), asked)
    assert body_of(asked)["assigned_to"] == ""


async def test_an_assignee_that_does_not_exist_is_refused_even_if_the_query_was_ignored() -> None:
    with pytest.raises(InvalidRequestError, match="no active user with this login"):
        await plan(UpdateTicket(ticket=TICKET, assignee="oncall"))


async def test_links_are_lines_of_the_work_note() -> None:
    asked = snow()
    change = COMMENT.model_copy(update={"links": ("https://wiki.example.com/a", "https://ci.example.com/b")})
    await apply(await order(change), asked)
    assert body_of(asked) == {"work_notes": f"Seen.\n\nhttps://wiki.example.com/a\nhttps://ci.example.com/b\n\n{NOTE}"}


@pytest.mark.parametrize(
    "change",
    [
        UpdateTicket(ticket=TICKET),
        UpdateTicket(ticket=TICKET, comment=" \n", links=(" ",)),
        UpdateTicket(ticket=TICKET, status=TicketStatus.IN_PROGRESS, assignee="oncall-a"),
    ],
)
async def test_a_change_that_changes_nothing_is_refused(change: UpdateTicket) -> None:
    with pytest.raises(InvalidRequestError, match="nothing would change on INC0000046"):
        await plan(change)


async def test_a_status_that_cannot_be_set_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="valid are open, in_progress, closed"):
        await plan(UpdateTicket(ticket=TICKET, status=TicketStatus.UNKNOWN))


@pytest.mark.parametrize(
    "moved",
    [incident(46, sys_mod_count="13"), incident(46, state=("3", "On Hold")), incident(46, close_notes="Done.")],
)
async def test_an_incident_that_moved_is_a_conflict_before_anything_is_sent(moved: dict[str, Any]) -> None:
    asked = snow(moved)
    with pytest.raises(ConflictError):
        await apply(await order(CLOSE), asked)
    assert asked.changes() == []


async def test_a_comment_does_not_depend_on_what_others_do() -> None:
    asked = snow(incident(46, sys_mod_count="13", state=("6", "Resolved")))
    await apply(await order(COMMENT), asked)
    assert body_of(asked) == {"work_notes": f"Seen.\n\n{NOTE}"}
    assert (await order(COMMENT)).plan.irreversible == "a work note cannot be taken back"


async def test_what_a_data_policy_refuses_was_not_done() -> None:
    asked = snow(**{PATCH: refusal(403, "Data Policy Exception: Resolution code is mandatory")})
    with pytest.raises(PermissionDeniedError) as refused:
        await apply(await order(CLOSE), asked)
    assert "Data Policy Exception" in refused.value.upstream


async def test_an_update_is_seen_by_its_note_and_by_what_it_set() -> None:
    of = await order(CLOSE)
    note = ("", f"03.03.2026 01:20:00 - Opsloom (Work notes)\nThe pool was full.\n\n{NOTE}\n\n")
    done = snow(incident(46, state=("6", "Resolved"), work_notes=note))
    seen = await observe(of, done)
    assert (seen.sight, seen.receipt and seen.receipt.inverse) == (Sight.PRESENT, of.plan.inverse)
    assert ("state", "Resolved") in seen.state
    dropped = snow(incident(46, work_notes=note))
    assert (await observe(of, dropped)).sight is Sight.ABSENT


async def test_a_state_that_somebody_else_set_is_not_ours() -> None:
    assert (await observe(await order(CLOSE), snow(incident(46, state=("6", "Resolved"))))).sight is Sight.ABSENT


async def test_notes_that_may_be_hidden_cannot_be_seen() -> None:
    hidden = snow(incident(46, state=("6", "Resolved"), work_notes=""))
    assert (await observe(await order(CLOSE), hidden)).sight is Sight.UNOBSERVABLE


async def test_an_inverse_that_leads_to_another_state_says_so() -> None:
    held = snow(incident(46, state=("3", "On Hold")))
    planned = await plan(CLOSE, held)
    assert planned.inverse == UpdateTicket(ticket=TICKET, status=TicketStatus.IN_PROGRESS)
    assert planned.summary.endswith("taking that back leaves its state 2, not 3 (On Hold)")


async def test_a_state_of_unknown_meaning_cannot_be_put_back() -> None:
    planned = await plan(CLOSE, snow(incident(46, state=("42", "Parked"))))
    assert (planned.inverse, planned.irreversible) == (
        None,
        "its state cannot be set back to Parked, whose meaning is not known",
    )


async def test_an_incident_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        await plan(COMMENT.model_copy(update={"ticket": sys_id(1)}))


async def test_a_change_of_something_else_is_refused() -> None:
    of = await order(COMMENT)
    other = of.model_copy(update={"plan": of.plan.model_copy(update={"change": ExpireSilence(silence="4f2c")})})
    for act in (apply, observe):
        with pytest.raises(InvalidRequestError, match="none for create_ticket or update_ticket"):
            await act(other, snow())
