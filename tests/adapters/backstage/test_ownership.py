"""Who owns a component or a path, and what stands around it."""

import pytest

from opsloom.model.errors import InvalidRequestError
from opsloom.model.ownership import Link, Ownership, OwnershipQuery, Team
from opsloom.model.page import Page
from tests.adapters.backstage.asking import NOW, URL, Catalog, call_at, connected, entity, query_page

NO_PAGER = "Backstage's catalog knows nobody on call and no escalation: ask the pager for both"
PAYMENTS = entity(
    "group:default/payments",
    {"hasMember": ["user:default/oncall-b", "user:default/oncall-a"]},
    metadata={"links": [{"url": "https://chat.example.com/payments", "title": "chat"}]},
    spec={"type": "team", "profile": {"displayName": "Team payments", "email": "payments@example.com"}},
)
CHECKOUT = entity(
    "component:default/checkout",
    {
        "ownedBy": ["group:default/payments"],
        "dependsOn": ["component:default/inventory"],
        "dependencyOf": ["component:default/frontend"],
    },
)
AROUND = [PAYMENTS, entity("component:default/inventory"), entity("component:default/frontend")]
ANYTHING = query_page(entity("group:default/payments"))


async def ownership(catalog: Catalog, **asked: str) -> Page[Ownership]:
    async with connected(catalog) as adapter:
        return await adapter.get_ownership(OwnershipQuery(at=NOW, **asked), call_at())


def component_at(location: str, name: str = "checkout", **annotations: str) -> dict[str, object]:
    given = {"backstage.io/source-location": f"url:https://git.example.com/shop/tree/main/{location}", **annotations}
    return entity(f"component:default/{name}", metadata={"annotations": given})


async def test_an_owner_is_told_with_people_contacts_and_surroundings() -> None:
    people = [entity("user:default/oncall-a"), entity("user:default/oncall-b")]
    page = await ownership(Catalog(query_page(CHECKOUT), known=[*AROUND, *people]), service="checkout")
    found = page.rows[0]
    assert found.teams == (
        Team(
            name="payments",
            title="Team payments",
            members=("oncall-a", "oncall-b"),
            contacts=(
                Link(title="e-mail", url="mailto:payments@example.com"),
                Link(title="chat", url="https://chat.example.com/payments"),
            ),
        ),
    )
    assert found.service is not None
    assert found.service.owner == "payments"
    assert (found.upstream, found.downstream) == (("frontend",), ("inventory",))
    assert found.matched_by == "component:default/checkout: metadata.name"
    assert page.link == f"{URL}/catalog/default/component/checkout"


async def test_the_catalog_says_that_it_has_no_pager() -> None:
    page = await ownership(Catalog(query_page(CHECKOUT), known=AROUND), service="checkout")
    assert page.notes == (NO_PAGER,)
    assert (page.rows[0].on_call, page.rows[0].escalation) == ((), ())


async def test_a_user_may_own_something_alone() -> None:
    mine = entity("component:default/tool", {"ownedBy": ["user:default/oncall-a"]})
    page = await ownership(Catalog(query_page(mine), known=[entity("user:default/Oncall-A")]), service="tool")
    assert page.rows[0].teams == (Team(name="Oncall-A", members=("Oncall-A",)),)


async def test_what_is_missing_in_the_catalog_is_said() -> None:
    page = await ownership(Catalog(query_page(CHECKOUT)), service="checkout")
    assert page.rows[0].teams == (Team(name="payments"),)
    assert page.notes == (
        NO_PAGER,
        "checkout depends on component:default/inventory, which the catalog does not show",
        "the owner group:default/payments is not shown in the catalog",
    )


async def test_a_component_without_owner_is_told_with_a_note() -> None:
    page = await ownership(Catalog(query_page(entity("component:default/orphan"))), service="orphan")
    assert page.rows[0].teams == ()
    assert page.notes == (NO_PAGER, "orphan has no owner")


async def test_apis_make_neighbours_of_those_who_provide_and_consume_them() -> None:
    frontend = entity(
        "component:default/frontend", {"consumesApi": ["api:default/orders"], "providesApi": ["api:default/pages"]}
    )
    known = [
        entity("api:default/orders", {"apiProvidedBy": ["component:default/checkout"]}, spec={"type": "openapi"}),
        entity("api:default/pages", {"apiConsumedBy": ["component:default/app"]}, spec={"type": "openapi"}),
        entity("component:default/Checkout", {"providesApi": ["api:default/orders"]}),
    ]
    page = await ownership(Catalog(query_page(frontend), known=known), service="frontend")
    assert (page.rows[0].upstream, page.rows[0].downstream) == (("app",), ("Checkout",))


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        ("checkout", "kind=component,metadata.name=checkout"),
        ("shop/checkout", "kind=component,metadata.namespace=shop,metadata.name=checkout"),
        ("component:shop/checkout", "kind=component,metadata.namespace=shop,metadata.name=checkout"),
    ],
)
async def test_a_name_is_asked_for_with_what_it_tells(asked: str, sent: str) -> None:
    catalog = Catalog(query_page(CHECKOUT), known=AROUND)
    await ownership(catalog, service=asked)
    assert catalog.queries[0].get_list("filter") == [sent]


async def test_a_bare_name_means_the_default_namespace_before_any_other() -> None:
    other = entity("component:shop/checkout")
    page = await ownership(Catalog(query_page(other, CHECKOUT), known=AROUND), service="checkout")
    assert [row.service.name for row in page.rows if row.service] == ["checkout"]
    page = await ownership(Catalog(query_page(other)), service="checkout")
    assert [row.service.name for row in page.rows if row.service] == ["shop/checkout"]


@pytest.mark.parametrize("name", ["group:payments", "a,kind=user", "a=b", "check out", "x" * 64])
async def test_what_no_component_can_be_called_is_no_filter(name: str) -> None:
    catalog = Catalog(ANYTHING)
    page = await ownership(catalog, service=name)
    assert (page.rows, page.notes) == ((), ())
    assert catalog.queries[0].get_list("filter") == []


async def test_a_path_belongs_to_the_longest_folder_that_holds_it() -> None:
    shop = component_at("services", "shop")
    checkout = component_at("services/checkout/")
    catalog = Catalog(query_page(shop, checkout), known=[shop, checkout])
    page = await ownership(catalog, path="services/checkout/app.py")
    assert [row.matched_by for row in page.rows] == [
        "component:default/checkout: backstage.io/source-location services/checkout"
    ]
    assert catalog.queries[0].get_list("filter") == [
        "kind=component,metadata.annotations.backstage.io/source-location",
        "kind=component,metadata.annotations.opsloom/paths",
    ]
    assert catalog.looked_up[0] == ["component:default/checkout"]


async def test_an_annotation_of_ours_names_folders() -> None:
    cart = component_at("", "cart", **{"opsloom/paths": "services/cart, libs/money/"})
    page = await ownership(Catalog(query_page(cart), known=[cart]), path="libs/money/round.py")
    assert page.rows[0].matched_by == "component:default/cart: opsloom/paths libs/money"


async def test_a_path_that_nobody_owns_is_an_empty_page() -> None:
    page = await ownership(Catalog(query_page(component_at("services/checkout")), ANYTHING), path="docs/a.md")
    assert (page.rows, page.complete) == ((), True)


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../b", "a\nb"])
async def test_a_path_that_leads_elsewhere_is_refused(path: str) -> None:
    with pytest.raises(InvalidRequestError, match="relative to its repository"):
        await ownership(Catalog(), path=path)
