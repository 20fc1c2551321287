"""Services of PagerDuty, who is on call for them and whom to call next."""

from datetime import UTC, datetime
from typing import Any

from opsloom.adapter_api.contract_kit.fake_provider import FakeProvider
from opsloom.model.ownership import EscalationStep, Ownership, OwnershipQuery, ServiceQuery
from opsloom.model.page import Page
from tests.adapters.pagerduty import account
from tests.adapters.pagerduty.asking import NOW, asked, call, connected, provider


def answering(*shifts: dict[str, Any], **service: Any) -> FakeProvider:
    return provider(
        {
            "GET /services": account.listed(
                "services", account.service(**service), account.service("PX", "checkout-x")
            ),
            "GET /teams/PTEAM01/members": account.listed(
                "members", {"user": account.USER, "role": "manager"}, {"user": account.SECOND, "role": "responder"}
            ),
            "GET /oncalls": account.listed("oncalls", *shifts),
            "GET /escalation_policies/PPOL001": {"escalation_policy": account.escalation_policy()},
        }
    )


async def owner(transport: FakeProvider, name: str = "checkout") -> Page[Ownership]:
    async with connected(transport) as adapter:
        return await adapter.get_ownership(OwnershipQuery(at=NOW, service=name), call())


async def test_a_service_has_its_team_its_people_and_its_escalation() -> None:
    transport = answering(account.on_call(account.SECOND, 2), account.on_call(account.USER, 1))
    (row,) = (await owner(transport)).rows
    assert row.service is not None
    assert (row.service.name, row.service.owner, row.service.description) == ("checkout", "payments", "Takes the money")
    assert row.service.link == f"{account.WEB}/service-directory/PSVC001"
    (team,) = row.teams
    assert (team.name, team.members) == ("payments", ("oncall-a", "oncall-b"))
    (shift,) = row.on_call  # the second level is called later, and so a step of the escalation
    assert (shift.user, shift.team, shift.schedule) == ("oncall-a", "payments", "payments-primary")
    assert shift.starts_at == datetime(2026, 3, 3, 7, tzinfo=UTC)
    assert row.escalation == (
        EscalationStep(after_seconds=0, notify="payments-primary"),
        EscalationStep(after_seconds=900, notify="oncall-b"),
        EscalationStep(after_seconds=2_700, notify="oncall-a"),
    )
    assert asked(transport)[2] == (
        "GET /oncalls escalation_policy_ids[]=PPOL001 since=2026-03-03T09:21:00Z until=2026-03-03T09:21:00Z "
        "limit=100 offset=0"
    )


async def test_a_level_without_anybody_passes_the_pager_on() -> None:
    (row,) = (await owner(answering(account.on_call(account.SECOND, 2)))).rows
    assert [shift.user for shift in row.on_call] == ["oncall-b"]


async def test_the_same_shift_from_two_rules_is_told_once() -> None:
    (row,) = (await owner(answering(account.on_call(account.USER, 1), account.on_call(account.USER, 1)))).rows
    assert len(row.on_call) == 1


async def test_whom_a_policy_itself_names_is_on_call_without_a_start_and_an_end() -> None:
    (row,) = (await owner(answering(account.on_call(account.USER, 1, start=None)))).rows
    (shift,) = row.on_call
    assert (shift.user, shift.starts_at, shift.ends_at, shift.schedule) == ("oncall-a", None, None, "")


async def test_a_service_without_team_and_policy_is_still_a_service() -> None:
    (row,) = (await owner(answering(teams=[], escalation_policy=None))).rows
    assert (row.teams, row.on_call, row.escalation) == ((), (), ())


async def test_an_unknown_service_is_an_empty_page() -> None:
    transport = answering()
    assert (await owner(transport, "check")).rows == ()
    assert len(transport.requests) == 1


async def test_a_path_is_nothing_that_pagerduty_knows() -> None:
    transport = answering()
    async with connected(transport) as adapter:
        page = await adapter.get_ownership(OwnershipQuery(at=NOW, path="src/a.py"), call())
    assert (page.rows, page.notes, transport.requests) == ((), ("PagerDuty knows services, no paths",), [])


async def test_services_are_searched_by_name() -> None:
    transport = answering()
    async with connected(transport) as adapter:
        page = await adapter.search_services(ServiceQuery(text="OUT-X", limit=10), call())
    assert [(one.name, one.ref.native_id) for one in page.rows] == [("checkout-x", "PX")]
    assert asked(transport) == ["GET /services query=OUT-X limit=10 offset=0"]
