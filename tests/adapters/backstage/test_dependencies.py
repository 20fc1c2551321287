"""Relations become declared dependencies."""

from opsloom.model.page import Page
from opsloom.model.topology import Dependency, DependencyKind, DependencySource, NodeKind
from tests.adapters.backstage.asking import (
    URL,
    Catalog,
    call_at,
    connected,
    dependency_query,
    entity,
    query_page,
)


async def dependencies(catalog: Catalog, service: str | None = None, limit: int = 100) -> Page[Dependency]:
    async with connected(catalog) as adapter:
        return await adapter.get_dependencies(dependency_query(service, limit), call_at())


def ends(page: Page[Dependency]) -> list[tuple[str, str]]:
    return [(edge.caller, edge.callee) for edge in page.rows]


async def test_both_ends_of_a_relation_are_one_edge() -> None:
    checkout = entity(
        "component:default/Checkout", {"dependsOn": ["resource:default/orders"]}, spec={"type": "service"}
    )
    orders = entity(
        "resource:default/orders", {"dependencyOf": ["component:default/checkout"]}, spec={"type": "database"}
    )
    page = await dependencies(Catalog(query_page(checkout, orders)))
    assert page.rows == (
        Dependency(
            caller="Checkout",
            callee="orders",
            source=DependencySource.DECLARED,
            caller_kind=NodeKind.SERVICE,
            callee_kind=NodeKind.DATASTORE,
        ),
    )
    assert (page.total, page.complete, page.link) == (1, True, f"{URL}/catalog-graph")


async def test_an_end_that_the_catalog_does_not_show_is_named_without_a_kind() -> None:
    page = await dependencies(Catalog(query_page(entity("component:default/a", {"dependsOn": ["component:eu/b"]}))))
    assert ends(page) == [("a", "eu/b")]
    assert page.rows[0].callee_kind is None


async def test_all_ends_are_asked_for_by_their_relations_and_little_is_read_of_each() -> None:
    catalog = Catalog(query_page(entity("component:default/a", {"dependsOn": ["component:default/b"]})))
    await dependencies(catalog)
    asked = catalog.queries[0]
    assert asked.get_list("filter") == [
        "relations.dependsOn",
        "relations.dependencyOf",
        "relations.consumesApi",
        "relations.apiConsumedBy",
        "relations.providesApi",
    ]
    assert asked["fields"] == "apiVersion,kind,metadata.name,metadata.namespace,spec.type,relations"
    assert catalog.looked_up == []


async def test_who_consumes_an_api_depends_on_who_provides_it() -> None:
    page = await dependencies(
        Catalog(
            query_page(
                entity("component:default/frontend", {"consumesApi": ["api:default/orders"]}),
                entity("component:default/checkout", {"providesApi": ["api:default/orders"]}),
                entity(
                    "api:default/orders", {"apiConsumedBy": ["component:default/frontend"]}, spec={"type": "openapi"}
                ),
            )
        )
    )
    assert ends(page) == [("frontend", "checkout")]
    assert page.rows[0].kind is DependencyKind.SYNC


async def test_an_asynchronous_api_makes_an_asynchronous_dependency() -> None:
    api = entity("api:default/paid", {"apiProvidedBy": ["component:default/checkout"]}, spec={"type": "asyncapi"})
    mailer = entity("component:default/mailer", {"consumesApi": ["api:default/paid"]})
    assert (await dependencies(Catalog(query_page(api, mailer)))).rows[0].kind is DependencyKind.ASYNC


async def test_one_way_by_request_makes_the_whole_dependency_synchronous() -> None:
    relations = {"apiProvidedBy": ["component:default/checkout"]}
    events = entity("api:default/paid", relations, spec={"type": "asyncapi"})
    orders = entity("api:default/orders", relations, spec={"type": "grpc"})
    mailer = entity("component:default/mailer", {"consumesApi": ["api:default/paid", "api:default/orders"]})
    page = await dependencies(Catalog(query_page(events, orders, mailer)))
    assert [(edge.callee, edge.kind) for edge in page.rows] == [("checkout", DependencyKind.SYNC)]


async def test_an_api_that_nobody_provides_stands_for_itself() -> None:
    page = await dependencies(
        Catalog(query_page(entity("component:default/pay", {"consumesApi": ["api:default/cards"]})))
    )
    assert ends(page) == [("pay", "cards")]


async def test_who_consumes_his_own_api_depends_on_nobody_by_it() -> None:
    own = {"consumesApi": ["api:default/self"], "providesApi": ["api:default/self"]}
    anything = query_page(entity("group:default/payments"))
    assert ends(await dependencies(Catalog(query_page(entity("component:default/pay", own)), anything))) == []


async def test_one_service_is_read_with_what_stands_around_it_and_not_the_whole_catalog() -> None:
    checkout = entity(
        "component:default/checkout",
        {"dependsOn": ["component:default/inventory"], "providesApi": ["api:default/orders"]},
    )
    inventory = entity("component:default/inventory", {"dependsOn": ["resource:default/stock"]})
    orders = entity("api:default/orders", {"apiConsumedBy": ["component:default/frontend"]}, spec={"type": "openapi"})
    frontend = entity("component:default/frontend", spec={"type": "website"})
    catalog = Catalog(query_page(checkout), known=[inventory, orders, frontend])
    page = await dependencies(catalog, "checkout")
    assert ends(page) == [("checkout", "inventory"), ("frontend", "checkout")]
    assert page.rows[1].caller_kind is NodeKind.SERVICE
    assert catalog.queries[0].get_list("filter") == ["metadata.name=checkout"]
    assert catalog.looked_up == [["api:default/orders", "component:default/inventory"], ["component:default/frontend"]]
    assert page.link == f"{URL}/catalog-graph?rootEntityRefs%5B%5D=component%3Adefault%2Fcheckout"


async def test_a_cut_graph_says_so() -> None:
    needs = {"dependsOn": ["component:default/b", "component:default/c"]}
    page = await dependencies(Catalog(query_page(entity("component:default/a", needs))), limit=1)
    assert (ends(page), page.total, page.complete) == ([("a", "b")], 2, False)


async def test_a_kind_of_a_companys_own_may_hold_anything() -> None:
    odd = entity("robot:default/arm", {"dependsOn": ["component:default/b"]}, spec={"type": {"maker": "x"}})
    page = await dependencies(Catalog(query_page(odd)))
    assert ends(page) == [("arm", "b")]
    assert page.rows[0].caller_kind is None
