"""Components become services, and the text of a search becomes the right question."""

from typing import Any

import pytest

from opsloom.model.errors import PermissionDeniedError, UnexpectedAnswerError
from opsloom.model.ownership import Link, Service, ServiceQuery
from opsloom.model.page import Page
from tests.adapters.backstage.asking import INSTANCE, URL, Catalog, call_at, connected, entity, query_page

CHECKOUT = entity(
    "component:default/Checkout",
    {
        "ownedBy": ["group:default/payments"],
        "partOf": ["component:default/shop-monolith", "system:default/shop"],
        "dependsOn": ["resource:default/orders-db", "component:other/inventory"],
    },
    metadata={
        "title": "The checkout",
        "description": "Turns a cart into a paid order\n",
        "labels": {"tier": "1"},
        "annotations": {
            "backstage.io/source-location": "url:https://git.example.com/shop/tree/main/services/checkout/",
            "github.com/project-slug": "example/shop",
            "pagerduty.com/account": "example",
            "pagerduty.com/service-id": "PCHECKOUT",
        },
        "links": [
            {"url": "https://runbooks.example.com/checkout", "title": "First aid", "type": "runbook"},
            {"url": "https://dash.example.com/checkout"},
            {"url": "javascript:alert(1)", "title": "bad"},
            {"url": "https://user:pass@example.com/", "title": "worse"},
        ],
    },
    spec={"type": "service", "lifecycle": "production", "owner": "payments"},
)
KNOWN = [entity("group:default/Payments"), entity("system:default/shop"), entity("resource:default/orders-db")]


async def search(catalog: Catalog, settings: dict[str, Any] | None = None, **asked: Any) -> Page[Service]:
    async with connected(catalog, **(settings or {})) as adapter:
        return await adapter.search_services(ServiceQuery(**{"limit": 20, **asked}), call_at())


async def test_a_component_is_mapped_whole() -> None:
    page = await search(Catalog(query_page(CHECKOUT), known=KNOWN))
    service = page.rows[0]
    assert service == Service(
        ref=service.ref,
        link=f"{URL}/catalog/default/component/checkout",
        name="Checkout",
        title="The checkout",
        description="Turns a cart into a paid order",
        owner="Payments",
        system="shop",
        lifecycle="production",
        tier="1",
        repository="https://github.com/example/shop",
        depends_on=("orders-db", "other/inventory"),
        runbooks=(Link(title="First aid", url="https://runbooks.example.com/checkout"),),
        links=(
            Link(title="https://dash.example.com/checkout", url="https://dash.example.com/checkout"),
            Link(title="source", url="https://git.example.com/shop/tree/main/services/checkout/"),
            Link(title="PagerDuty", url="https://example.pagerduty.com/service-directory/PCHECKOUT"),
        ),
    )
    assert (service.ref.instance, service.ref.native_id) == (INSTANCE, "component:default/checkout")


async def test_a_component_that_says_next_to_nothing_is_a_service_too() -> None:
    bare = {"apiVersion": "v1", "kind": "Component", "metadata": {"name": "cart", "links": None}, "spec": None}
    service = (await search(Catalog(query_page({**bare, "relations": None})))).rows[0]
    assert (service.name, service.owner, service.system, service.tier) == ("cart", None, None, "")
    assert service.ref.native_id == "component:default/cart"


async def test_the_tier_may_have_another_name_and_be_an_annotation() -> None:
    graded = entity("component:default/cart", metadata={"annotations": {"example.com/tier": "gold"}})
    service = (await search(Catalog(query_page(graded)), {"tier": "example.com/tier"})).rows[0]
    assert service.tier == "gold"


async def test_components_are_asked_for_by_name_with_no_more_of_them_than_wanted() -> None:
    catalog = Catalog(query_page(entity("component:default/cart")))
    page = await search(catalog, limit=7)
    asked = catalog.queries[0]
    assert (asked["filter"], asked["orderField"], asked["limit"]) == ("kind=component", "metadata.name,asc", "7")
    assert "spec.definition" not in asked["fields"]
    assert "fullTextFilterTerm" not in asked
    assert page.link == f"{URL}/catalog?filters%5Bkind%5D=component&filters%5Buser%5D=all"


async def test_a_text_is_searched_in_name_and_title_and_checked_again() -> None:
    """Backstage takes ``_`` for any letter."""
    titled = entity("component:default/cards", metadata={"title": "pay_out"})
    catalog = Catalog(query_page(entity("component:default/pay-out"), entity("component:default/PAY_OUT"), titled))
    page = await search(catalog, text="pay_out")
    assert [service.name for service in page.rows] == ["PAY_OUT", "cards"]
    assert page.total == 2
    asked = catalog.queries[0]
    assert (asked["fullTextFilterTerm"], asked["fullTextFilterFields"]) == ("pay_out", "metadata.name,metadata.title")
    assert page.link == f"{URL}/catalog?filters%5Bkind%5D=component&filters%5Buser%5D=all&filters%5Btext%5D=pay_out"


async def test_a_hostile_text_stays_in_its_parameter() -> None:
    catalog = Catalog(query_page(), query_page(entity("component:default/cart")))
    await search(catalog, text="x&filter=kind=user,metadata.name=y")
    assert catalog.queries[0].get_list("filter") == ["kind=component"]
    assert catalog.queries[0]["fullTextFilterTerm"] == "x&filter=kind=user,metadata.name=y"


async def test_the_next_page_is_asked_for_by_its_cursor_alone() -> None:
    names = [entity(f"component:default/s{number:03}") for number in range(250)]
    catalog = Catalog(
        query_page(*names[:200], total=300, next_cursor="abc="), query_page(*names[200:], next_cursor="def=")
    )
    page = await search(catalog, limit=250)
    assert len(page.rows) == 250
    assert (page.complete, page.total) == (False, 300)
    second = catalog.queries[1]
    assert second["cursor"] == "abc="
    assert "filter" not in second
    assert second["fields"] == catalog.queries[0]["fields"]
    assert len(catalog.queries) == 2


async def test_what_others_are_called_is_asked_once_for_all_of_them() -> None:
    relations = {"ownedBy": ["group:default/payments"]}
    page_of_two = query_page(entity("component:default/a", relations), entity("component:default/b", relations))
    catalog = Catalog(page_of_two, known=KNOWN)
    page = await search(catalog)
    assert [service.owner for service in page.rows] == ["Payments", "Payments"]
    assert catalog.looked_up == [["group:default/payments"]]


async def test_very_many_refs_are_looked_up_in_parts() -> None:
    needs = [f"component:default/s{number:03}" for number in range(301)]
    catalog = Catalog(query_page(entity("component:default/hub", {"dependsOn": needs})))
    page = await search(catalog)
    assert [len(refs) for refs in catalog.looked_up] == [300, 1]
    assert len(page.rows[0].depends_on) == 301


async def test_nothing_found_is_an_empty_page_where_something_else_can_be_seen() -> None:
    page = await search(Catalog(query_page(), query_page(entity("group:default/payments"))), text="nope")
    assert (page.rows, page.total, page.complete) == ((), 0, True)


async def test_a_credential_that_is_shown_nothing_is_no_empty_catalog() -> None:
    with pytest.raises(PermissionDeniedError, match=r"catalog\.entity\.read"):
        await search(Catalog(query_page(), query_page()))


@pytest.mark.parametrize(
    "reply", [{"items": []}, {"items": [None], "totalItems": 1, "pageInfo": {}}, {"totalItems": 0}]
)
async def test_half_an_answer_is_none(reply: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedAnswerError):
        await search(Catalog(reply))


async def test_a_probe_tells_the_time_and_refuses_to_call_nothing_well() -> None:
    async with connected(Catalog(query_page(entity("group:default/payments")), query_page())) as adapter:
        assert (await adapter.probe(call_at())).server_time is not None
        with pytest.raises(PermissionDeniedError):
            await adapter.probe(call_at())
