"""What a real Unleash publishes of its API: our requests, our canned replies and our words are held against it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from opsloom.adapter_api.call import Call
from opsloom.model.flags import FlagQuery
from opsloom_adapters.unleash.event_types import CHANGES, FAILURES, OTHERS
from tests.adapters.unleash import asking
from tests.adapters.unleash.asking import call_at, connected, deploy_query, order_of, switch
from tests.bed.unleash.server import Unleash, rollout


@pytest.fixture
def published(unleash: Unleash) -> dict[str, Any]:
    document: dict[str, Any] = unleash.ask("GET", "/docs/openapi.json")
    return document


async def everything(unleash: Unleash) -> Call:
    """A call in which each of our requests is made once at least."""
    call = call_at(datetime.now(UTC))
    unleash.make_flag("by-the-book")
    async with connected(
        base_url=unleash.url, token=unleash.token, write_token=unleash.write_token, project="default"
    ) as adapter:
        await adapter.probe(call)
        await adapter.check_writing(call)
        await adapter.search_flags(FlagQuery(text="by-the", limit=10), call)
        page = await adapter.search_deploys(deploy_query(call.now), call)
        await adapter.get_deploy(page.rows[0].ref.native_id, call)
        for on in (True, False):
            order = order_of(await adapter.plan_toggle(switch("by-the-book", on=on), call))
            await adapter.apply_toggle(order, call)
            await adapter.observe_toggle(order, call)
    return call


def operation_of(published: dict[str, Any], method: str, url: str) -> dict[str, Any]:
    for template, operations in published["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), urlsplit(url).path):
            found: dict[str, Any] = operations[method.lower()]
            return found
    raise AssertionError(f"{url} is not published")


async def test_each_request_is_a_published_one_that_is_not_deprecated(
    unleash: Unleash, published: dict[str, Any]
) -> None:
    call = await everything(unleash)
    assert {one.method for one in call.exchanges} == {"GET", "POST"}
    for one in call.exchanges:
        operation = operation_of(published, one.method, one.url)
        assert not operation.get("deprecated"), one.url
        patterns = {told["name"]: told["schema"].get("pattern", "") for told in operation.get("parameters", [])}
        for name, value in one.parameters:
            assert re.match(patterns[name], value), f"{name}={value}"


def test_each_published_event_is_known(published: dict[str, Any]) -> None:
    words = published["components"]["schemas"]["eventSchema"]["properties"]["type"]["enum"]
    assert set(words) <= CHANGES | FAILURES | OTHERS
    assert not CHANGES & OTHERS


def canned() -> Iterator[tuple[str, dict[str, Any]]]:
    flag = asking.one_flag(asking.environment("production", asking.ROLLOUT))
    yield "searchFeaturesSchema", asking.flags(asking.listed("new-pool"))
    yield "featureSearchResponseSchema", asking.listed("new-pool")
    yield "featureSearchEnvironmentSchema", asking.in_search("production", on=True)
    yield "featureSchema", flag
    yield "featureStrategySchema", dict(asking.ROLLOUT)
    yield "projectOverviewSchema", asking.overview()
    yield "eventSearchResponseSchema", asking.events(asking.event(1))
    yield "eventSchema", asking.event(1)


def test_each_canned_reply_has_the_published_fields(published: dict[str, Any]) -> None:
    for name, reply in canned():
        schema = published["components"]["schemas"][name]
        assert set(schema.get("required", ())) <= reply.keys() <= schema["properties"].keys(), name


def test_a_canned_flag_has_the_fields_of_a_real_one(unleash: Unleash) -> None:
    unleash.make_flag("by-the-look", strategy=rollout(50))
    flag = unleash.ask("GET", "/api/admin/projects/default/features/by-the-look")
    made = asking.one_flag(asking.environment("production", asking.ROLLOUT))
    assert flag.keys() - made.keys() == set()
    (real,) = [one for one in flag["environments"] if one["name"] == "production"]
    assert real.keys() == made["environments"][0].keys()
    assert real["strategies"][0].keys() == asking.ROLLOUT.keys()
