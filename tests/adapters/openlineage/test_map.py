"""The chain on the map that a person asks for."""

from pathlib import Path

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import TopologyReader
from opsloom.model.page import Page
from opsloom.model.topology import Dependency, DependencyQuery, DependencySource
from opsloom.providers.instance import Instance, build_instance
from tests.adapters.openlineage.events import nightly_chain, write
from tests.providers.scripted import scripted
from tests.tools.house import column, house


def traces(*calls: tuple[str, str]) -> Instance:
    """A source that saw requests between services."""

    async def act(_method: str, _query: DependencyQuery, call: Call) -> Page[Dependency]:
        call.capture(method="GET", url="http://traces.example/", body=b"{}", status=200)
        seen = (Dependency(caller=one, callee=other, source=DependencySource.OBSERVED) for one, other in calls)
        return Page[Dependency](rows=tuple(seen))

    return scripted("traces", act, capabilities=[TopologyReader])


async def test_a_nightly_chain_joins_the_services_that_live_on_it(tmp_path: Path) -> None:
    write(tmp_path, *nightly_chain())
    options = {"adapter": "openlineage", "file": "events.jsonl", "services": {"storefront.*": "storefront"}}
    lineage = build_instance("lineage", options, tmp_path / "opsloom.toml")
    async with house(tmp_path / "workspace", lineage, traces(("web", "storefront"))) as asked:
        answer = await asked.ask("map_dependencies", service="orders.load", direction="upstream", depth=5, since="-1d")
    names = ("distance", "caller", "callee", "kind", "marks")
    assert list(zip(*(column(answer, name) for name in names), strict=True)) == [
        (1, "orders", "orders.load", "data", ["batch"]),
        (2, "prices.make", "orders", "data", ["datastore"]),
        (3, "prices", "prices.make", "data", ["batch"]),
        (4, "storefront", "prices", "data", ["datastore"]),
        (5, "web", "storefront", "sync", []),
    ]
    assert answer["status"] == "ok"
    assert sum(rate > 0 for rate in column(answer, "errors_per_second") if rate is not None) == 2
