"""What the incident table says, and what becomes of it."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from opsloom.model.alerts import Severity
from opsloom.model.errors import InvalidRequestError, NotFoundError, UnexpectedAnswerError
from opsloom.model.incidents import Incident, IncidentQuery, IncidentStatus
from opsloom.model.page import Page
from opsloom.model.timeline import TimelineEntry
from tests.adapters.servicenow.asking import (
    HIDDEN,
    URL,
    WINDOW,
    Snow,
    call_at,
    connected,
    incident,
    refusal,
    row,
    sys_id,
)


async def search(snow: Snow, settings: dict[str, Any] | None = None, **asked: Any) -> Page[Incident]:
    async with connected(snow, **(settings or {})) as adapter:
        query = IncidentQuery(**{"window": WINDOW, "limit": 50, **asked})
        return await adapter.search_incidents(query, call_at())


async def get(snow: Snow, number: int = 46) -> Incident:
    async with connected(snow) as adapter:
        return await adapter.get_incident(sys_id(number), call_at())


def journal(*entries: dict[str, Any], **others: Any) -> Snow:
    return Snow({"incident": [incident(46)], "sys_journal_field": list(entries)}, **others)


def entry(number: int, at: str, element: str, text: str, element_id: str | None = None) -> dict[str, Any]:
    return row(
        number,
        element_id=element_id or sys_id(46),
        element=element,
        value=text,
        sys_created_on=(at, "03/03/2026 00:30"),
        sys_created_by="oncall-a",
    )


async def test_an_incident_is_mapped_with_times_of_the_database_and_names_of_the_display() -> None:
    page = await search(Snow({"incident": [incident(46)]}))
    assert page.rows == (
        Incident(
            ref=page.rows[0].ref,
            link=f"{URL}/incident.do?sys_id={sys_id(46)}",
            key="INC0000046",
            title="checkout is slow",
            status=IncidentStatus.ACKNOWLEDGED,
            status_raw="In Progress",
            severity=Severity.ERROR,
            severity_raw="2 - High",
            service="checkout",
            team="payments",
            assignees=("oncall-a",),
            summary="Since 08:00.",
            starts_at=datetime(2026, 3, 3, 8, 5, tzinfo=UTC),
            updated_at=datetime(2026, 3, 3, 9, 0, tzinfo=UTC),
        ),
    )
    assert str(page.rows[0].ref) == f"incident:snow-eu/{sys_id(46)}"
    assert (page.total, page.complete, page.notes) == (1, True, ())


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("1", IncidentStatus.TRIGGERED),
        ("3", IncidentStatus.ACKNOWLEDGED),
        ("6", IncidentStatus.RESOLVED),
        ("7", IncidentStatus.RESOLVED),
        ("8", IncidentStatus.RESOLVED),
        ("10", IncidentStatus.MITIGATED),
        ("11", IncidentStatus.UNKNOWN),
    ],
)
async def test_each_state_means_something_and_keeps_its_label(state: str, status: IncidentStatus) -> None:
    settings = {"incident_states": {"10": "mitigated"}}
    found = (await search(Snow({"incident": [incident(46, state=(state, "Its label"))]}), settings)).rows[0]
    assert (found.status, found.status_raw) == (status, "Its label")


async def test_what_this_user_may_not_read_stays_empty() -> None:
    bare = {name: cell for name, cell in incident(46).items() if name == "sys_id" or name.startswith("sys_")}
    found = (await search(Snow({"incident": [bare]}))).rows[0]
    assert (found.title, found.service, found.team, found.assignees) == ("", None, None, ())
    assert (found.status, found.severity) == (IncidentStatus.UNKNOWN, Severity.UNKNOWN)
    assert found.starts_at == datetime(2026, 3, 3, 8, 6, tzinfo=UTC)


async def test_the_question_says_when_who_and_what_in_one_encoded_query() -> None:
    snow = Snow({"incident": []})
    page = await search(snow, text="slow", service="checkout", statuses=frozenset({IncidentStatus.TRIGGERED}))
    asked = snow.asked("incident")[0]
    assert asked["sysparm_query"] == (
        "opened_at<2026-03-03 09:21:00"
        "^resolved_at>=2026-03-02 09:21:00^ORresolved_atISEMPTY^ORstateNOT IN6,7,8"
        "^closed_at>=2026-03-02 09:21:00^ORclosed_atISEMPTY^ORstateNOT IN6,7,8"
        "^stateIN1"
        "^business_service.name=checkout^ORcmdb_ci.name=checkout"
        "^short_descriptionLIKEslow^ORdescriptionLIKEslow"
        "^ORDERBYDESCopened_at^ORDERBYsys_id"
    )
    assert asked["sysparm_display_value"] == "all"
    assert asked["sysparm_limit"] == "100"
    assert "assigned_to.user_name" in asked["sysparm_fields"].split(",")
    assert page.link is not None
    link = httpx.URL(page.link)
    assert (link.path, link.params["sysparm_query"]) == ("/incident_list.do", asked["sysparm_query"])
    assert asked["sysparm_query"] in page.query


async def test_rows_that_do_not_fit_are_left_out_because_a_bad_condition_is_ignored() -> None:
    others = [
        incident(1, business_service=("x", "search")),
        incident(2, short_description="login fails", description=""),
        incident(3, opened_at="2026-03-03 09:21:00"),
        incident(4, state=("6", "Resolved"), resolved_at="2026-03-01 10:00:00"),
    ]
    page = await search(Snow({"incident": [*others, incident(46)]}), text="SLOW", service="checkout")
    assert [one.key for one in page.rows] == ["INC0000046"]
    assert page.total == 1


async def test_the_service_that_was_asked_for_may_be_the_second_that_an_incident_names() -> None:
    both = incident(46, business_service=("x", "retail"), cmdb_ci=("y", "checkout"))
    assert (await search(Snow({"incident": [both]}), service="checkout")).rows[0].service == "checkout"
    assert (await search(Snow({"incident": [both]}))).rows[0].service == "retail"


async def test_a_reopened_incident_has_no_end() -> None:
    reopened = incident(46, state=("2", "In Progress"), resolved_at="2026-03-01 10:00:00")
    assert (await search(Snow({"incident": [reopened]}))).rows[0].ends_at is None


async def test_no_more_is_fetched_than_the_limit_needs() -> None:
    snow = Snow({"incident": [incident(number) for number in range(1, 251)]})
    page = await search(snow, limit=150)
    assert [asked["sysparm_limit"] for asked in snow.asked("incident")] == ["150"]
    assert (len(page.rows), page.total, page.complete) == (150, 250, False)


async def test_pages_are_followed_until_there_are_enough_that_fit() -> None:
    others = [incident(number, short_description="x", description="") for number in range(1, 150)]
    snow = Snow({"incident": [*others, incident(200), incident(201)]})
    page = await search(snow, limit=1, text="slow")
    assert [one.key for one in page.rows] == ["INC0000200"]
    assert [asked["sysparm_offset"] for asked in snow.asked("incident")] == ["0", "100"]
    assert (page.complete, page.total) == (False, None)


async def test_rows_that_access_rules_hide_are_counted_and_said() -> None:
    page = await search(Snow({"incident": [HIDDEN, incident(46), HIDDEN]}))
    assert [one.key for one in page.rows] == ["INC0000046"]
    assert (page.complete, page.total) == (False, None)
    assert page.notes == ("ServiceNow hides 2 more rows from this user (its access rules); what they say is not known",)


async def test_a_page_that_is_hidden_whole_is_not_the_end() -> None:
    snow = Snow({"incident": [*[HIDDEN] * 100, incident(46)]})
    page = await search(snow)
    assert [one.key for one in page.rows] == ["INC0000046"]
    assert not page.complete


async def test_an_unknown_status_is_looked_for_among_all() -> None:
    snow = Snow({"incident": [incident(46, state=("99", "Parked")), incident(47)]})
    page = await search(snow, statuses=frozenset({IncidentStatus.UNKNOWN}))
    assert [one.key for one in page.rows] == ["INC0000046"]
    assert "stateIN" not in snow.asked("incident")[0]["sysparm_query"]


async def test_a_status_that_no_state_means_is_said_instead_of_asked() -> None:
    snow = Snow({"incident": [incident(46)]})
    page = await search(snow, statuses=frozenset({IncidentStatus.MITIGATED}))
    assert (page.rows, page.total, snow.requests) == ((), 0, [])
    assert page.notes == ("no state of these incidents means mitigated; see the setting incident_states",)


@pytest.mark.parametrize("hostile", ["x^NQactive=true", "javascript:gs.sleep(9)"])
async def test_a_hostile_filter_is_refused_before_anything_is_asked(hostile: str) -> None:
    snow = Snow({"incident": [incident(46)]})
    with pytest.raises(InvalidRequestError, match="cannot quote"):
        await search(snow, text=hostile)
    with pytest.raises(InvalidRequestError, match="cannot quote"):
        await search(snow, service=hostile)
    assert snow.requests == []


async def test_a_time_that_is_none_is_an_error() -> None:
    with pytest.raises(UnexpectedAnswerError, match="opened_at"):
        await search(Snow({"incident": [incident(46, opened_at="yesterday")]}))


@pytest.mark.parametrize("native_id", ["INC0000046", "../sys_user", sys_id(1)[1:], sys_id(10**30).upper(), ""])
async def test_an_id_of_another_form_is_not_found_without_asking(native_id: str) -> None:
    snow = Snow()
    async with connected(snow) as adapter:
        for look_up in (adapter.get_incident, adapter.get_deploy):
            with pytest.raises(NotFoundError, match="32 digits"):
                await look_up(native_id, call_at())
    assert snow.requests == []


async def test_the_timeline_is_what_was_written_between_what_was_reached() -> None:
    solved = incident(46, state=("6", "Resolved"), resolved_at="2026-03-03 09:10:00")
    entries = [
        entry(2, "2026-03-03 09:00:00", "comments", "It is slow again."),
        entry(1, "2026-03-03 08:30:00", "work_notes", "Seen."),
        entry(3, "2026-03-03 08:40:00", "work_notes", "Of another incident.", element_id=sys_id(9)),
    ]
    snow = Snow({"incident": [solved], "sys_journal_field": entries})
    timeline = (await get(snow)).timeline
    assert [(one.kind, one.author, one.text) for one in timeline] == [
        ("opened", "", ""),
        ("work_notes", "oncall-a", "Seen."),
        ("comments", "oncall-a", "It is slow again."),
        ("resolved", "", ""),
    ]
    assert timeline[1].at == datetime(2026, 3, 3, 8, 30, tzinfo=UTC)
    asked = snow.asked("sys_journal_field")[0]["sysparm_query"]
    assert asked.startswith(f"element_id={sys_id(46)}^elementINcomments,work_notes^ORDERBYDESCsys_created_on")


@pytest.mark.parametrize(
    ("snow", "told"),
    [
        (journal(HIDDEN, HIDDEN), "ServiceNow hides 2 more rows from this user"),
        (journal(sys_journal_field=refusal(403)), "this user may not read table sys_journal_field"),
    ],
    ids=["hidden rows", "refused table"],
)
async def test_notes_that_may_not_be_read_are_told_in_the_timeline(snow: Snow, told: str) -> None:
    last: TimelineEntry = (await get(snow)).timeline[-1]
    assert (last.kind, last.author) == ("note", "opsloom")
    assert told in last.text


async def test_an_incident_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        await get(Snow({"incident": []}))


async def test_a_hibernating_instance_is_no_empty_answer() -> None:
    asleep = httpx.Response(200, html="<html>Your instance is hibernating</html>")
    with pytest.raises(UnexpectedAnswerError, match="web page"):
        await search(Snow(incident=asleep))


async def test_the_limit_of_requests_is_kept_for_doctor() -> None:
    told = {"x-ratelimit-limit": "500", "x-ratelimit-reset": "1772532060", "x-total-count": "0"}
    snow = Snow(incident=httpx.Response(200, json={"result": []}, headers=told))
    call = call_at()
    async with connected(snow) as adapter:
        await adapter.probe(call)
    assert call.quota is not None
    assert call.quota.limit == 500
