"""Annotations as changes: which are asked for, and what their tags say."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from opsloom.model.deploys import ChangeKind, Deploy, DeployQuery
from opsloom.model.errors import NotFoundError
from opsloom.model.page import Page
from tests.adapters.canned import Routed
from tests.adapters.grafana.asking import (
    ANNOTATION,
    ANNOTATIONS,
    END_MS,
    START_MS,
    WINDOW,
    annotation,
    call_at,
    connected,
)


async def search(transport: Routed, settings: dict[str, Any] | None = None, **asked: Any) -> Page[Deploy]:
    query = DeployQuery(**{"window": WINDOW, "limit": 50, **asked})
    async with connected(transport, **(settings or {})) as adapter:
        return await adapter.search_deploys(query, call_at())


async def test_an_annotation_is_a_change_with_what_its_tags_say() -> None:
    tags = ["Deploy:blue", "service:checkout", "env:prod", "version:1.4.2"]
    heard = annotation(tags=tags, dashboardUID="shop", panelId=7, timeEnd=END_MS)
    (deploy,) = (await search(Routed({ANNOTATIONS: [heard]}))).rows
    assert str(deploy.ref) == "deploy:grafana-eu/1124"
    assert (deploy.kind, deploy.service, deploy.environment) == (ChangeKind.DEPLOY, "checkout", "prod")
    assert (deploy.version, deploy.author, deploy.title) == ("1.4.2", "sa-deployer", "checkout 1.4.2")
    assert deploy.at == datetime(2026, 3, 1, 11, 41, 16, tzinfo=UTC)
    assert deploy.attributes["ended_at"] == "2026-03-01T12:00:00+00:00"
    at = END_MS - 1_124_000
    assert deploy.link == f"http://grafana.test/d/shop?from={at - 1_800_000}&to={END_MS + 1_800_000}&viewPanel=7"


async def test_any_of_the_tags_in_the_window_is_asked_for() -> None:
    transport = Routed({ANNOTATIONS: []})
    page = await search(transport, {"change_tags": {"deploy": "deploy", "rollback": "rollback", "flag": "flag"}})
    (asked,) = transport.parameters(ANNOTATIONS)
    assert asked.get_list("tags") == ["deploy", "rollback", "flag"]
    assert (asked["type"], asked["matchAny"], asked["limit"]) == ("annotation", "true", "1000")
    assert (asked["from"], asked["to"]) == (str(START_MS), str(END_MS))
    assert (page.rows, page.total, page.complete) == ((), 0, True)


async def test_only_the_tags_of_the_wanted_kinds_are_asked_for() -> None:
    transport = Routed({ANNOTATIONS: []})
    await search(transport, kinds=frozenset({ChangeKind.ROLLBACK}))
    assert transport.parameters(ANNOTATIONS)[0].get_list("tags") == ["rollback"]


async def test_a_kind_that_no_tag_means_is_answered_without_asking() -> None:
    transport = Routed({})
    assert (await search(transport, kinds=frozenset({ChangeKind.COMMIT}))).rows == ()
    assert transport.requests == []


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        (["release"], ChangeKind.DEPLOY),
        (["x", "ROLLBACK"], ChangeKind.ROLLBACK),
        (["config"], ChangeKind.CONFIG),
        (["flag:new-cart"], ChangeKind.FLAG),
    ],
)
async def test_each_tag_of_the_settings_is_a_kind_of_change(tags: list[str], kind: ChangeKind) -> None:
    assert (await search(Routed({ANNOTATIONS: [annotation(tags=tags)]}))).rows[0].kind is kind


async def test_the_case_of_a_tag_does_not_count() -> None:
    page = await search(Routed({ANNOTATIONS: [annotation(tags=["RELEASED"])]}), {"change_tags": {"Released": "deploy"}})
    assert page.rows[0].kind is ChangeKind.DEPLOY


async def test_service_environment_and_untagged_annotations_are_filtered_here() -> None:
    heard = [
        annotation(1, tags=["deploy", "service:checkout", "env:prod"]),
        annotation(2, tags=["deploy", "service:cart"]),
        annotation(3, tags=["deploy", "service:checkout", "env:test"]),
        annotation(4, tags=["deploy"]),
        annotation(5, tags=["holiday", "service:checkout"]),
        annotation(6, tags=None, text=None),
    ]
    page = await search(Routed({ANNOTATIONS: heard}), service="checkout", environment="prod")
    assert [deploy.ref.native_id for deploy in page.rows] == ["1", "4"]  # one of no service may concern any


async def test_a_change_that_began_before_the_window_is_not_of_it() -> None:
    page = await search(Routed({ANNOTATIONS: [annotation(time=START_MS - 1, timeEnd=END_MS)]}))
    assert page.rows == ()


async def test_the_newest_come_first_and_the_cut_is_said() -> None:
    page = await search(Routed({ANNOTATIONS: [annotation(number) for number in (30, 10, 20)]}), limit=2)
    assert [deploy.ref.native_id for deploy in page.rows] == ["10", "20"]
    assert (page.total, page.complete) == (3, False)


async def test_a_full_page_is_followed_by_what_ends_no_later_than_its_last() -> None:
    every = [
        annotation(number, tags=["deploy", f"service:{'cart' if number < 1_003 else 'checkout'}"])
        for number in range(1_005)
    ]

    def answer(request: httpx.Request) -> list[dict[str, Any]]:
        fitting = [one for one in every if one["time"] <= int(request.url.params["to"])]
        return fitting[: int(request.url.params["limit"])]

    transport = Routed({ANNOTATIONS: answer})
    page = await search(transport, service="checkout")
    assert [asked["to"] for asked in transport.parameters(ANNOTATIONS)] == [str(END_MS), str(END_MS - 999_000)]
    assert [deploy.ref.native_id for deploy in page.rows] == ["1003", "1004"]
    assert (page.total, page.complete) == (2, True)


async def test_one_change_is_asked_for_by_its_number() -> None:
    async with connected(Routed({ANNOTATION: annotation()})) as adapter:
        assert (await adapter.get_deploy("1124", call_at())).service == "checkout"


@pytest.mark.parametrize("native_id", ["x", "../1124", "", "1124"])
async def test_what_is_no_change_is_not_found(native_id: str) -> None:
    async with connected(Routed({ANNOTATION: annotation(tags=["holiday"])})) as adapter:
        with pytest.raises(NotFoundError):
            await adapter.get_deploy(native_id, call_at())


async def test_an_annotation_without_a_dashboard_links_to_the_one_of_the_settings() -> None:
    assert (await search(Routed({ANNOTATIONS: [annotation()]}))).rows[0].link is None
    page = await search(Routed({ANNOTATIONS: [annotation()]}), {"events_dashboard": "ops"})
    assert page.rows[0].link is not None
    assert page.rows[0].link.startswith("http://grafana.test/d/ops?from=")
    assert page.link == f"http://grafana.test/d/ops?from={START_MS - 1_800_000}&to={END_MS + 1_800_000}"
