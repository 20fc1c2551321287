"""What the change table says, and what becomes of it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from opsloom.model.deploys import ChangeKind, Deploy, DeployQuery, DeployStatus
from opsloom.model.page import Page
from tests.adapters.servicenow.asking import CHECKOUT, HIDDEN, URL, WINDOW, Snow, call_at, connected, row, sys_id


def change(number: int, /, **columns: str | tuple[str, str]) -> dict[str, Any]:
    return row(
        number,
        **{
            "number": f"CHG{number:07}",
            "short_description": "checkout 4.2",
            "description": "",
            "state": ("3", "Closed"),
            "type": ("normal", "Normal"),
            "category": "Software",
            "risk": ("4", "Low"),
            "close_code": ("successful", "Successful"),
            "assigned_to.user_name": "oncall-a",
            "business_service": (CHECKOUT, "checkout"),
            "cmdb_ci": "",
            "start_date": ("2026-03-03 08:00:00", "2026-03-03 00:00:00"),
            "end_date": ("2026-03-03 10:00:00", "2026-03-03 02:00:00"),
            "work_start": ("2026-03-03 08:10:00", "2026-03-03 00:10:00"),
            "work_end": ("2026-03-03 08:20:00", "2026-03-03 00:20:00"),
            "sys_created_on": ("2026-02-20 08:00:00", "2026-02-20 00:00:00"),
            **columns,
        },
    )


async def search(snow: Snow, settings: dict[str, Any] | None = None, **asked: Any) -> Page[Deploy]:
    async with connected(snow, **(settings or {})) as adapter:
        return await adapter.search_deploys(DeployQuery(**{"window": WINDOW, "limit": 50, **asked}), call_at())


async def one(**columns: str | tuple[str, str]) -> Deploy:
    async with connected(Snow({"change_request": [change(7, **columns)]})) as adapter:
        return await adapter.get_deploy(sys_id(7), call_at())


async def test_a_change_is_mapped() -> None:
    found = (await search(Snow({"change_request": [change(7)]}))).rows[0]
    assert found == Deploy(
        ref=found.ref,
        link=f"{URL}/change_request.do?sys_id={sys_id(7)}",
        kind=ChangeKind.DEPLOY,
        at=datetime(2026, 3, 3, 8, 10, tzinfo=UTC),
        service="checkout",
        status=DeployStatus.SUCCEEDED,
        status_raw="Closed",
        author="oncall-a",
        title="checkout 4.2",
        attributes={
            "number": "CHG0000007",
            "type": "Normal",
            "category": "Software",
            "risk": "Low",
            "close_code": "Successful",
            "planned_start": "2026-03-03T08:00:00Z",
            "planned_end": "2026-03-03T10:00:00Z",
            "ended": "2026-03-03T08:20:00Z",
        },
    )


@pytest.mark.parametrize(
    ("state", "close_code", "status"),
    [
        ("-2", "", DeployStatus.IN_PROGRESS),
        ("-1", "", DeployStatus.IN_PROGRESS),
        ("0", "", DeployStatus.SUCCEEDED),
        ("3", "successful", DeployStatus.SUCCEEDED),
        ("3", "successful_issues", DeployStatus.SUCCEEDED),
        ("3", "unsuccessful", DeployStatus.FAILED),
        ("3", "", DeployStatus.SUCCEEDED),
        ("4", "", DeployStatus.FAILED),
        ("42", "successful", DeployStatus.UNKNOWN),
    ],
)
async def test_state_and_close_code_say_how_it_went(state: str, close_code: str, status: DeployStatus) -> None:
    found = await one(state=(state, "Its label"), close_code=close_code)
    assert (found.status, found.status_raw) == (status, "Its label")


@pytest.mark.parametrize(
    ("category", "kind"),
    [("Software", ChangeKind.DEPLOY), ("DevOps", ChangeKind.DEPLOY), ("Network", ChangeKind.CONFIG)],
)
async def test_the_category_tells_a_deployment_from_another_change(category: str, kind: ChangeKind) -> None:
    assert (await one(category=category)).kind is kind


async def test_the_settings_say_which_categories_are_deployments() -> None:
    page = await search(Snow({"change_request": [change(7, category="Network")]}), {"deploy_categories": ["network"]})
    assert page.rows[0].kind is ChangeKind.DEPLOY


@pytest.mark.parametrize(
    ("starts", "at"),
    [
        ({"work_start": ""}, datetime(2026, 3, 3, 8, 0, tzinfo=UTC)),
        ({"work_start": "", "start_date": ""}, datetime(2026, 2, 20, 8, 0, tzinfo=UTC)),
    ],
)
async def test_without_an_actual_start_the_planned_one_counts(starts: dict[str, str], at: datetime) -> None:
    assert (await one(**starts)).at == at


async def test_what_was_not_carried_out_is_no_deploy() -> None:
    planned = change(1, state=("-2", "Scheduled"), work_start="")
    cancelled = change(2, state=("4", "Canceled"), work_start="")
    begun = change(3, state=("-2", "Scheduled"))
    page = await search(Snow({"change_request": [planned, cancelled, begun]}))
    assert [deploy.attributes["number"] for deploy in page.rows] == ["CHG0000003"]


async def test_the_newest_are_kept_by_their_actual_start() -> None:
    early = change(1, start_date="2026-03-03 09:00:00", work_start="2026-03-03 07:00:00")
    late = change(2, start_date="2026-03-03 06:00:00", work_start="2026-03-03 09:10:00")
    page = await search(Snow({"change_request": [early, late]}), limit=1)
    assert [deploy.attributes["number"] for deploy in page.rows] == ["CHG0000002"]
    assert (page.complete, page.total) == (False, 2)


async def test_the_question_asks_for_both_starts_and_for_changes_that_name_no_service() -> None:
    snow = Snow({"change_request": [change(1, business_service=("", "")), change(2, business_service=("x", "search"))]})
    page = await search(snow, service="checkout")
    assert snow.asked("change_request")[0]["sysparm_query"] == (
        "work_start>=2026-03-02 09:21:00^ORstart_date>=2026-03-02 09:21:00"
        "^work_start<2026-03-03 09:21:00^ORstart_date<2026-03-03 09:21:00"
        "^stateNOT IN-5,-4,-3,-2,4,7^ORwork_startISNOTEMPTY"
        "^business_service.name=checkout^ORcmdb_ci.name=checkout^ORbusiness_serviceISEMPTY^ORcmdb_ciISEMPTY"
        "^ORDERBYDESCstart_date^ORDERBYsys_id"
    )
    assert [deploy.service for deploy in page.rows] == [None]


async def test_a_change_of_another_time_is_left_out() -> None:
    outside = change(1, work_start="2026-03-03 09:21:00")
    assert (await search(Snow({"change_request": [outside]}))).rows == ()


async def test_an_environment_cannot_be_asked_for_and_that_is_said() -> None:
    page = await search(Snow({"change_request": [change(7)]}), environment="prod")
    assert len(page.rows) == 1
    assert page.notes == ("ServiceNow's changes name no environment: they were not filtered by it",)


async def test_hidden_changes_are_said() -> None:
    page = await search(Snow({"change_request": [change(7), HIDDEN]}))
    assert (page.complete, page.total) == (False, None)
    assert "hides 1 more rows" in page.notes[0]


async def test_more_changes_than_can_be_read_are_said() -> None:
    snow = Snow({"change_request": [change(number) for number in range(1, 1_002)]})
    page = await search(snow, limit=10)
    assert not page.complete
    assert page.notes == ("there are more changes than could be read: narrow the window",)
    assert len(snow.requests) == 1
