"""Services, the teams that run them, and who is on call."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from opsloom.model.errors import NotFoundError, UnsupportedError
from opsloom.model.ownership import EscalationStep, OnCall, Ownership, OwnershipQuery, ServiceQuery, Team
from opsloom.model.page import Page
from tests.adapters.opsgenie.asking import NOW, TEAM_ID, TEAMS, Opsgenie, call_at, connected, said

SERVICES = "GET /v1/services"
TEAM_BY_ID = f"GET /v2/teams/{TEAM_ID}"
TEAM_BY_NAME = "GET /v2/teams/payments"
SCHEDULES = "GET /v2/schedules"
ESCALATIONS = "GET /v2/escalations"
TIMELINE = "GET /v2/schedules/s1/timeline"
OWNER = {"id": TEAM_ID, "name": "payments"}
TEAM = {**OWNER, "description": "all that is paid", "members": [{"user": {"username": "oncall-a"}}, {"role": "user"}]}
BY_SETTING = {"services": {"checkout": "payments", "web": "shop"}}


def service(name: str, team: str = TEAM_ID) -> dict[str, Any]:
    return {"id": f"id-of-{name}", "name": name, "teamId": team, "description": f"the {name}"}


def schedule(number: int, **more: Any) -> dict[str, Any]:
    return {"id": f"s{number}", "name": f"payments_{number}", "enabled": True, "ownerTeam": OWNER, **more}


def period(start: str, end: str, name: str | None = "oncall-a") -> dict[str, Any]:
    recipient = {"recipient": {"type": "user", "name": name}} if name else {}
    return {"startDate": f"2026-03-03T{start}:00Z", "endDate": f"2026-03-03T{end}:00Z", **recipient}


def timeline(*periods: dict[str, Any]) -> dict[str, Any]:
    return said({"finalTimeline": {"rotations": [{"name": "Rot1", "periods": list(periods)}, {"name": "empty"}]}})


def escalation(name: str, *rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": f"id-of-{name}", "name": name, "ownerTeam": OWNER, "rules": list(rules), **more}


def rule(amount: int, unit: str | None, name: str) -> dict[str, Any]:
    delay = {"timeAmount": amount, **({"timeUnit": unit} if unit else {})}
    return {"condition": "if-not-acked", "delay": delay, "recipient": {"type": "user", "name": name}}


def account(**replies: Any) -> Opsgenie:
    return Opsgenie(
        {
            SERVICES: said([service("checkout"), service("web", "gone")]),
            TEAM_BY_ID: said(TEAM),
            TEAM_BY_NAME: said(TEAM),
            SCHEDULES: said([schedule(1)]),
            TIMELINE: timeline(period("08:00", "20:00")),
            ESCALATIONS: said([]),
            **replies,
        }
    )


async def owner(opsgenie: Opsgenie, name: str = "checkout", **settings: Any) -> Page[Ownership]:
    async with connected(opsgenie, **settings) as adapter:
        return await adapter.get_ownership(OwnershipQuery(at=NOW, service=name), call_at())


async def services(opsgenie: Opsgenie, settings: dict[str, Any] | None = None, **asked: Any) -> Page[Any]:
    async with connected(opsgenie, **(settings or {})) as adapter:
        return await adapter.search_services(ServiceQuery(**{"limit": 50, **asked}), call_at())


async def test_services_are_those_of_opsgenie_with_the_names_of_their_teams() -> None:
    opsgenie = account()
    page = await services(opsgenie)
    assert [(one.name, one.owner, one.description) for one in page.rows] == [
        ("checkout", "payments", "the checkout"),
        ("web", None, "the web"),
    ]
    assert str(page.rows[0].ref) == "service:opsgenie-eu/checkout"
    assert dict(opsgenie.requests[-1].url.params) == {"sort": "name", "order": "asc", "offset": "0", "limit": "100"}


async def test_services_are_read_page_by_page_and_filtered_by_us() -> None:
    pages = (said([service("checkout")], more=True), said([service("web"), service("web-admin")]))
    opsgenie = account(**{SERVICES: pages})
    page = await services(opsgenie, text="WEB", limit=1)
    assert ([one.name for one in page.rows], page.complete) == (["web"], False)
    assert opsgenie.requests[-1].url.params["offset"] == "100"


async def test_services_of_the_settings_stand_instead_and_teams_that_are_not_there_are_named() -> None:
    opsgenie = account()
    page = await services(opsgenie, BY_SETTING)
    assert [(one.name, one.owner) for one in page.rows] == [("checkout", "payments"), ("web", "shop")]
    assert page.notes == ("the setting services names the team shop, which Opsgenie does not have",)
    assert opsgenie.asked == [TEAMS]


async def test_a_plan_without_services_points_to_the_setting() -> None:
    with pytest.raises(UnsupportedError, match="name them in the setting services"):
        await services(account(**{SERVICES: httpx.Response(402, json={"message": "plan"})}))


async def test_the_owner_is_the_team_with_who_is_on_call_now() -> None:
    rules = [rule(10, "minutes", "lead-b"), rule(0, None, "payments_1"), rule(1, "hours", "manager-c")]
    opsgenie = account(**{ESCALATIONS: said([escalation("payments_escalation", *rules)])})
    page = await owner(opsgenie)
    found = page.rows[0]
    assert found.service is not None
    assert (found.service.name, found.service.owner) == ("checkout", "payments")
    assert found.teams == (Team(name="payments", title="all that is paid", members=("oncall-a",)),)
    assert found.on_call == (
        OnCall(
            team="payments",
            user="oncall-a",
            schedule="payments_1",
            starts_at=datetime(2026, 3, 3, 8, 0, tzinfo=UTC),
            ends_at=datetime(2026, 3, 3, 20, 0, tzinfo=UTC),
        ),
    )
    assert found.escalation == (
        EscalationStep(after_seconds=0, notify="payments_1"),
        EscalationStep(after_seconds=600, notify="lead-b"),
        EscalationStep(after_seconds=3_600, notify="manager-c"),
    )
    assert (found.matched_by, page.notes) == ("a service of Opsgenie", ())


async def test_who_is_on_call_is_asked_for_the_time_in_question() -> None:
    opsgenie = account()
    await owner(opsgenie)
    assert dict(opsgenie.requests[-1].url.params) == {
        "identifierType": "id",
        "date": "2026-03-03T09:21:00Z",
        "interval": "1",
        "intervalUnit": "days",
    }


async def test_only_the_period_that_holds_the_time_counts() -> None:
    periods = (period("08:00", "09:21", "before"), period("09:21", "10:00", "now"), period("10:00", "11:00", "after"))
    found = await owner(account(**{TIMELINE: timeline(*periods, period("09:00", "10:00", None))}))
    assert [one.user for one in found.rows[0].on_call] == ["now"]


async def test_only_schedules_and_escalations_of_the_team_that_are_on_count() -> None:
    other = {"id": "t2", "name": "shop"}
    schedules = [schedule(2, ownerTeam=other), schedule(3, enabled=False), schedule(4, ownerTeam=None), schedule(1)]
    escalations = [escalation("shop_escalation", rule(1, None, "x"), ownerTeam=other)]
    found = await owner(account(**{SCHEDULES: said(schedules), ESCALATIONS: said(escalations)}))
    assert [one.schedule for one in found.rows[0].on_call] == ["payments_1"]
    assert found.rows[0].escalation == ()


async def test_of_several_escalations_the_teams_own_is_shown_and_that_is_said() -> None:
    several = [escalation("extra", rule(1, None, "x")), escalation("payments_escalation", rule(2, None, "y"))]
    page = await owner(account(**{ESCALATIONS: said(several)}))
    assert page.rows[0].escalation == (EscalationStep(after_seconds=120, notify="y"),)
    assert page.notes == ("of the escalations extra, payments_escalation, payments_escalation is shown",)


async def test_more_schedules_than_are_read_are_said() -> None:
    timelines = {f"GET /v2/schedules/s{number}/timeline": timeline() for number in range(1, 6)}
    page = await owner(account(**{SCHEDULES: said([schedule(number) for number in range(1, 8)]), **timelines}))
    assert page.notes == ("the team has 7 schedules: the first 5 by name were read",)


async def test_the_settings_name_the_team() -> None:
    opsgenie = account()
    page = await owner(opsgenie, **BY_SETTING)
    assert page.rows[0].matched_by == "the setting services"
    assert opsgenie.asked[0] == TEAM_BY_NAME
    assert opsgenie.requests[0].url.params["identifierType"] == "name"


async def test_a_team_of_the_settings_that_is_not_there_is_named() -> None:
    opsgenie = account(**{"GET /v2/teams/shop": httpx.Response(404)})
    with pytest.raises(NotFoundError, match="has no team shop; check the setting services"):
        await owner(opsgenie, "web", **BY_SETTING)


@pytest.mark.parametrize("settings", [{}, BY_SETTING])
async def test_a_service_that_is_not_known_has_no_owner_here(settings: dict[str, Any]) -> None:
    page = await owner(account(), "no-such", **settings)
    assert (page.rows, page.total) == ((), 0)


async def test_nothing_is_known_of_paths() -> None:
    opsgenie = account()
    async with connected(opsgenie) as adapter:
        page = await adapter.get_ownership(OwnershipQuery(at=NOW, path="src/main.py"), call_at())
    assert (page.rows, opsgenie.asked) == ((), [])
