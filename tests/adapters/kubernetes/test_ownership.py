"""Services and owners, from canned replies."""

from typing import Any

from opsloom.model.ownership import Ownership, OwnershipQuery, Service, ServiceQuery, Team
from opsloom.model.page import Page
from tests.adapters.kubernetes.asking import DEPLOYMENTS, NOW, Cluster, call_at, connected
from tests.adapters.kubernetes.objects import deployment, listed

SEARCH = {
    "selector": {"matchLabels": {"app": "search"}},
    "template": {"metadata": {"labels": {"app": "search", "owner": "discovery"}}, "spec": {"containers": []}},
}
BARE = {"selector": {"matchLabels": {}}, "template": {"metadata": {}, "spec": {"containers": []}}}
CLUSTER = Cluster(
    {
        DEPLOYMENTS: listed(
            deployment(),
            deployment("checkout-worker", labels={}, annotations={"team": "back-office"}),
            deployment("search-web", labels={}, spec=SEARCH),
            deployment("bare", labels={}, spec=BARE),
        )
    }
)


async def services(**asked: Any) -> Page[Service]:
    async with connected(CLUSTER) as adapter:
        return await adapter.search_services(ServiceQuery(**{"limit": 10, **asked}), call_at())


async def ownership(**asked: Any) -> Page[Ownership]:
    async with connected(CLUSTER) as adapter:
        return await adapter.get_ownership(OwnershipQuery(at=NOW, **asked), call_at())


async def test_services_are_named_by_the_labels_of_their_pods_and_stand_once() -> None:
    page = await services()
    assert [(one.name, one.owner, one.system) for one in page.rows] == [
        ("bare", None, None),
        ("checkout", "payments", "shop"),
        ("search", "discovery", None),
    ]
    assert [one.name for one in (await services(text="EAR")).rows] == ["search"]
    assert (await services(limit=1)).complete is False


async def test_the_owners_of_a_service_are_all_that_its_deployments_name() -> None:
    (one,) = (await ownership(service="checkout")).rows
    assert one.teams == (Team(name="payments"), Team(name="back-office"))
    assert one.matched_by == "team or owner of Deployment shop/checkout, shop/checkout-worker"


async def test_what_is_not_known_is_nothing() -> None:
    assert (await ownership(service="no-such-service")).rows == ()
    page = await ownership(path="src/app.py")
    assert page.rows == ()
    assert "no files" in page.notes[0]
