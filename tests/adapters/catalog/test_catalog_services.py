"""Components as services."""

from pathlib import Path

import pytest

from opsloom.model.errors import InvalidRequestError
from opsloom.model.ownership import Link
from tests.adapters.catalog.documents import component, owners, services, write
from tests.bed.bed import Bed


async def test_a_component_is_a_service_with_all_that_its_document_says(shop: Path) -> None:
    page = await services(shop, "pay", web_url="https://backstage.example.com")
    [row] = page.rows
    assert (page.total, page.complete) == (1, True)
    assert str(row.ref) == "service:owners/component%3Adefault%2Fpayments"
    assert row.link == "https://backstage.example.com/catalog/default/component/payments"
    assert (row.name, row.description, row.owner, row.system) == ("payments", "Takes money.", "Payments", "Shop")
    assert (row.lifecycle, row.tier) == ("production", "1")
    assert row.repository == "https://github.com/shop/shop"
    assert row.depends_on == ("payments-db",)
    assert row.runbooks == (Link(title="Payments Runbook", url="https://runbooks.example.com/payments"),)
    assert row.links == (
        Link(title="Dashboard", url="https://dash.example.com/payments"),
        Link(title="source", url="https://github.com/shop/shop/tree/main/services/payments/"),
        Link(title="PagerDuty", url="https://shop.pagerduty.com/service-directory/P123ABC"),
    )


async def test_only_components_are_listed_by_name_and_title(shop: Path) -> None:
    assert [row.name for row in (await services(shop)).rows] == ["checkout", "payments"]
    assert [row.name for row in (await services(shop, "THE check")).rows] == ["checkout"]
    cut = await services(shop, limit=1)
    assert (len(cut.rows), cut.total, cut.complete) == (1, 2, False)


@pytest.mark.parametrize("name", ["payments", "Payments", "component:payments", "Component:Default/PAYMENTS"])
async def test_a_service_is_found_by_any_form_of_its_reference(shop: Path, name: str) -> None:
    [row] = (await owners(shop, service=name)).rows
    assert row.service is not None
    assert row.service.name == "payments"


@pytest.mark.parametrize(
    "name", ["payment", "user:oncall-a", "other/payments", "../payments", "--output=x", 'x"} or vector(1)', "*", ""]
)
async def test_another_name_is_not_found(shop: Path, name: str) -> None:
    page = await owners(shop, service=name)
    assert (page.rows, page.complete) == ((), True)


async def test_a_bare_name_is_found_in_another_namespace_and_refs_stay_in_their_own(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a.yaml": "apiVersion: backstage.io/v1alpha1\nkind: component\n"
            "metadata: {name: ledger, namespace: bank}\nspec: {owner: tellers, dependsOn: ['component:vault']}\n"
            "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: Vault, namespace: bank}\n"
        },
    )
    [row] = (await owners(tmp_path, service="ledger")).rows
    assert row.service is not None
    assert (row.service.name, row.service.owner) == ("bank/ledger", "bank/tellers")
    assert row.downstream == ("bank/Vault",)
    assert (await owners(tmp_path, service="default/ledger")).rows == ()


async def test_dependencies_are_told_both_ways(shop: Path) -> None:
    write(shop, {"more.yaml": component("ledger", "{dependencyOf: ['component:payments']}")})
    [row] = (await owners(shop, service="payments")).rows
    assert (row.upstream, row.downstream) == (("checkout",), ("ledger", "payments-db"))


async def test_a_dependency_that_is_not_there_is_said(shop: Path) -> None:
    write(shop, {"more.yaml": component("ledger", "{owner: payments, dependsOn: ['component:gone']}")})
    page = await owners(shop, service="ledger")
    assert page.rows[0].downstream == ("gone",)
    assert page.notes == ("ledger depends on component:default/gone, which is not in the catalogue",)


@pytest.mark.parametrize(
    ("path", "service", "reason"),
    [
        ("services/payments/src/app.py", "payments", "backstage.io/source-location services/payments/"),
        ("services/payments", "payments", "backstage.io/source-location services/payments/"),
        ("services/payments/fraud/a.py", "fraud", "opsloom/paths services/payments/fraud"),
        ("libs/fraud/a.py", "fraud", "opsloom/paths libs/fraud"),
    ],
)
async def test_a_path_belongs_to_the_longest_folder_that_holds_it(
    shop: Path, path: str, service: str, reason: str
) -> None:
    annotations = '{opsloom/paths: "services/payments/fraud, ./libs/fraud/"}'
    write(shop, {"more.yaml": component("fraud", annotations=annotations)})
    [row] = (await owners(shop, path=path)).rows
    assert row.service is not None
    assert row.service.name == service
    assert row.matched_by.endswith(reason.rstrip("/"))


async def test_a_path_of_nobody_is_an_empty_answer(shop: Path) -> None:
    assert (await owners(shop, path="services/paymentsx/app.py")).rows == ()


@pytest.mark.parametrize("path", ["../x", "services/../../etc/passwd", "/etc/passwd", ".", "a\nb", "a\x00"])
async def test_a_path_that_leads_out_is_refused(shop: Path, path: str) -> None:
    with pytest.raises(InvalidRequestError, match="relative to its repository"):
        await owners(shop, path=path)


async def test_the_catalogue_of_the_shop_is_understood(bed: Bed) -> None:
    page = await services(bed.catalog)
    assert {row.name for row in page.rows} >= {"frontend", "checkout", "payments", "inventory", "database"}
    assert page.complete
    [row] = (await owners(bed.catalog, service="payments")).rows
    assert row.teams
    assert row.escalation
