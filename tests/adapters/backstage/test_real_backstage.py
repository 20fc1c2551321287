"""Against a real Backstage that serves the shop's catalogue, and APIs and resources beside it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import anyio
import pytest
from pydantic import SecretStr

from opsloom.adapter_api.adapter import Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.config import SecretSource
from opsloom.model.errors import AuthenticationError, PermissionDeniedError, UnavailableError
from opsloom.model.ownership import Link, OwnershipQuery, Service, ServiceQuery, Team
from opsloom.model.topology import Dependency, DependencyKind, NodeKind
from opsloom_adapters.backstage import BackstageAdapter
from opsloom_adapters.backstage.client import WHOLE, Selection
from opsloom_adapters.catalog import CatalogAdapter
from tests.adapters.backstage.asking import NOW, call_at, connected, connected_as, dependency_query
from tests.bed.backstage.server import Backstage
from tests.bed.loopback import HOST, free_port

SHOP_FILES = Path(__file__).resolve().parents[2] / "bed" / "catalog"


@pytest.fixture
async def adapter(backstage: Backstage) -> AsyncIterator[BackstageAdapter]:
    async with connected_as(backstage.token, backstage.url) as adapter:
        yield adapter


async def services(adapter: BackstageAdapter, text: str | None = None, limit: int = 100) -> list[str]:
    page = await adapter.search_services(ServiceQuery(text=text, limit=limit), call_at())
    return [service.name for service in page.rows]


async def edges(adapter: BackstageAdapter, service: str | None = None) -> list[Dependency]:
    return list((await adapter.get_dependencies(dependency_query(service), call_at())).rows)


async def test_it_answers_with_its_time(adapter: BackstageAdapter) -> None:
    told = (await adapter.probe(call_at())).server_time
    assert told is not None
    assert abs((datetime.now(UTC) - told).total_seconds()) < 60


async def test_services_are_found_by_name_and_title_in_any_case(adapter: BackstageAdapter) -> None:
    assert await services(adapter, "ECK") == ["checkout"]
    assert await services(adapter, "keeps card") == ["billing/CardVault"]
    assert await services(adapter, "invo_ces") == []


async def test_a_limit_is_a_page_and_the_rest_is_said(adapter: BackstageAdapter) -> None:
    page = await adapter.search_services(ServiceQuery(limit=3), call_at())
    assert ([service.name for service in page.rows], page.total, page.complete) == (
        ["billing/CardVault", "checkout", "database"],
        8,
        False,
    )


async def test_pages_are_followed_to_the_end(adapter: BackstageAdapter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opsloom_adapters.backstage.ownership.WHOLE", Selection(WHOLE.fields, page_rows=3))
    call = call_at()
    page = await adapter.search_services(ServiceQuery(limit=100), call)
    assert (len({service.ref for service in page.rows}), page.complete) == (8, True)
    assert sum(one.method == "GET" for one in call.exchanges) == 3


async def test_the_same_files_give_the_same_services_as_the_adapter_that_reads_them(adapter: BackstageAdapter) -> None:
    shop = await shop_services()
    page = await adapter.search_services(ServiceQuery(limit=100), call_at())
    served = [without_place(service) for service in page.rows if "/" not in service.name]
    assert served == [without_place(service) for service in shop]
    assert len(served) == 5


async def test_an_owner_comes_with_people_and_ways_to_reach_them(adapter: BackstageAdapter) -> None:
    page = await adapter.get_ownership(OwnershipQuery(at=NOW, service="checkout"), call_at())
    found = page.rows[0]
    assert found.teams == (
        Team(
            name="checkout",
            title="Team checkout",
            members=("checkout-lead", "oncall-a", "oncall-b"),
            contacts=(Link(title="e-mail", url="mailto:checkout@example.com"),),
        ),
    )
    assert (found.upstream, found.downstream) == (("frontend",), ("inventory", "payments"))
    assert found.service is not None
    assert found.service.runbooks == (Link(title="Runbook", url="https://runbooks.example.com/checkout"),)


async def test_a_bare_name_is_found_in_another_namespace(adapter: BackstageAdapter) -> None:
    page = await adapter.get_ownership(OwnershipQuery(at=NOW, service="cardvault"), call_at())
    assert [(row.service.name, row.service.tier) for row in page.rows if row.service] == [("billing/CardVault", "0")]
    assert page.rows[0].upstream == ("billing/invoices", "billing/mailer")


async def test_an_owner_that_is_not_in_the_catalog_is_named_with_a_note(adapter: BackstageAdapter) -> None:
    page = await adapter.get_ownership(OwnershipQuery(at=NOW, service="billing/mailer"), call_at())
    assert page.rows[0].teams == (Team(name="nobody-knows"),)
    assert "the owner group:default/nobody-knows is not shown in the catalog" in page.notes


@pytest.mark.parametrize(
    ("path", "owner"),
    [("services/checkout/app.py", "checkout"), ("libs/cards/luhn.py", "billing/CardVault"), ("docs/index.md", None)],
)
async def test_a_path_belongs_to_a_component(adapter: BackstageAdapter, path: str, owner: str | None) -> None:
    page = await adapter.get_ownership(OwnershipQuery(at=NOW, path=path), call_at())
    assert [row.service.name for row in page.rows if row.service] == ([owner] if owner else [])


async def test_the_whole_graph_holds_each_edge_once(adapter: BackstageAdapter) -> None:
    found = [(edge.caller, edge.callee, edge.kind) for edge in await edges(adapter)]
    assert found == [
        ("billing/invoices", "billing/CardVault", DependencyKind.SYNC),
        ("billing/invoices", "billing/ledger", DependencyKind.SYNC),
        ("billing/mailer", "billing/CardVault", DependencyKind.ASYNC),
        ("checkout", "inventory", DependencyKind.SYNC),
        ("checkout", "payments", DependencyKind.SYNC),
        ("frontend", "checkout", DependencyKind.SYNC),
        ("inventory", "database", DependencyKind.SYNC),
    ]


async def test_the_edges_of_one_are_those_of_the_whole_graph(adapter: BackstageAdapter) -> None:
    whole = await edges(adapter)
    for service in ("checkout", "billing/invoices", "billing/ledger", "cardvault"):
        name = "billing/CardVault" if service == "cardvault" else service
        assert await edges(adapter, service) == [edge for edge in whole if name in (edge.caller, edge.callee)]


async def test_each_end_tells_what_it_is(adapter: BackstageAdapter) -> None:
    found = await edges(adapter, "billing/invoices")
    assert {(edge.caller_kind, edge.callee_kind) for edge in found} == {
        (NodeKind.JOB, NodeKind.SERVICE),
        (NodeKind.JOB, NodeKind.DATASTORE),
    }


async def test_an_unknown_service_is_an_empty_page(adapter: BackstageAdapter) -> None:
    page = await adapter.get_ownership(OwnershipQuery(at=NOW, service="nope"), call_at())
    assert (page.rows, page.complete) == ((), True)
    assert await edges(adapter, "nope") == []


async def test_a_wrong_token_is_refused(backstage: Backstage) -> None:
    async with connected_as("no-" + "such", backstage.url) as stranger:
        with pytest.raises(AuthenticationError):
            await services(stranger)


async def test_a_token_that_may_not_read_entities_is_no_empty_catalog(backstage: Backstage) -> None:
    async with connected_as(backstage.token_that_reads_nothing, backstage.url) as blind:
        with pytest.raises(PermissionDeniedError, match=r"catalog\.entity\.read"):
            await services(blind)
        with pytest.raises(PermissionDeniedError):
            await blind.get_ownership(OwnershipQuery(at=NOW, service="checkout"), call_at())
        with pytest.raises(PermissionDeniedError):
            await edges(blind)
        with pytest.raises(PermissionDeniedError):
            await blind.probe(call_at())


async def test_a_dead_server_is_unavailable() -> None:
    async with connected(base_url=f"http://{HOST}:{free_port()}") as adapter:
        with pytest.raises(UnavailableError):
            await services(adapter)


def without_place(service: Service) -> Service:
    """All but where it was read, and where it is shown."""
    return service.model_copy(update={"ref": None, "link": None})


async def shop_services() -> list[Service]:
    async def no_secret(_source: SecretSource) -> SecretStr:
        raise AssertionError("files need no secret")

    config = CatalogAdapter.manifest.config.model_validate({"adapter": "catalog", "root": SHOP_FILES})
    async with CatalogAdapter.connect(Site("files", config, no_secret)) as files:
        call = Call("files", "catalog", NOW, anyio.current_time() + 5)
        return list((await files.search_services(ServiceQuery(limit=100), call)).rows)
