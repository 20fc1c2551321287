"""Declared dependencies."""

from pathlib import Path
from typing import Any

import pytest

from opsloom.model.page import Page
from opsloom.model.topology import Dependency, DependencyQuery, DependencySource, NodeKind
from opsloom.model.window import resolve_window
from tests.adapters.catalog.documents import NOW, component, connected, new_call, write

HOUR, _ = resolve_window(None, None, NOW)


async def edges(root: Path, **asked: Any) -> Page[Dependency]:
    async with connected(root) as adapter:
        return await adapter.get_dependencies(DependencyQuery(**{"window": HOUR, "limit": 50, **asked}), new_call())


def ends(page: Page[Dependency]) -> list[tuple[str, str]]:
    return [(row.caller, row.callee) for row in page.rows]


async def test_every_declared_dependency_is_an_edge_with_the_kinds_of_its_ends(shop: Path) -> None:
    page = await edges(shop)
    assert ends(page) == [("checkout", "payments"), ("payments", "payments-db")]
    assert {row.source for row in page.rows} == {DependencySource.DECLARED}
    assert (page.rows[0].caller_kind, page.rows[1].callee_kind) == (NodeKind.SERVICE, NodeKind.DATASTORE)
    assert {(row.request_rate, row.first_seen, row.last_seen) for row in page.rows} == {(None, None, None)}
    assert (page.total, page.complete) == (2, True)


@pytest.mark.parametrize("service", ["payments-db", "resource:payments-db", "Resource:Default/PAYMENTS-DB"])
async def test_a_service_is_found_at_either_end_by_any_form_of_its_reference(shop: Path, service: str) -> None:
    assert ends(await edges(shop, service=service)) == [("payments", "payments-db")]


@pytest.mark.parametrize("service", ["payment", "user:payments", "other/payments", "../payments", "*", ""])
async def test_another_name_has_no_edges(shop: Path, service: str) -> None:
    page = await edges(shop, service=service)
    assert (page.rows, page.total, page.complete) == ((), 0, True)


async def test_an_edge_that_both_ends_declare_is_one(shop: Path) -> None:
    write(shop, {"more.yaml": component("ledger", "{type: odd, dependsOn: [vault]}")})
    write(shop, {"vault.yaml": component("vault", "{dependencyOf: [ledger]}")})
    page = await edges(shop, service="vault")
    assert ends(page) == [("ledger", "vault")]
    assert page.rows[0].caller_kind is None


async def test_a_broken_file_makes_the_map_incomplete(shop: Path) -> None:
    write(shop, {"broken.yaml": "a: ["})
    page = await edges(shop)
    assert not page.complete
    assert "broken.yaml" in page.notes[0]


async def test_the_evidence_is_the_files_of_both_ends(shop: Path) -> None:
    asked = new_call()
    async with connected(shop) as adapter:
        await adapter.get_dependencies(DependencyQuery(window=HOUR, service="payments-db", limit=5), asked)
    assert {one.url for one in asked.exchanges} == {"file:shop.yaml", "file:teams/payments.yaml"}
