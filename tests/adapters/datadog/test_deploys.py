"""Deployments of DORA metrics, and events that count as changes."""

from datetime import UTC, datetime
from typing import Any

import pytest

from opsloom.model.deploys import ChangeKind, Deploy, DeployQuery
from opsloom.model.errors import NotFoundError
from opsloom.model.page import Page
from tests.adapters.datadog.asking import HOSTILE, WINDOW, Datadog, call_at, connected
from tests.adapters.datadog.vendor import deployment, event, page_of

DORA = "POST /api/v2/dora/deployments"
EVENTS = "POST /api/v2/events/search"
QUERY = "source:change_tracking"


async def search(transport: Datadog, settings: dict[str, Any] | None = None, **asked: Any) -> Page[Deploy]:
    async with connected(transport, **(settings or {})) as adapter:
        return await adapter.search_deploys(DeployQuery(**{"window": WINDOW, "limit": 5, **asked}), call_at())


async def get(transport: Datadog, native_id: str) -> Deploy:
    async with connected(transport) as adapter:
        return await adapter.get_deploy(native_id, call_at())


async def test_deployments_are_asked_for_by_service_environment_and_window() -> None:
    transport = Datadog({DORA: {"data": [deployment()]}})
    page = await search(transport, service="checkout", environment="prod")
    assert transport.bodies[0] == {
        "data": {
            "type": "dora_deployments_list_request",
            "attributes": {
                "from": "2026-03-03T08:21:00Z",
                "to": "2026-03-03T09:21:00Z",
                "limit": 6,
                "sort": "-finished_at",
                "query": 'service:"checkout" env:"prod"',
            },
        }
    }
    row = page.rows[0]
    assert (row.ref.native_id, row.kind, row.service, row.environment, row.version) == (
        "deployment:4242fcdd31586083", ChangeKind.DEPLOY, "checkout", "prod", "v1.12.07",
    )  # fmt: skip
    assert row.at == datetime(2026, 3, 3, 8, 55, tzinfo=UTC)
    assert row.commit == "66adc9350f2cc9b250b69abddab733dd55e1a588"
    assert row.attributes == {"started_at": "2026-03-03T08:50:00Z", "team": "payments"}


async def test_without_deploy_events_no_event_is_read() -> None:
    transport = Datadog({DORA: {"data": []}})
    assert (await search(transport)).rows == ()
    assert transport.asked == [DORA]


async def test_events_of_the_setting_join_them_newest_first() -> None:
    transport = Datadog({DORA: {"data": [deployment()]}, EVENTS: page_of(event())})
    page = await search(transport, {"deploy_events": QUERY})
    assert transport.bodies[1]["filter"]["query"] == QUERY
    assert [(row.kind, row.service, row.author) for row in page.rows] == [
        (ChangeKind.DEPLOY, "checkout", ""),
        (ChangeKind.FLAG, "checkout", "oncall-a"),
    ]
    assert page.rows[1].link == (
        "https://app.datadoghq.com/event/event?uid=AAAAAWgN8Xwgr1vKDQAAAABBV2dOOFh3ZzZobm1mWXJFYTR0OA"
    )


async def test_an_event_that_names_no_service_may_concern_any() -> None:
    nameless = event(tags=["env:prod"], attributes={"title": "release train"})
    other = event(tags=["service:cart"], attributes={"title": "cart"})
    transport = Datadog({DORA: {"data": []}, EVENTS: page_of(nameless, other)})
    page = await search(transport, {"deploy_events": QUERY}, service="checkout")
    assert [(row.title, row.service) for row in page.rows] == [("release train", None)]


async def test_kinds_choose_the_sources() -> None:
    transport = Datadog({EVENTS: page_of(event())})
    page = await search(transport, {"deploy_events": QUERY}, kinds=frozenset({ChangeKind.FLAG}))
    assert (len(page.rows), transport.asked) == (1, [EVENTS])
    none = await search(Datadog({}), kinds=frozenset({ChangeKind.COMMIT}))
    assert (none.rows, len(none.notes)) == ((), 1)


async def test_a_full_answer_may_not_be_all() -> None:
    two = {"data": [deployment(), {**deployment(), "id": "other"}]}
    page = await search(Datadog({DORA: two}), limit=1)
    assert (len(page.rows), page.complete, page.total) == (1, False, None)


async def test_a_hostile_service_stays_a_phrase() -> None:
    transport = Datadog({DORA: {"data": [deployment()]}})
    page = await search(transport, service=HOSTILE)
    assert transport.bodies[0]["data"]["attributes"]["query"] == r'service:"x\"} OR service:* \\ (a"'
    assert page.rows == ()


async def test_a_deployment_and_an_event_are_each_one_request() -> None:
    transport = Datadog({"GET *": {"data": deployment()}})
    assert (await get(transport, "deployment:4242fcdd31586083")).service == "checkout"
    assert transport.asked == ["GET /api/v2/dora/deployments/4242fcdd31586083"]
    assert (await get(Datadog({"GET *": {"data": event()}}), "event:AAAA")).kind is ChangeKind.FLAG


@pytest.mark.parametrize("native_id", ["4242fcdd31586083", "deployment:", "commit:1"])
async def test_an_id_of_another_form_is_not_found(native_id: str) -> None:
    with pytest.raises(NotFoundError):
        await get(Datadog({}), native_id)
