"""Making tickets, and what the credential for changes may do."""

from base64 import b64encode
from typing import Any

import httpx
import pytest

from opsloom.adapter_api.permissions import Permission
from opsloom.model.changes import CreateTicket, Effect, Sight, UpdateTicket
from opsloom.model.errors import InvalidRequestError, OutcomeUnknownError, UnsupportedError
from opsloom.model.tickets import TicketStatus
from tests.adapters.canned import MARKER
from tests.adapters.jira.asking import (
    API,
    SEARCH,
    Jira,
    apply,
    call_at,
    connected,
    document,
    found,
    issue,
    observe,
    plan,
)

PROJECT = f"GET {API}/project/OPS"
PRIORITIES = f"GET {API}/priority/search"
CREATE = f"POST {API}/issue"
PERMISSIONS = f"GET {API}/mypermissions"
NOTE = f"({MARKER}: asked for by oncall-a, approved by lead-b)"
SLOW = CreateTicket(title=" checkout is\nslow ", description="Since 08:00.", priority="high")
HOME = {"create_project": "OPS"}
MADE = httpx.Response(201, json={"id": "31", "key": "OPS-31", "self": "http://jira.test/31"})


def site(**replies: Any) -> dict[str, Any]:
    return {
        PROJECT: {
            "key": "OPS",
            "issueTypes": [{"id": "9", "name": "Task", "subtask": True}, {"id": "3", "name": "Task", "subtask": False}],
            "components": [{"id": "1", "name": "Checkout"}],
        },
        PRIORITIES: {"values": [{"id": "2", "name": "High"}, {"id": "3", "name": "Medium"}]},
        **replies,
    }


async def sent(change: CreateTicket, **settings: Any) -> dict[str, Any]:
    """The fields of the ticket that is made."""
    planned = await plan(Jira(site()), change, **HOME, **settings)
    jira = Jira(site(**{CREATE: MADE}))
    await apply(jira, planned, **HOME, **settings)
    fields: dict[str, Any] = jira.body()["fields"]
    return fields


async def test_a_plan_names_all_that_the_ticket_will_hold() -> None:
    planned = await plan(Jira(site()), SLOW, **HOME)
    assert planned.change == SLOW.model_copy(update={"title": "checkout is slow", "priority": "High"})
    assert planned.summary == "create a Task in project OPS of jira-eu: checkout is slow"
    assert planned.effects == (
        Effect(what="title", before="", after="checkout is slow"),
        Effect(what="priority", before="", after="High"),
        Effect(what="description", before="", after="Since 08:00."),
    )
    assert planned.inverse == UpdateTicket(ticket="", status=TicketStatus.CLOSED)
    assert (await plan(Jira(site()), CreateTicket.model_validate(planned.change), **HOME)).change == planned.change


async def test_a_ticket_is_made_with_one_request_and_signed() -> None:
    planned = await plan(Jira(site()), SLOW, **HOME)
    jira = Jira(site(**{CREATE: MADE}))
    receipt = await apply(jira, planned, **HOME)
    assert jira.asked == [PROJECT, PRIORITIES, CREATE]
    fields = jira.body()["fields"]
    assert fields.pop("description")["content"][-1]["content"][0]["text"] == NOTE
    assert fields == {
        "project": {"key": "OPS"},
        "issuetype": {"id": "3"},
        "summary": "checkout is slow",
        "priority": {"id": "2"},
    }
    assert (receipt.native_id, receipt.link) == ("OPS-31", "http://jira.test/browse/OPS-31")
    assert receipt.inverse == UpdateTicket(ticket="OPS-31", status=TicketStatus.CLOSED)


@pytest.mark.parametrize(
    ("settings", "field", "value"),
    [
        ({"service_field": "components"}, "components", [{"name": "Checkout"}]),
        ({"service_field": "labels"}, "labels", ["checkout"]),
        ({"service_field": "customfield_1"}, "customfield_1", {"value": "checkout"}),
        ({"service_field": "customfield_1", "service_field_type": "text"}, "customfield_1", "checkout"),
        ({"service_field": "customfield_1", "service_field_type": "labels"}, "customfield_1", ["checkout"]),
        ({}, "summary", "checkout: slow"),
    ],
)
async def test_a_service_goes_where_it_is_looked_for(settings: dict[str, Any], field: str, value: object) -> None:
    assert (await sent(CreateTicket(title="slow", service="checkout"), **settings))[field] == value


@pytest.mark.parametrize(
    ("change", "settings", "text"),
    [
        (CreateTicket(title=" \n"), HOME, "title is empty"),
        (CreateTicket(title="x" * 256), HOME, "title may have 255 characters"),
        (CreateTicket(title="x", priority="P0"), HOME, "priority in jira-eu is not one .* valid are High, Medium"),
        (
            CreateTicket(title="x"),
            {**HOME, "create_issue_type": "Bug"},
            "create_issue_type of jira-eu .* valid are Task",
        ),
        (CreateTicket(title="x", service="web"), {**HOME, "service_field": "components"}, "valid are Checkout"),
        (CreateTicket(title="x", service="a b"), {**HOME, "service_field": "labels"}, "cannot hold blanks"),
    ],
)
async def test_what_cannot_be_made_is_refused_with_what_can(
    change: CreateTicket, settings: dict[str, Any], text: str
) -> None:
    with pytest.raises(InvalidRequestError, match=text):
        await plan(Jira(site()), change, **settings)


async def test_without_a_project_for_new_tickets_the_setting_is_named() -> None:
    for settings in ({}, {"projects": ["OPS", "PAY"]}):
        with pytest.raises(UnsupportedError, match="set create_project"):
            await plan(Jira({}), SLOW, **settings)


async def test_the_only_project_is_where_new_tickets_go() -> None:
    assert "project OPS" in (await plan(Jira(site()), SLOW, projects=["OPS"])).summary


async def test_an_answer_without_a_key_is_an_unknown_outcome() -> None:
    planned = await plan(Jira(site()), SLOW, **HOME)
    with pytest.raises(OutcomeUnknownError):
        await apply(Jira(site(**{CREATE: httpx.Response(201, json={"id": "31"})})), planned, **HOME)


async def test_a_new_ticket_is_found_by_the_marker_in_its_description() -> None:
    planned = await plan(Jira(site()), SLOW, **HOME)
    other = issue(8, description=document(NOTE.replace(MARKER, f"{MARKER}x")))
    jira = Jira({SEARCH: found(other, issue(31, description=document("Since 08:00.", NOTE)))})
    seen = await observe(jira, planned, **HOME)
    assert jira.body()["jql"] == (rf'project = "OPS" AND description ~ "\"{MARKER}\"" ORDER BY created DESC')
    assert seen.sight is Sight.PRESENT
    assert seen.receipt is not None
    assert seen.receipt.native_id == "OPS-31"
    assert (await observe(Jira({SEARCH: found(other)}), planned, **HOME)).sight is Sight.ABSENT


def held(*keys: str) -> dict[str, Any]:
    names = ("CREATE_ISSUES", "ADD_COMMENTS", "TRANSITION_ISSUES", "ASSIGN_ISSUES", "EDIT_ISSUES", "LINK_ISSUES")
    return {"permissions": {name: {"key": name, "havePermission": name in keys} for name in names}}


async def permissions(jira: Jira, **settings: Any) -> dict[str, bool | None]:
    async with connected(jira, **settings) as adapter:
        told: tuple[Permission, ...] = await adapter.check_writing(call_at())
        assert {one.name for one in told} == {one.name for one in adapter.manifest.scopes if one.writes}
    return {one.name: one.granted for one in told}


async def test_the_writer_is_told_what_it_may_do_in_every_project() -> None:
    in_ops = held("CREATE_ISSUES", "ADD_COMMENTS", "TRANSITION_ISSUES")
    jira = Jira({PERMISSIONS: (in_ops, held("ADD_COMMENTS"))})
    told = await permissions(jira, projects=["OPS", "PAY"], create_project="OPS")
    assert told == {
        "write:jira-work": None,
        "read:jira-work": True,
        "Create Issues": True,
        "Add Comments": True,
        "Transition Issues": False,
        "Assign Issues": False,
        "Edit Issues": False,
        "Link Issues": False,
    }
    assert [request.url.params["projectKey"] for request in jira.requests] == ["OPS", "PAY"]
    writer = b64encode(b"opsloom@example.com:secret-of-JIRA_WRITE_TOKEN").decode()
    assert {request.headers["authorization"] for request in jira.requests} == {f"Basic {writer}"}


async def test_without_projects_any_project_counts_and_creating_where_it_is_done() -> None:
    jira = Jira({PERMISSIONS: (held("LINK_ISSUES"), held("CREATE_ISSUES"))})
    told = await permissions(jira, create_project="OPS")
    assert (told["Link Issues"], told["Create Issues"]) == (True, True)
    assert "projectKey" not in jira.requests[0].url.params
    assert jira.requests[1].url.params["projectKey"] == "OPS"
