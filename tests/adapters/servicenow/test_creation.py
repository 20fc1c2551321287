"""Incidents are made as planned, once, and found again."""

import httpx
import pytest

from opsloom.model.changes import (
    CreateTicket,
    Effect,
    Receipt,
    Sight,
    UpdateTicket,
)
from opsloom.model.errors import (
    InvalidRequestError,
    OutcomeUnknownError,
)
from opsloom.model.tickets import TicketStatus
from tests.adapters.canned import MARKER
from tests.adapters.servicenow.asking import (
    CHECKOUT,
    HIDDEN,
    URL,
    incident,
    row,
)
from tests.adapters.servicenow.desk import (
    COMMENT,
    CREATE,
    MADE,
    NOTE,
    apply,
    body_of,
    observe,
    order,
    plan,
    snow,
)


async def test_a_new_incident_is_planned_with_what_is_sent() -> None:
    change = CreateTicket(title=" checkout\nis slow ", description=" Since 08:00.", service="checkout", priority="p2")
    planned = await plan(change, new_ticket_fields={"category": "software"})
    assert planned.change == CreateTicket(
        title="checkout is slow", description="Since 08:00.", service="checkout", priority="2 - High"
    )
    assert planned.effects == (
        Effect(what="category", before="", after="software"),
        Effect(what="short_description", before="", after="checkout is slow"),
        Effect(what="description", before="", after="Since 08:00."),
        Effect(what="business_service", before="", after="checkout"),
        Effect(what="impact", before="", after="2"),
        Effect(what="urgency", before="", after="1"),
    )
    assert planned.inverse == UpdateTicket(ticket="", status=TicketStatus.CLOSED)
    assert planned.services == ("checkout",)


async def test_a_service_of_the_settings_is_shown_where_the_change_names_none() -> None:
    planned = await plan(CREATE, new_ticket_fields={"business_service": CHECKOUT})
    assert planned.effects[0] == Effect(what="business_service", before="", after=CHECKOUT)


async def test_a_new_incident_is_sent_once_with_its_marker() -> None:
    asked, of = snow(), await order(CREATE.model_copy(update={"service": "checkout"}))
    receipt = await apply(of, asked)
    assert body_of(asked) == {
        "short_description": "checkout is slow",
        "description": "Since 08:00.",
        "business_service": CHECKOUT,
        "correlation_id": MARKER,
        "work_notes": NOTE,
    }
    assert receipt == Receipt(
        native_id=MADE,
        link=f"{URL}/incident.do?sys_id={MADE}",
        inverse=UpdateTicket(ticket=MADE, status=TicketStatus.CLOSED),
    )


async def test_a_new_incident_that_its_maker_may_not_read_may_exist() -> None:
    asked = snow(**{"POST incident": httpx.Response(201, json={"result": {}})})
    with pytest.raises(OutcomeUnknownError):
        await apply(await order(CREATE), asked)


async def test_a_new_incident_is_found_by_its_correlation_id() -> None:
    of = await order(CREATE)
    asked = snow(incident(99, correlation_id=MARKER))
    seen = await observe(of, asked)
    assert (seen.sight, seen.receipt and seen.receipt.native_id) == (Sight.PRESENT, MADE)
    assert asked.asked("incident")[0]["sysparm_query"] == f"correlation_id={MARKER}^ORDERBYsys_id"


async def test_an_incident_without_the_marker_is_another_one() -> None:
    assert (await observe(await order(CREATE), snow())).sight is Sight.ABSENT


async def test_an_incident_with_the_marker_that_is_hidden_cannot_be_seen() -> None:
    asked = snow()
    asked.tables["incident"] = [HIDDEN]
    assert (await observe(await order(CREATE), asked)).sight is Sight.UNOBSERVABLE


@pytest.mark.parametrize(
    ("word", "impact", "urgency"),
    [("1", "1", "1"), ("High", "2", "1"), ("P3", "2", "2"), ("4 - Low", "3", "2"), ("planning", "3", "3")],
)
async def test_a_priority_becomes_the_impact_and_urgency_that_give_it(word: str, impact: str, urgency: str) -> None:
    asked = snow()
    await apply(await order(CREATE.model_copy(update={"priority": word})), asked)
    assert (body_of(asked)["impact"], body_of(asked)["urgency"]) == (impact, urgency)


@pytest.mark.parametrize("word", ["", "urgent", "6", "1 - Low", "12"])
async def test_a_priority_that_does_not_exist_names_those_that_do(word: str) -> None:
    with pytest.raises(InvalidRequestError, match="1 - Critical, 2 - High"):
        await plan(CREATE.model_copy(update={"priority": word}))


@pytest.mark.parametrize("title", [" \n", "x" * 161])
async def test_a_title_that_servicenow_would_cut_is_refused(title: str) -> None:
    with pytest.raises(InvalidRequestError, match="1 to 160 characters"):
        await plan(CREATE.model_copy(update={"title": title}))


@pytest.mark.parametrize("field", ["title", "description"])
async def test_a_text_that_servicenow_would_run_is_refused(field: str) -> None:
    with pytest.raises(InvalidRequestError, match="must not begin with javascript:"):
        await plan(CREATE.model_copy(update={field: "javascript:gs.log(1)"}))
    with pytest.raises(InvalidRequestError, match="comment must not begin"):
        await plan(COMMENT.model_copy(update={"comment": "javascript:gs.log(1)"}))


async def test_a_service_must_be_exactly_one() -> None:
    change = CREATE.model_copy(update={"service": "search"})
    with pytest.raises(InvalidRequestError, match="no service of this name in table cmdb_ci_service"):
        await plan(change)
    asked = snow()
    asked.tables["cmdb_ci_service"] = [row(1, name="search"), row(2, name="search")]
    with pytest.raises(InvalidRequestError, match="several services of this name"):
        await plan(change, asked)
