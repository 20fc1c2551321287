"""PagerDuty's change events as deploys."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from opsloom.adapter_api.contract_kit.fake_provider import FakeProvider
from opsloom.model.deploys import ChangeKind, Deploy, DeployQuery, DeployStatus
from opsloom.model.page import Page
from opsloom.model.window import Window
from tests.adapters.pagerduty import account
from tests.adapters.pagerduty.asking import INSTANCE, NOW, WINDOW, asked, call, connected, provider

SERVICES = account.listed("services", account.service())


async def search(transport: FakeProvider, **wanted: Any) -> Page[Deploy]:
    async with connected(transport) as adapter:
        return await adapter.search_deploys(DeployQuery(**{"window": WINDOW, "limit": 50, **wanted}), call())


def answering(*events: dict[str, Any], more: bool = False) -> FakeProvider:
    page = account.listed("change_events", *events, more=more)
    return provider(
        {
            "GET /change_events": page,
            "GET /services/PSVC001/change_events": page,
            "GET /services/PSVC001": {"service": account.service()},
            "GET /services": SERVICES,
        }
    )


async def test_a_change_event_is_a_deploy_with_its_details() -> None:
    page = await search(answering(account.change_event(html_url=f"{account.WEB}/change_events/1")))
    (deploy,) = page.rows
    assert str(deploy.ref) == f"deploy:{INSTANCE}/01BBYA6PEVW6A852BUO6QYUE7O"
    assert (deploy.kind, deploy.status, deploy.status_raw) == (ChangeKind.DEPLOY, DeployStatus.SUCCEEDED, "")
    assert (deploy.service, deploy.title) == ("checkout", "checkout 2.4.1 deployed")
    assert deploy.at == datetime(2026, 3, 3, 8, 42, 58, tzinfo=UTC)
    assert deploy.link == f"{account.WEB}/change_events/1"
    assert deploy.attributes == {
        "source": "acme-build-pipeline",
        "links": "https://ci.example.com/build/2",
        "detail.build_state": "passed",
        "detail.build_number": "2",
    }


async def test_a_service_that_is_named_by_id_only_is_looked_up_once() -> None:
    transport = answering(account.change_event(), account.change_event("B"))
    page = await search(transport)
    assert [deploy.service for deploy in page.rows] == ["checkout", "checkout"]
    assert asked(transport)[1:] == ["GET /services/PSVC001"]


async def test_a_service_that_is_gone_keeps_its_id() -> None:
    gone = account.change_event(services=[{"id": "PGONE", "type": "service_reference"}])
    assert [deploy.service for deploy in (await search(answering(gone))).rows] == ["PGONE"]


async def test_changes_of_one_service_are_those_of_its_id() -> None:
    both = [account.reference("service", "PSVC002", "cart", "services"), account.SERVICE]
    transport = answering(account.change_event(services=both), account.change_event("B"))
    page = await search(transport, service="checkout")
    assert [deploy.service for deploy in page.rows] == ["checkout", "checkout"]
    assert page.rows[0].attributes["services"] == "cart, checkout"
    assert asked(transport) == [
        "GET /services query=checkout limit=100 offset=0",
        "GET /services/PSVC001/change_events since=2026-03-03T07:21:00Z until=2026-03-03T09:21:00Z limit=50 offset=0",
    ]


async def test_an_unknown_service_finds_no_change_at_all() -> None:
    transport = answering(account.change_event())
    page = await search(transport, service="check")
    assert (page.rows, len(transport.requests)) == ((), 1)


async def test_times_are_sent_in_whole_seconds_and_compared_exactly() -> None:
    window = Window(start=NOW - timedelta(hours=1, microseconds=5), end=NOW + timedelta(microseconds=5))
    outside = account.change_event("B", timestamp="2026-03-03T09:21:00.000006Z")
    transport = answering(account.change_event(), outside)
    page = await search(transport, window=window)
    assert [deploy.ref.native_id for deploy in page.rows] == ["01BBYA6PEVW6A852BUO6QYUE7O"]
    assert "since=2026-03-03T08:20:59Z until=2026-03-03T09:21:01Z" in asked(transport)[0]


async def test_the_limit_ends_the_reading_and_says_that_there_is_more() -> None:
    transport = answering(account.change_event("A"), account.change_event("B"), more=True)
    page = await search(transport, limit=2)
    assert (len(page.rows), page.complete) == (2, False)
    assert "limit=2 offset=0" in asked(transport)[0]
    assert len([line for line in asked(transport) if "change_events" in line]) == 1


async def test_other_kinds_than_deploy_find_nothing_and_say_why() -> None:
    transport = answering(account.change_event())
    page = await search(transport, kinds=frozenset({ChangeKind.FLAG}))
    assert (page.rows, transport.requests) == ((), [])
    assert "does not tell kinds of change apart" in page.notes[0]


@pytest.mark.parametrize("details", [None, "free text", ["a"]])
async def test_details_that_are_no_object_are_left_out(details: Any) -> None:
    (deploy,) = (await search(answering(account.change_event(custom_details=details)))).rows
    assert not [name for name in deploy.attributes if name.startswith("detail.")]


async def test_one_change_is_read_by_its_id_which_its_answer_does_not_repeat() -> None:
    event = {name: value for name, value in account.change_event().items() if name != "id"}
    transport = provider(
        {"GET /change_events/*": {"change_event": event}, "GET /services/*": {"service": account.service()}}
    )
    async with connected(transport) as adapter:
        deploy = await adapter.get_deploy("01BBYA6PEVW6A852BUO6QYUE7O", call())
    assert (deploy.ref.native_id, deploy.service) == ("01BBYA6PEVW6A852BUO6QYUE7O", "checkout")
