"""Deployments and changed configurations of Dynatrace."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from opsloom.adapter_api.contract_kit.fake_provider import FakeProvider
from opsloom.model.deploys import ChangeKind, Deploy, DeployQuery
from opsloom.model.errors import NotFoundError
from opsloom.model.page import Page
from tests.adapters.dynatrace import environment
from tests.adapters.dynatrace.asking import WINDOW, asked, call, connected, paths, provider

CONFIGURED = environment.event(
    "5_1772529000000",
    "CUSTOM_CONFIGURATION",
    startTime=environment.millis("2026-03-03T09:10:00Z"),
    title="pool size",
    properties=[],
    entityId=environment.stub("PROCESS_GROUP-1", "jvm"),
)


def answering(*deployments: dict[str, Any], configurations: Any = (CONFIGURED,)) -> FakeProvider:
    def events(request: httpx.Request) -> dict[str, Any]:
        is_deployment = request.url.params["eventSelector"] == 'eventType("CUSTOM_DEPLOYMENT")'
        return environment.listed("events", *(deployments if is_deployment else configurations))

    return provider(
        {
            "GET /api/v2/events": events,
            "GET /api/v2/entities": environment.listed("entities", environment.service()),
        }
    )


async def search(transport: FakeProvider, **wanted: Any) -> Page[Deploy]:
    async with connected(transport) as adapter:
        return await adapter.search_deploys(DeployQuery(**{"window": WINDOW, "limit": 50, **wanted}), call())


async def test_a_deployment_tells_its_service_version_and_environment() -> None:
    (deploy,) = (await search(answering(environment.event(), configurations=()))).rows
    assert (deploy.kind, deploy.title, deploy.service) == (ChangeKind.DEPLOY, "checkout 2.4.1", "checkout")
    assert (deploy.version, deploy.environment) == ("2.4.1", "production")
    assert deploy.at == datetime(2026, 3, 3, 8, 43, tzinfo=UTC)
    assert deploy.attributes["gitcommit"] == "e5a6baac7eb"
    assert deploy.attributes["entity"] == "checkout (SERVICE)"


async def test_each_type_is_asked_for_by_itself_and_the_newest_comes_first() -> None:
    transport = answering(environment.event())
    page = await search(transport)
    assert [(one.kind, one.title, one.service) for one in page.rows] == [
        (ChangeKind.CONFIG, "pool size", None),
        (ChangeKind.DEPLOY, "checkout 2.4.1", "checkout"),
    ]
    assert [one["eventSelector"] for one in asked(transport)] == [
        'eventType("CUSTOM_DEPLOYMENT")',
        'eventType("CUSTOM_CONFIGURATION")',
    ]


@pytest.mark.parametrize(
    ("kinds", "selectors"),
    [
        ({ChangeKind.CONFIG, ChangeKind.FLAG}, ['eventType("CUSTOM_CONFIGURATION")']),
        ({ChangeKind.COMMIT}, []),
    ],
)
async def test_only_the_wanted_kinds_are_asked_for(kinds: set[ChangeKind], selectors: list[str]) -> None:
    transport = answering(environment.event())
    page = await search(transport, kinds=frozenset(kinds))
    assert [one["eventSelector"] for one in asked(transport)] == selectors
    assert bool(page.notes) == (not selectors)


async def test_a_change_of_another_service_is_left_out_and_one_of_no_service_stays() -> None:
    other = environment.event("7_1", entityId=environment.stub(environment.CART, "cart"))
    page = await search(answering(environment.event(), other), service="checkout")
    assert [one.service for one in page.rows] == [None, "checkout"]


async def test_an_unknown_service_finds_no_change_at_all() -> None:
    transport = answering(environment.event())
    page = await search(transport, service="cart")
    assert (page.rows, paths(transport)) == ((), ["GET /entities"])


async def test_what_began_before_the_window_is_no_change_in_it() -> None:
    before = environment.event(startTime=environment.millis("2026-03-03T07:20:59Z"))
    assert (await search(answering(before, configurations=()))).rows == ()


async def test_the_newest_are_kept_whatever_the_order_of_the_answer() -> None:
    early = environment.event("1_1", startTime=environment.millis("2026-03-03T08:00:00Z"))
    page = await search(answering(early, environment.event(), configurations=()), limit=1)
    assert [one.ref.native_id for one in page.rows] == ["4293884258445543163_1772527380000"]
    assert (page.complete, page.total) == (False, 2)


async def test_the_key_of_a_page_of_events_is_sent_alone() -> None:
    def events(request: httpx.Request) -> dict[str, Any]:
        if "nextPageKey" in request.url.params:
            return environment.listed("events", environment.event("2_2"))
        return environment.listed("events", environment.event("1_1"), following="AQAA")

    transport = provider({"GET /api/v2/events": events})
    page = await search(transport, kinds=frozenset({ChangeKind.DEPLOY}))
    assert len(page.rows) == 2
    assert asked(transport)[1] == {"nextPageKey": "AQAA"}


async def test_an_event_that_is_no_change_is_not_found_as_one() -> None:
    transport = provider({"GET /api/v2/events/*": environment.event(kind="PROCESS_RESTART")})
    async with connected(transport) as adapter:
        with pytest.raises(NotFoundError, match="is no change"):
            await adapter.get_deploy("1_1", call())
