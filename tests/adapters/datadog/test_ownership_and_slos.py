"""Services, their owners, who is on call, and SLOs."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from opsloom.model.errors import InvalidRequestError, UnavailableError
from opsloom.model.ownership import Link, Ownership, OwnershipQuery, Service, ServiceQuery
from opsloom.model.page import Page
from opsloom.model.slo import SloQuery, SloStatus
from tests.adapters.datadog.asking import HOSTILE, NOW, Datadog, call_at, connected
from tests.adapters.datadog.vendor import entities, on_call, slo, slos, teams

CATALOG = "GET /api/v2/catalog/entity"
TEAMS = "GET /api/v2/team"
ON_CALL = "GET /api/v2/on-call/teams/*"
SLOS = "GET /api/v1/slo/search"


async def services(transport: Datadog, **asked: Any) -> Page[Service]:
    async with connected(transport) as adapter:
        return await adapter.search_services(ServiceQuery(**{"limit": 5, **asked}), call_at())


async def owner(replies: dict[str, Any], **asked: Any) -> Page[Ownership]:
    known = {CATALOG: entities("checkout"), TEAMS: teams(), ON_CALL: on_call(), **replies}
    async with connected(Datadog(known)) as adapter:
        return await adapter.get_ownership(OwnershipQuery(**{"at": NOW, "service": "checkout", **asked}), call_at())


async def objectives(transport: Datadog, **asked: Any) -> Page[SloStatus]:
    async with connected(transport) as adapter:
        return await adapter.search_slos(SloQuery(**{"at": NOW, "limit": 5, **asked}), call_at())


async def test_services_are_those_of_the_catalog_with_their_definitions() -> None:
    transport = Datadog({CATALOG: entities("checkout")})
    row = (await services(transport)).rows[0]
    assert dict(transport.requests[0].url.params) == {
        "filter[kind]": "service", "include": "schema", "page[limit]": "6", "page[offset]": "0",
    }  # fmt: skip
    assert (row.name, row.title, row.owner, row.system, row.tier) == ("checkout", "Checkout", "payments", "shop", "1")
    assert row.repository == "https://github.com/example/shop"
    assert row.runbooks == (Link(title="when it fails", url="https://wiki.example.com/checkout"),)
    assert [link.title for link in row.links] == ["code"]
    assert row.depends_on == ("cart", "orders")


async def test_a_text_is_searched_here_over_all_pages() -> None:
    transport = Datadog({CATALOG: [entities(*(f"s{n}" for n in range(100))), entities("checkout")]})
    page = await services(transport, text="CHECK")
    assert [request.url.params["page[offset]"] for request in transport.requests] == ["0", "100"]
    assert ([row.name for row in page.rows], page.complete) == (["checkout"], True)


async def test_the_owner_comes_with_contacts_and_who_is_on_call_now() -> None:
    page = await owner({})
    found = page.rows[0]
    assert found.teams[0].name == "payments"
    assert [contact.url for contact in found.teams[0].contacts] == [
        "mailto:payments@example.com",
        "https://example.slack.com/archives/C1",
    ]
    assert [(shift.team, shift.user) for shift in found.on_call] == [("payments", "oncall-a@example.com")]
    assert found.downstream == ("cart", "orders")
    assert "does not tell when these shifts end" in page.notes[0]


@pytest.mark.parametrize("status", [403, 404])
async def test_without_the_on_call_product_the_owner_is_told_with_a_note(status: int) -> None:
    page = await owner({ON_CALL: httpx.Response(status)})
    assert (page.rows[0].teams[0].name, page.rows[0].on_call) == ("payments", ())
    assert "on_call_read" in page.notes[0]


async def test_a_failing_on_call_product_is_no_answer() -> None:
    with pytest.raises(UnavailableError):
        await owner({ON_CALL: httpx.Response(500)})


async def test_who_was_on_call_is_not_told() -> None:
    page = await owner({}, at=NOW - timedelta(hours=1))
    assert (page.rows[0].on_call, page.notes) == ((), ("Datadog tells who is on call now, not who was or will be",))


async def test_an_unknown_service_and_a_path_have_no_owner_here() -> None:
    assert (await owner({}, service="nobody")).rows == ()
    path = await owner({}, service=None, path="src/main.py")
    assert (path.rows, len(path.notes)) == ((), 1)


async def test_an_slo_tells_its_budget_as_a_share() -> None:
    transport = Datadog({SLOS: slos(slo())})
    page = await objectives(transport, service="checkout")
    assert transport.requests[0].url.params["query"] == "service:checkout"
    row = page.rows[0]
    assert (row.service, row.window_seconds, row.status_raw) == ("checkout", 30 * 86_400, "breached")
    assert (row.objective, row.measured, row.budget_left) == pytest.approx((0.999, 0.9985, -0.5))
    assert row.link == "https://app.datadoghq.com/slo?slo_id=34c97838f5c5578ebe812e5d068977a9"


async def test_an_slo_that_was_never_computed_keeps_its_objective() -> None:
    page = await objectives(Datadog({SLOS: slos(slo(overall_status=[]))}))
    assert (page.rows[0].objective, page.rows[0].measured) == (pytest.approx(0.999), None)


async def test_other_slos_and_the_past_are_told_apart() -> None:
    assert (await objectives(Datadog({SLOS: slos(slo())}), service="cart")).rows == ()
    page = await objectives(Datadog({SLOS: slos(slo(), slo("latency"))}), text="LAT", at=NOW - timedelta(days=1))
    assert [row.name for row in page.rows] == ["latency"]
    assert page.notes == ("Datadog tells how SLOs stand now, not how they stood at that time",)


async def test_a_hostile_service_is_no_query() -> None:
    with pytest.raises(InvalidRequestError):
        await objectives(Datadog({}), service=HOSTILE)


async def test_services_of_one_name_in_two_namespaces_are_two_records() -> None:
    both = entities("checkout", "checkout")
    both["data"][1]["attributes"]["namespace"] = "eu"
    page = await services(Datadog({CATALOG: both}))
    assert [str(row.ref) for row in page.rows] == ["service:dd-eu/checkout", "service:dd-eu/eu%2Fcheckout"]
