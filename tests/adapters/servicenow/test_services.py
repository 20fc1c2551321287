"""What the CMDB says of services, their owners and their neighbours."""

from datetime import timedelta
from typing import Any

import pytest

from opsloom.model.ownership import Link, OnCall, Ownership, OwnershipQuery, Service, ServiceQuery, Team
from opsloom.model.page import Page
from tests.adapters.servicenow.asking import (
    CHECKOUT,
    GROUP,
    HIDDEN,
    NOW,
    URL,
    USER_A,
    USER_B,
    Snow,
    call_at,
    connected,
    refusal,
    relationship,
    row,
)

ON_CALL = "/api/now/on_call_rota/whoisoncall"


def ci(number: int | str = CHECKOUT, **columns: str | tuple[str, str]) -> dict[str, Any]:
    return row(
        number,
        **{
            "name": "checkout",
            "short_description": "Takes payments",
            "sys_class_name": ("cmdb_ci_service_discovered", "Application Service"),
            "operational_status": ("1", "Operational"),
            "busines_criticality": "1 - most critical",
            "support_group": (GROUP, "payments"),
            "support_group.email": "payments@example.com",
            "support_group.description": "Payments team",
            "owned_by": (USER_A, "On-call A"),
            "managed_by": "",
            **columns,
        },
    )


def member(number: int, user: str, login: str, **columns: str | tuple[str, str]) -> dict[str, Any]:
    return row(
        number,
        **{
            "group": (GROUP, "payments"),
            "user": (user, login.title()),
            "user.user_name": login,
            "user.active": "true",
            **columns,
        },
    )


def on_call(*users: tuple[str, float]) -> dict[str, Any]:
    return {"result": [{"userId": user, "group": GROUP, "order": order, "userIds": []} for user, order in users]}


def cmdb(**others: Any) -> Snow:
    return Snow(
        {
            "cmdb_ci_service": [ci()],
            "cmdb_rel_ci": [
                relationship(1, "checkout", "orders-db", "Depends on::Used by"),
                relationship(2, "shop", "checkout", "Depends on::Used by"),
            ],
            "sys_user_grmember": [member(1, USER_A, "oncall-a"), member(2, USER_B, "oncall-b")],
            "sys_user": [row(USER_A, user_name="oncall-a"), row(USER_B, user_name="oncall-b")],
        },
        **{ON_CALL: on_call((USER_B, 2.0), (USER_A, 1.0)), **others},
    )


async def services(snow: Snow, text: str | None = None, limit: int = 50, **settings: Any) -> Page[Service]:
    async with connected(snow, **settings) as adapter:
        return await adapter.search_services(ServiceQuery(text=text, limit=limit), call_at())


async def owners(snow: Snow, **asked: Any) -> Page[Ownership]:
    async with connected(snow) as adapter:
        query = OwnershipQuery(**{"at": NOW, **(asked or {"service": "checkout"})})
        return await adapter.get_ownership(query, call_at())


async def test_a_service_is_mapped() -> None:
    page = await services(cmdb())
    assert page.rows == (
        Service(
            ref=page.rows[0].ref,
            link=f"{URL}/cmdb_ci_service.do?sys_id={CHECKOUT}",
            name="checkout",
            description="Takes payments",
            owner="payments",
            lifecycle="Operational",
            tier="1 - most critical",
            links=(Link(title="owned by On-call A", url=f"{URL}/sys_user.do?sys_id={USER_A}"),),
        ),
    )
    assert str(page.rows[0].ref) == "service:snow-eu/checkout"


async def test_services_are_searched_by_name_in_the_table_of_the_settings() -> None:
    snow = Snow({"cmdb_ci_appl": [ci(), ci(2, name="search")]})
    page = await services(snow, "CHECK", service_table="cmdb_ci_appl")
    assert snow.asked("cmdb_ci_appl")[0]["sysparm_query"] == "nameLIKECHECK^ORDERBYname^ORDERBYsys_id"
    assert [service.name for service in page.rows] == ["checkout"]
    assert page.link == f"{URL}/cmdb_ci_appl_list.do?sysparm_query=nameLIKECHECK%5EORDERBYname%5EORDERBYsys_id"


async def test_a_name_that_several_cis_have_is_shown_once() -> None:
    page = await services(Snow({"cmdb_ci_service": [ci(1), ci(2, short_description="The business service")]}))
    assert [service.description for service in page.rows] == ["Takes payments"]
    assert page.notes == ("several CIs share a name; each name is shown once",)


async def test_the_owner_of_a_service_is_its_support_group_with_members_and_who_is_on_call() -> None:
    page = await owners(cmdb())
    assert page.rows[0].teams == (
        Team(
            name="payments",
            title="Payments team",
            members=("oncall-a", "oncall-b"),
            contacts=(Link(title="mail", url="mailto:payments@example.com"),),
        ),
    )
    assert page.rows[0].on_call == (
        OnCall(team="payments", user="oncall-a"),
        OnCall(team="payments", user="oncall-b"),
    )
    assert (page.rows[0].upstream, page.rows[0].downstream) == (("shop",), ("orders-db",))
    assert page.rows[0].matched_by == "support_group of cmdb_ci_service_discovered"
    assert page.notes == ("ServiceNow says who is on call now, not until when",)


async def test_who_is_on_call_and_no_member_is_looked_up() -> None:
    snow = cmdb()
    snow.tables["sys_user_grmember"] = []
    assert [shift.user for shift in (await owners(snow)).rows[0].on_call] == ["oncall-a", "oncall-b"]
    assert snow.asked("sys_user")[0]["sysparm_query"].startswith(f"sys_idIN{USER_A},{USER_B}")


async def test_members_of_other_groups_and_inactive_ones_are_left_out() -> None:
    snow = cmdb()
    snow.tables["sys_user_grmember"] = [
        member(1, USER_A, "oncall-a"),
        member(2, USER_B, "oncall-b", **{"user.active": "false"}),
        member(3, USER_B, "lead-b", group=("0" * 32, "search")),
    ]
    assert (await owners(snow)).rows[0].teams[0].members == ("oncall-a",)


@pytest.mark.parametrize("status", [400, 403, 404])
async def test_without_on_call_scheduling_the_owner_is_still_told(status: int) -> None:
    page = await owners(cmdb(**{ON_CALL: refusal(status, "Requested URI does not represent any resource")}))
    assert page.rows[0].teams[0].name == "payments"
    assert page.rows[0].on_call == ()
    assert "On-Call Scheduling is not active, or this user may not read it" in page.notes[0]


async def test_that_nobody_is_on_call_is_said() -> None:
    page = await owners(cmdb(**{ON_CALL: {"result": []}}))
    assert page.notes == ("ServiceNow has nobody on call for the support group now",)


async def test_another_time_than_now_is_not_asked_for() -> None:
    snow = cmdb()
    page = await owners(snow, service="checkout", at=NOW - timedelta(days=3))
    assert not any(request.url.path == ON_CALL for request in snow.requests)
    assert page.rows[0].on_call == ()
    assert page.notes[0].startswith("who was on call at another time than now is not asked")


async def test_a_service_without_a_support_group_has_no_team() -> None:
    snow = cmdb()
    snow.tables["cmdb_ci_service"] = [ci(support_group="")]
    page = await owners(snow)
    assert (page.rows[0].teams, page.rows[0].matched_by) == ((), "")
    assert page.notes == ("a service of this name has no support group",)


async def test_an_unknown_service_is_an_empty_page_even_if_the_query_was_ignored() -> None:
    snow = cmdb()
    page = await owners(snow, service="nosuch")
    assert (page.rows, page.total, len(snow.requests)) == ((), 0, 1)


async def test_a_hidden_service_is_not_an_unknown_one() -> None:
    snow = cmdb()
    snow.tables["cmdb_ci_service"] = [HIDDEN]
    page = await owners(snow)
    assert (page.rows, page.complete) == ((), False)
    assert "hides 1 more rows" in page.notes[0]


async def test_files_have_no_owner_here() -> None:
    snow = cmdb()
    page = await owners(snow, path="src/app.py")
    assert (page.rows, page.notes, snow.requests) == (
        (),
        ("ServiceNow knows who owns services, not files",),
        [],
    )
