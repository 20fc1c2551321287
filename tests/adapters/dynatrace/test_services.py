"""Services of Dynatrace, their owners, and who calls whom."""

from typing import Any

import httpx
import pytest

from opsloom.adapter_api.contract_kit.fake_provider import FakeProvider
from opsloom.model.ownership import OwnershipQuery, ServiceQuery
from opsloom.model.page import Page
from opsloom.model.topology import Dependency, DependencyKind, DependencyQuery, NodeKind
from tests.adapters.dynatrace import environment
from tests.adapters.dynatrace.asking import NOW, URL, WINDOW, asked, call, connected, provider
from tests.adapters.dynatrace.environment import CART, CHECKOUT, ORDERS_DB, SHOP_WEB

DATABASE = environment.service(ORDERS_DB, "orders", properties={"serviceType": "DATABASE_SERVICE"}, tags=[])


def answering(*services: dict[str, Any], others: Any = ()) -> FakeProvider:
    def entities(request: httpx.Request) -> dict[str, Any]:
        selector = request.url.params["entitySelector"]
        if not selector.startswith("entityId"):
            return environment.listed("entities", *services)
        return environment.listed("entities", *(one for one in others if one["entityId"] in selector))

    return provider({"GET /api/v2/entities": entities})


async def edges(transport: FakeProvider, **wanted: Any) -> Page[Dependency]:
    async with connected(transport) as adapter:
        return await adapter.get_dependencies(DependencyQuery(**{"window": WINDOW, "limit": 50, **wanted}), call())


async def test_services_are_searched_by_name_and_name_their_owner() -> None:
    transport = answering(environment.service(), environment.service(CART, "cart", tags=[]))
    async with connected(transport) as adapter:
        page = await adapter.search_services(ServiceQuery(text="CHECK", limit=10), call())
    (one,) = page.rows
    assert (one.name, one.owner, one.ref.native_id) == ("checkout", "payments", CHECKOUT)
    assert one.link == f"{URL}/ui/entity/{CHECKOUT}"
    (asked_for,) = asked(transport)
    assert asked_for["entitySelector"] == 'type("SERVICE"),entityName("CHECK")'
    assert (asked_for["sort"], asked_for["pageSize"]) == ("name", "10")


async def test_the_key_of_a_page_of_entities_is_sent_alone() -> None:
    def entities(request: httpx.Request) -> dict[str, Any]:
        if "nextPageKey" in request.url.params:
            return environment.listed("entities", environment.service(CART, "cart"))
        return environment.listed("entities", environment.service(), following="AQAA")

    transport = provider({"GET /api/v2/entities": entities})
    async with connected(transport) as adapter:
        page = await adapter.search_services(ServiceQuery(limit=5), call())
    assert [one.name for one in page.rows] == ["checkout", "cart"]
    assert asked(transport)[1] == {"nextPageKey": "AQAA"}


@pytest.mark.parametrize(
    ("tags", "settings", "teams", "matched_by"),
    [
        ([environment.tag("owner", "payments")], {}, ["payments"], "tag owner:payments"),
        (
            [environment.tag("dt.owner-1", "shop"), environment.tag("dt.owner-2", "payments")],
            {},
            ["shop", "payments"],
            "tag dt.owner-1:shop, tag dt.owner-2:payments",
        ),
        ([environment.tag("squad", "shop")], {"owner_tags": ["squad"]}, ["shop"], "tag squad:shop"),
        ([environment.tag("owner"), environment.tag("stage", "production")], {}, [], ""),
    ],
)
async def test_the_tags_of_the_settings_name_the_owners(
    tags: list[dict[str, Any]], settings: dict[str, Any], teams: list[str], matched_by: str
) -> None:
    async with connected(answering(environment.service(tags=tags)), **settings) as adapter:
        page = await adapter.get_ownership(OwnershipQuery(at=NOW, service="checkout"), call())
    (row,) = page.rows
    assert ([team.name for team in row.teams], row.matched_by) == (teams, matched_by)


async def test_services_of_the_same_name_are_each_told() -> None:
    async with connected(answering(environment.service(), environment.service(CART, "checkout"))) as adapter:
        page = await adapter.get_ownership(OwnershipQuery(at=NOW, service="checkout"), call())
    assert [row.service.ref.native_id for row in page.rows if row.service] == [CHECKOUT, CART]


@pytest.mark.parametrize("question", [{"service": "Checkout"}, {"path": "src/a.py"}])
async def test_an_unknown_service_and_a_path_have_no_owner_here(question: dict[str, str]) -> None:
    async with connected(answering(environment.service())) as adapter:
        page = await adapter.get_ownership(OwnershipQuery(at=NOW, **question), call())
    assert (page.rows, len(page.notes)) == ((), 1)


async def test_all_calls_between_services_are_read_from_their_callers() -> None:
    transport = answering(
        environment.service(fromRelationships=environment.calls(CART, ORDERS_DB)),
        environment.service(CART, "cart"),
        DATABASE,
    )
    page = await edges(transport)
    assert [(one.caller, one.callee, one.kind, one.callee_kind) for one in page.rows] == [
        ("checkout", "cart", DependencyKind.SYNC, NodeKind.SERVICE),
        ("checkout", "orders", DependencyKind.DATA, NodeKind.DATASTORE),
    ]
    assert (page.complete, page.total) == (True, 2)
    (asked_for,) = asked(transport)
    assert asked_for["fields"] == "+fromRelationships.calls,+properties.serviceType"


async def test_calls_of_one_service_go_both_ways_and_name_their_other_ends() -> None:
    checkout = environment.service(
        fromRelationships=environment.calls(ORDERS_DB), toRelationships=environment.calls(CART, SHOP_WEB)
    )
    shop = {"entityId": SHOP_WEB, "type": "APPLICATION", "displayName": "shop"}
    transport = answering(checkout, others=(DATABASE, environment.service(CART, "cart"), shop))
    page = await edges(transport, service="checkout")
    assert [(one.caller, one.callee, one.caller_kind) for one in page.rows] == [
        ("cart", "checkout", NodeKind.SERVICE),
        ("checkout", "orders", NodeKind.SERVICE),
        ("shop", "checkout", None),
    ]
    first, applications, services = asked(transport)
    assert first["fields"] == "+toRelationships.calls,+fromRelationships.calls,+properties.serviceType"
    assert applications["entitySelector"] == f'entityId("{SHOP_WEB}")'
    assert "fields" not in applications
    assert services["entitySelector"] == f'entityId("{CART}","{ORDERS_DB}")'


async def test_an_end_that_nobody_knows_any_more_keeps_its_id() -> None:
    page = await edges(answering(environment.service(fromRelationships=environment.calls(CART))))
    assert [(one.callee, one.callee_kind) for one in page.rows] == [(CART, None)]


@pytest.mark.parametrize(
    ("service_type", "kind", "callee_kind", "external"),
    [
        ("EXTERNAL", DependencyKind.SYNC, None, True),
        ("QUEUE_LISTENER_SERVICE", DependencyKind.ASYNC, NodeKind.SERVICE, False),
        ("CICS_SERVICE", DependencyKind.SYNC, NodeKind.BATCH, False),
        ("QUANTUM_SERVICE", DependencyKind.SYNC, NodeKind.SERVICE, False),
    ],
)
async def test_the_type_of_a_service_tells_what_it_is_and_how_it_is_called(
    service_type: str, kind: DependencyKind, callee_kind: NodeKind | None, external: bool
) -> None:
    other = environment.service(CART, "other", properties={"serviceType": service_type})
    page = await edges(answering(environment.service(fromRelationships=environment.calls(CART)), other))
    assert [(one.kind, one.callee_kind, one.external) for one in page.rows] == [(kind, callee_kind, external)]


async def test_edges_beyond_the_limit_are_cut_and_counted() -> None:
    service = environment.service(fromRelationships=environment.calls(CART, ORDERS_DB))
    page = await edges(answering(service, environment.service(CART, "cart"), DATABASE), limit=1)
    assert (len(page.rows), page.total, page.complete) == (1, 2, False)


async def test_an_unknown_service_has_no_calls_and_never_those_of_all() -> None:
    page = await edges(answering(environment.service(fromRelationships=environment.calls(CART))), service="cart")
    assert (page.rows, len(page.notes)) == ((), 1)
