"""Services and teams, from canned replies."""

from typing import Any

import httpx

from opsloom.model.ownership import OwnershipQuery, ServiceQuery
from tests.adapters.opsorch.asking import NOW, Core, call_at, connected
from tests.adapters.opsorch.replies import MEMBERS, SERVICE, TEAM

SERVICES, TEAM_PATH, MEMBERS_PATH = (
    "POST /services/query",
    "GET /teams/team-velocity",
    "GET /teams/team-velocity/members",
)
SEARCH = {"id": "svc-search", "name": "Search"}


async def ownership(core: Core, **asked: Any) -> Any:
    async with connected(core) as adapter:
        return await adapter.get_ownership(OwnershipQuery(at=NOW, **asked), call_at())


async def test_services_are_found_by_id_or_name() -> None:
    core = Core({SERVICES: [SEARCH, SERVICE]})
    async with connected(core) as adapter:
        every = await adapter.search_services(ServiceQuery(limit=10), call_at())
        named = await adapter.search_services(ServiceQuery(limit=10, text="api"), call_at())
    assert [(one.name, one.title, one.owner, one.tier) for one in every.rows] == [
        ("checkout", "Checkout API", "team-velocity", "backend"),
        ("svc-search", "Search", None, ""),
    ]
    assert [one.name for one in named.rows] == ["checkout"]
    assert core.body() == {"limit": 100}


async def test_the_owner_is_the_team_that_a_tag_names_with_its_members() -> None:
    core = Core({SERVICES: [SERVICE], TEAM_PATH: TEAM, MEMBERS_PATH: MEMBERS})
    (one,) = (await ownership(core, service="checkout")).rows
    (team,) = one.teams
    assert (team.name, team.title, team.members) == ("team-velocity", "Velocity", ("Lead B", "oncall-a"))
    assert one.service.owner == "team-velocity"
    assert core.body(0) == {"ids": ["checkout"], "limit": 100}


async def test_a_service_is_found_by_its_name_where_its_id_is_another() -> None:
    core = Core({SERVICES: lambda asked: [SEARCH, SERVICE] if "name" in asked else None})
    (one,) = (await ownership(core, service="Search")).rows
    assert (one.service.name, one.teams) == ("svc-search", ())


async def test_a_provider_that_ignores_the_question_gives_no_wrong_owner() -> None:
    core = Core({SERVICES: [SEARCH, SERVICE]})
    assert (await ownership(core, service="no-such-service")).rows == ()
    page = await ownership(core, path="src/app.py")
    assert page.rows == ()
    assert "no files" in page.notes[0]


async def test_without_a_provider_for_teams_the_tag_is_all_that_is_known() -> None:
    missing = httpx.Response(501, json={"code": "team_provider_missing"})
    for reply in ({TEAM_PATH: missing}, {}):
        page = await ownership(Core({SERVICES: [SERVICE], **reply}), service="checkout")
        assert [team.name for team in page.rows[0].teams] == ["team-velocity"]
        assert "does not know the team" in page.notes[0]
