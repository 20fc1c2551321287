"""Reading a real Unleash: flags, and the event log as changes."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from opsloom.model.deploys import ChangeKind, Deploy, DeployStatus
from opsloom.model.errors import AuthenticationError, NotFoundError, PermissionDeniedError, UnavailableError
from opsloom.model.flags import FlagQuery
from opsloom_adapters.unleash import UnleashAdapter
from opsloom_adapters.unleash.event_types import OTHERS
from tests.adapters.unleash.asking import call_at, connected, deploy_query
from tests.bed.loopback import HOST, free_port
from tests.bed.unleash.server import READER, WRITER, Unleash, rollout


def soon() -> datetime:
    """The present; an event of this very instant is before it."""
    return datetime.now(UTC) + timedelta(seconds=5)


@pytest.fixture
async def adapter(unleash: Unleash) -> AsyncIterator[UnleashAdapter]:
    async with connected(base_url=unleash.url, token=unleash.token) as adapter:
        yield adapter


async def names(adapter: UnleashAdapter, text: str | None = None, limit: int = 100) -> list[str]:
    page = await adapter.search_flags(FlagQuery(text=text, limit=limit), call_at())
    return [flag.name for flag in page.rows]


async def changes(adapter: UnleashAdapter, hours: float = 24, limit: int = 200) -> list[Deploy]:
    query = deploy_query(soon(), hours, limit=limit)
    return list((await adapter.search_deploys(query, call_at(soon()))).rows)


async def test_it_answers_with_its_version_and_time(adapter: UnleashAdapter) -> None:
    probe = await adapter.probe(call_at())
    assert probe.version == "6.10.1"
    assert probe.server_time is not None
    assert abs((datetime.now(UTC) - probe.server_time).total_seconds()) < 60


async def test_a_flag_says_where_it_is_on(adapter: UnleashAdapter, unleash: Unleash) -> None:
    page = await adapter.search_flags(FlagQuery(text="payments-v2", limit=10), call_at())
    (flag,) = page.rows
    assert (flag.type_raw, flag.stale, flag.project) == ("kill-switch", False, "default")
    assert dict(flag.enabled) == {"development": False, "production": True}
    assert flag.link == f"{unleash.url}/projects/default/features/payments-v2"


async def test_flags_are_found_by_a_part_of_the_name_and_by_nothing_else(
    adapter: UnleashAdapter, unleash: Unleash
) -> None:
    unleash.make_flag("found_by-name")
    unleash.make_flag("foundXby-name")
    assert await names(adapter, "NEW-po") == ["new-pool"]
    assert await names(adapter, "found_by") == ["found_by-name"]
    assert await names(adapter, "new-pool,payments-v2") == []
    assert await names(adapter, "nul\x00") == []


async def test_a_stale_flag_is_marked(adapter: UnleashAdapter) -> None:
    page = await adapter.search_flags(FlagQuery(text="dark-mode", limit=10), call_at())
    assert [(flag.type_raw, flag.stale) for flag in page.rows] == [("experiment", True)]


async def test_an_archived_flag_is_left_out(adapter: UnleashAdapter, unleash: Unleash) -> None:
    unleash.make_flag("was-archived")
    assert await names(adapter, "was-archived") == ["was-archived"]
    unleash.ask("DELETE", "/api/admin/projects/default/features/was-archived")
    assert await names(adapter, "was-archived") == []


async def test_pages_of_flags_are_followed_to_the_limit(adapter: UnleashAdapter, unleash: Unleash) -> None:
    made = [unleash.make_flag(f"many-{number:03}") for number in range(103)]
    assert await names(adapter, "many-") == made[:100]
    assert await names(adapter, "many-", limit=200) == made
    page = await adapter.search_flags(FlagQuery(text="many-", limit=102), call_at())
    assert (len(page.rows), page.complete) == (102, False)


async def test_a_project_that_is_not_there_is_no_empty_project(unleash: Unleash) -> None:
    async with connected(base_url=unleash.url, token=unleash.token, project="nope") as elsewhere:
        with pytest.raises(NotFoundError):
            await elsewhere.probe(call_at())
    async with connected(base_url=unleash.url, token=unleash.token, project="default") as there:
        assert await names(there, "new-pool") == ["new-pool"]
        assert (await there.probe(call_at())).version


async def test_who_switched_what_where_and_when_is_a_change(adapter: UnleashAdapter, unleash: Unleash) -> None:
    unleash.make_flag("switched-by-hand", "operational")
    before = datetime.now(UTC) - timedelta(seconds=5)
    unleash.switch("switched-by-hand", on=True)
    change = next(one for one in await changes(adapter) if one.title == "switched-by-hand switched on")
    assert (change.kind, change.status, change.author) == (ChangeKind.FLAG, DeployStatus.SUCCEEDED, "admin")
    assert (change.environment, change.previous_version, change.version) == ("production", "off", "on")
    assert change.status_raw == "feature-environment-enabled"
    assert before < change.at < soon()
    assert change.link is not None
    assert change.link.startswith(f"{unleash.url}/projects/default/features/switched-by-hand/logs?from=IS%3A20")


async def test_changes_come_newest_first_and_without_what_changes_no_flag(
    adapter: UnleashAdapter, unleash: Unleash
) -> None:
    async with connected(base_url=unleash.url, token=unleash.admin_token) as as_admin:
        every = await changes(as_admin)
    assert [one.at for one in every] == sorted((one.at for one in every), reverse=True)
    kinds = {event["type"] for event in unleash.ask("GET", "/api/admin/search/events", limit="1000")["events"]}
    assert {"user-created", "pat-created", "tag-type-created"} <= kinds & OTHERS
    assert not OTHERS & {one.status_raw for one in every}
    assert DeployStatus.UNKNOWN not in {one.status for one in every}


async def test_a_change_of_a_strategy_says_what_became_what(adapter: UnleashAdapter, unleash: Unleash) -> None:
    path = "/api/admin/projects/default/features/gradual/environments/production/strategies"
    unleash.make_flag("gradual")
    made = unleash.ask("POST", path, rollout(10))
    unleash.ask("PUT", f"{path}/{made['id']}", rollout(75))
    found = next(one for one in await changes(adapter) if one.title == "gradual: strategy update")
    whole = await adapter.get_deploy(found.ref.native_id, call_at(soon()))
    assert '-  "rollout": "10"' in whole.diff
    assert '+  "rollout": "75"' in whole.diff
    assert whole.attributes["strategy"] == "flexibleRollout"
    assert whole.model_copy(update={"diff": ""}) == found


async def test_the_tag_of_a_flag_names_the_service(adapter: UnleashAdapter) -> None:
    query = deploy_query(soon(), limit=200, service="checkout")
    page = await adapter.search_deploys(query, call_at(soon()))
    assert "new-pool: tagged" in {one.title for one in page.rows if one.service == "checkout"}
    assert {one.service for one in page.rows} == {"checkout", None}
    assert "name no single service and may concern any" in page.notes[0]


async def test_an_environment_narrows_changes_and_a_segment_concerns_any(
    adapter: UnleashAdapter, unleash: Unleash
) -> None:
    unleash.ask("POST", "/api/admin/segments", {"name": "vip", "constraints": []})
    async with connected(base_url=unleash.url, token=unleash.admin_token) as as_admin:
        query = deploy_query(soon(), limit=200, environment="development")
        rows = (await as_admin.search_deploys(query, call_at(soon()))).rows
    assert {one.environment for one in rows} <= {"development", None}
    assert "segment created: vip" in {one.title for one in rows}
    assert "segment created: vip" not in {one.title for one in await changes(adapter)}  # for administrators only


async def test_a_window_before_all_events_is_empty(adapter: UnleashAdapter) -> None:
    page = await adapter.search_deploys(deploy_query(soon() - timedelta(days=30)), call_at(soon()))
    assert (page.rows, page.complete) == ((), True)


async def test_pages_of_changes_are_followed_to_the_limit(
    adapter: UnleashAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = [one.ref for one in await changes(adapter)]
    monkeypatch.setattr("opsloom_adapters.unleash.deploys._PAGE_ROWS_MAX", 2)
    call = call_at(soon())
    page = await adapter.search_deploys(deploy_query(soon(), limit=5), call)
    assert [one.ref for one in page.rows] == every[:5]
    assert (page.complete, len(call.exchanges) >= 3) == (False, True)


async def test_an_event_that_is_not_there_is_not_found(adapter: UnleashAdapter) -> None:
    today = datetime.now(UTC).date().isoformat()
    gone, of_no_type = f"{today}.feature-created.999999", f"{today}.no-such-type.1"
    for native_id in (gone, of_no_type, "7", "2026-02-30.feature-created.1"):
        with pytest.raises(NotFoundError):
            await adapter.get_deploy(native_id, call_at())


async def test_a_wrong_token_is_refused(unleash: Unleash) -> None:
    for token in ("no-" + "such", "user:no-" + "such"):
        async with connected(base_url=unleash.url, token=token) as stranger:
            with pytest.raises(AuthenticationError):
                await names(stranger)
            with pytest.raises(AuthenticationError):
                await stranger.probe(call_at())


async def test_a_token_for_sdks_is_no_empty_list_of_flags(unleash: Unleash) -> None:
    async with connected(base_url=unleash.url, token=unleash.client_token) as sdk:
        for ask in (names(sdk), changes(sdk), sdk.probe(call_at())):
            with pytest.raises(PermissionDeniedError, match="root role Viewer"):
                await ask


async def test_what_a_token_may_switch_is_told_without_switching(unleash: Unleash) -> None:
    answers = {}
    for who, token in ((READER, unleash.token), (WRITER, unleash.write_token), ("admin", unleash.admin_token)):
        async with connected(base_url=unleash.url, token=unleash.token, write_token=token) as adapter:
            answers[who] = {one.name: one.granted for one in await adapter.check_writing(call_at())}
    switch, create = "UPDATE_FEATURE_ENVIRONMENT", "CREATE_FEATURE_STRATEGY"
    assert answers[READER] == {switch: False, create: False}
    assert answers[WRITER] == answers["admin"] == {switch: True, create: True}


async def test_a_permission_in_another_project_is_none_here(unleash: Unleash) -> None:
    async with connected(base_url=unleash.url, write_token=unleash.write_token, project="other") as adapter:
        assert {one.granted for one in await adapter.check_writing(call_at())} == {False}


async def test_a_dead_server_is_unavailable() -> None:
    async with connected(base_url=f"http://{HOST}:{free_port()}") as adapter:
        with pytest.raises(UnavailableError):
            await names(adapter)
