"""The event log at the edge of the network: requests, pages, filters, mapping and links."""

from datetime import timedelta
from typing import Any

import pytest

from opsloom.model.deploys import ChangeKind, Deploy, DeployQuery, DeployStatus
from opsloom.model.errors import NotFoundError, UnexpectedAnswerError
from opsloom.model.limits import DIFF_MAX_CHARS
from opsloom.model.page import Page
from tests.adapters.unleash.asking import EVENTS, NOW, FlagServer, call_at, connected, deploy_query, event, events


async def search(server: FlagServer, query: DeployQuery | None = None, **settings: Any) -> Page[Deploy]:
    async with connected(server, **settings) as adapter:
        return await adapter.search_deploys(query or deploy_query(), call_at())


async def one(said: dict[str, Any], **settings: Any) -> Deploy:
    (found,) = (await search(FlagServer({EVENTS: events(said)}), **settings)).rows
    return found


async def get(server: FlagServer, native_id: str) -> Deploy:
    async with connected(server) as adapter:
        return await adapter.get_deploy(native_id, call_at())


def numbers(page: Page[Deploy]) -> list[int]:
    return [int(row.ref.native_id.rpartition(".")[2]) for row in page.rows]


async def test_whole_days_are_asked_for_that_hold_the_window_in_every_time_zone() -> None:
    server = FlagServer({EVENTS: events(event(1))})
    page = await search(server, project="shop")
    assert server.asked == [
        {"from": "IS:2026-03-01", "to": "IS:2026-03-05", "project": "IS:shop", "offset": "0", "limit": "50"}
    ]
    assert page.query == "event log from 2026-03-02 to 2026-03-03 of project shop"
    assert page.link == ("https://unleash.test/shop/history?from=IS%3A2026-03-02&to=IS%3A2026-03-03&project=IS%3Ashop")


async def test_what_lies_outside_the_window_is_left_out() -> None:
    late = event(9, createdAt=(NOW + timedelta(hours=1)).isoformat())
    early = event(2, createdAt=(NOW - timedelta(hours=25)).isoformat())
    assert numbers(await search(FlagServer({EVENTS: events(late, event(5), early)}))) == [5]


async def test_no_page_is_read_once_the_log_is_older_than_the_window() -> None:
    early = event(2, createdAt=(NOW - timedelta(hours=25)).isoformat())
    server = FlagServer({EVENTS: [events(event(5), early, total=900)]})
    page = await search(server)
    assert (numbers(page), page.complete) == ([5], True)


async def test_pages_are_followed_until_the_limit_is_full() -> None:
    others = [event(n, "user-created", featureName=None) for n in range(100, 50, -1)]
    server = FlagServer({EVENTS: [events(*others, total=120), events(event(8), event(7), total=120)]})
    page = await search(server, deploy_query(limit=1))
    assert [one["offset"] for one in server.asked] == ["0", "50"]
    assert (numbers(page), page.complete) == ([8], False)


async def test_an_event_that_came_twice_is_one_and_others_may_be_missing() -> None:
    server = FlagServer({EVENTS: [events(event(9), event(8), total=4), events(event(8), event(7), total=4)]})
    page = await search(server)
    assert (numbers(page), page.complete) == ([9, 8, 7], False)
    assert "some may be missing" in page.notes[0]


async def test_events_of_one_instant_come_by_number() -> None:
    at = (NOW - timedelta(hours=1)).isoformat()
    rows = [event(number, createdAt=at) for number in (4, 6, 5)]
    assert numbers(await search(FlagServer({EVENTS: events(*rows)}))) == [6, 5, 4]


async def test_a_log_that_is_too_long_is_said_to_be_cut() -> None:
    def page_at(first: int) -> dict[str, Any]:
        later = (NOW + timedelta(minutes=1)).isoformat()
        return events(*(event(first - n, createdAt=later) for n in range(50)), total=5000)

    page = await search(FlagServer({EVENTS: [page_at(5000 - 50 * n) for n in range(20)]}))
    assert (page.rows, page.complete) == ((), False)
    assert page.notes == ("only the newest 1000 events about these days were looked at; ask for less time",)


async def test_events_that_are_counted_and_not_sent_are_no_empty_log() -> None:
    with pytest.raises(UnexpectedAnswerError, match="counts 7 events and sent none"):
        await search(FlagServer({EVENTS: events(total=7)}))


async def test_only_changes_of_flags_are_here() -> None:
    server = FlagServer({})
    page = await search(server, deploy_query(kinds=frozenset({ChangeKind.DEPLOY})))
    assert (page.rows, page.complete, server.requests) == ((), True, [])


async def test_an_environment_keeps_what_belongs_to_none() -> None:
    rows = (event(3), event(2, environment="development"), event(1, "segment-updated", environment=None))
    page = await search(FlagServer({EVENTS: events(*rows)}), deploy_query(environment="production"))
    assert numbers(page) == [3, 1]


@pytest.mark.parametrize(
    ("tags", "settings", "service"),
    [
        ([{"type": "service", "value": "checkout"}], {}, "checkout"),
        ([{"type": "simple", "value": "checkout"}], {}, None),
        ([{"type": "app", "value": "cart"}], {"service_tag": "app"}, "cart"),
        ([], {"services": {"default": "shop"}}, "shop"),
        ([], {"services": {"other": "shop"}}, None),
        ([{"type": "service", "value": "checkout"}], {"services": {"default": "shop"}}, "checkout"),
        ([{"type": "service", "value": "b"}, {"type": "service", "value": "a"}], {}, None),
        (None, {}, None),
    ],
)
async def test_a_tag_names_the_service_else_the_project(
    tags: list[dict[str, str]] | None, settings: dict[str, Any], service: str | None
) -> None:
    change = await one(event(1, tags=tags), **settings)
    assert change.service == service
    assert change.attributes.get("services") == ("a, b" if tags and len(tags) == 2 else None)


async def test_a_service_keeps_its_own_and_those_of_none_with_a_note() -> None:
    rows = [event(3, tags=[{"type": "service", "value": "cart"}]), event(2)]
    page = await search(FlagServer({EVENTS: events(*rows)}), deploy_query(service="checkout"))
    assert numbers(page) == [2]
    assert page.notes == ("1 of these name no single service and may concern any; see service_tag and services",)


@pytest.mark.parametrize(
    ("kind", "said", "title", "versions"),
    [
        ("feature-environment-enabled", {}, "new-pool switched on", ("off", "on")),
        ("feature-environment-disabled", {}, "new-pool switched off", ("on", "off")),
        ("feature-strategy-update", {}, "new-pool: strategy update", ("", "")),
        ("feature-archived", {"environment": None}, "new-pool: archived", ("", "")),
        ("segment-updated", {"featureName": None, "data": {"name": "vip"}}, "segment updated: vip", ("", "")),
        ("segment-deleted", {"featureName": None, "preData": {"name": "vip"}}, "segment deleted: vip", ("", "")),
        ("drop-features", {"featureName": None, "data": ["x"]}, "drop features", ("", "")),
    ],
)
async def test_an_event_is_told_in_words(
    kind: str, said: dict[str, Any], title: str, versions: tuple[str, str]
) -> None:
    change = await one(event(1, kind, **said))
    assert (change.title, (change.previous_version, change.version)) == (title, versions)
    assert (change.kind, change.status, change.status_raw) == (ChangeKind.FLAG, DeployStatus.SUCCEEDED, kind)


async def test_a_scheduled_change_request_that_failed_is_a_failed_change() -> None:
    change = await one(event(1, "change-request-scheduled-application-failure", featureName=None))
    assert change.status is DeployStatus.FAILED


async def test_an_event_of_a_kind_that_nobody_documented_is_kept() -> None:
    change = await one(event(1, "feature-teleported"))
    assert (change.status, change.status_raw, change.title) == (
        DeployStatus.UNKNOWN,
        "feature-teleported",
        "new-pool: teleported",
    )


async def test_a_change_links_to_those_of_its_type_about_its_day() -> None:
    days = "from=IS%3A2026-03-02&to=IS%3A2026-03-04"
    log = "https://unleash.test/shop/projects/default/features/new-pool/logs"
    assert (await one(event(1, "feature-archived"))).link == f"{log}?{days}&type=IS%3Afeature-archived"
    of_none = await one(event(1, "segment-updated", featureName=None, project=None))
    assert of_none.link == f"https://unleash.test/shop/history?{days}&type=IS%3Asegment-updated"


async def test_what_became_what_is_told_of_one_change_and_cut() -> None:
    data = {"name": "flexibleRollout", "parameters": {"rollout": "100", "userIds": "x" * 2 * DIFF_MAX_CHARS}}
    before = {"name": "flexibleRollout", "parameters": {"rollout": "10"}}
    said = event(7, "feature-strategy-update", data=data, preData=before)
    found = await one(said)
    assert (found.diff, found.attributes["strategy"]) == ("", "flexibleRollout")
    whole = await get(FlagServer({EVENTS: events(said)}), found.ref.native_id)
    assert '-  "rollout": "10"' in whole.diff
    assert len(whole.diff) == DIFF_MAX_CHARS


async def test_one_event_is_looked_for_among_those_of_its_type_about_its_day() -> None:
    server = FlagServer({EVENTS: events(event(12, "feature-archived"), event(11, "feature-archived"))})
    change = await get(server, "2026-03-03.feature-archived.11")
    assert change.ref.native_id == "2026-03-03.feature-archived.11"
    assert server.asked == [
        {"from": "IS:2026-03-02", "to": "IS:2026-03-05", "type": "IS:feature-archived", "offset": "0", "limit": "200"}
    ]


async def test_an_event_with_that_number_and_another_type_is_another_one() -> None:
    with pytest.raises(NotFoundError):
        await get(FlagServer({EVENTS: events(event(11))}), "2026-03-03.feature-archived.11")


@pytest.mark.parametrize("native_id", ["11", "2026-03-03.a,b.11", "2026-13-03.feature-archived.11", "2026-03-03.x.0"])
async def test_what_is_no_event_is_asked_of_nobody(native_id: str) -> None:
    server = FlagServer({})
    with pytest.raises(NotFoundError, match="copy the ref"):
        await get(server, native_id)
    assert server.requests == []
