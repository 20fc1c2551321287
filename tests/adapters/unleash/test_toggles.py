"""Switching a flag at the edge of the network: what is sent, what makes a plan stale, and what is said."""

from typing import Any

import httpx
import pytest

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangePlan, Order, RestartService, Sight
from opsloom.model.errors import ApprovalError, ConflictError, InvalidRequestError, NotFoundError, PermissionDeniedError
from tests.adapters.unleash.asking import (
    EVENTS,
    FEATURES,
    NEW_POOL,
    NOW,
    OVERVIEW,
    ROLLOUT,
    FlagServer,
    call_at,
    connected,
    environment,
    event,
    events,
    flags,
    listed,
    one_flag,
    order_of,
    overview,
    switch,
)

ON = f"POST {NEW_POOL}/environments/production/on"
OFF = f"POST {NEW_POOL}/environments/production/off"


def server(flag: dict[str, Any] | list[Any] | None = None, **others: Any) -> FlagServer:
    """With ``new-pool`` as told; ``others`` are replies to OVERVIEW, EVENTS and the like, by those names."""
    paths = {"overview": OVERVIEW, "events": EVENTS, "on": ON, "off": OFF, "features": FEATURES}
    replies = {"features": flags(listed("new-pool")), "on": httpx.Response(200), "off": httpx.Response(200), **others}
    return FlagServer({NEW_POOL: flag or one_flag(), **{paths[name]: reply for name, reply in replies.items()}})


async def planned(at: FlagServer, *, on: bool = True, **settings: Any) -> ChangePlan:
    async with connected(at, **settings) as adapter:
        return await adapter.plan_toggle(switch(on=on), call_at())


async def apply(at: FlagServer, order: Order, call: Call | None = None) -> None:
    async with connected(at) as adapter:
        await adapter.apply_toggle(order, call or call_at())


async def test_one_request_switches_with_the_other_token() -> None:
    order = order_of(await planned(server()))
    there = server()
    await apply(there, order)
    assert [(one.method, one.url.path) for one in there.requests] == [
        ("GET", f"/shop{NEW_POOL}"),
        ("POST", f"/shop{NEW_POOL}/environments/production/on"),
    ]
    assert [one.headers["authorization"] for one in there.requests] == ["user:look-only", "user:may-switch"]
    assert there.changes[0].content == b""
    assert not there.changes[0].url.query


async def test_off_is_another_address() -> None:
    on = one_flag(environment("production", ROLLOUT, on=True))
    there = server(on)
    await apply(there, order_of(await planned(server(on), on=False)))
    assert there.changes[0].url.path.endswith("/environments/production/off")


async def test_nothing_is_switched_without_an_approved_action() -> None:
    order, there = order_of(await planned(server())), server()
    call = call_at()
    call.writing = False
    with pytest.raises(ApprovalError):
        await apply(there, order, call)
    assert there.changes == []


async def test_what_moves_by_itself_leaves_a_plan_valid() -> None:
    seen = environment("production", ROLLOUT, lastSeenAt="2026-03-03T09:20:59.000Z", yes=5000, no=12)
    later = one_flag(environment("development", on=True), seen, lastSeenAt="2026-03-03T09:20:59.000Z", stale=True)
    assert (await planned(server(later))).observed == (await planned(server())).observed


@pytest.mark.parametrize(
    "moved",
    [
        one_flag(environment("production", ROLLOUT, on=True)),
        one_flag(environment("production", {**ROLLOUT, "parameters": {**ROLLOUT["parameters"], "rollout": "51"}})),
        one_flag(environment("production", {**ROLLOUT, "constraints": [{"contextName": "userId"}]})),
        one_flag(environment("production", {**ROLLOUT, "segments": [1]})),
        one_flag(environment("production", {**ROLLOUT, "disabled": True})),
        one_flag(environment("production", ROLLOUT, ROLLOUT)),
        one_flag(archived=True),
    ],
    ids=["switched", "rollout", "constraint", "segment", "disabled", "added", "archived"],
)
async def test_a_flag_that_moved_is_left_alone(moved: dict[str, Any]) -> None:
    order, there = order_of(await planned(server())), server(moved)
    with pytest.raises(ConflictError, match="no longer as it was planned for; nothing was changed"):
        await apply(there, order)
    assert there.changes == []


async def test_a_flag_that_left_its_project_is_not_found() -> None:
    order = order_of(await planned(server()))
    with pytest.raises(NotFoundError):
        await apply(FlagServer({}), order)


async def test_whom_it_reaches_is_told_of_all_strategies_that_count() -> None:
    by_id = {"name": "userWithId", "parameters": {"userIds": "7,9"}, "constraints": [{}, {}], "segments": [3]}
    off = {"name": "default", "disabled": True}
    plan = await planned(server(one_flag(environment("production", ROLLOUT, by_id, off))))
    reached = "flexibleRollout rollout=50 stickiness=default; userWithId userIds=7,9, 2 constraints, 1 segment"
    assert (plan.effects[1].before, plan.effects[1].after) == ("nobody", reached)
    assert "Who is in the segments of its strategies." in plan.not_inspected


async def test_a_flag_that_is_on_without_strategies_reaches_everybody() -> None:
    plan = await planned(server(one_flag(environment("production", on=True))), on=False)
    assert (plan.effects[1].before, plan.effects[1].after) == ("everybody", "nobody")


async def test_the_default_of_the_project_is_asked_for_only_where_it_counts() -> None:
    bare = one_flag(environment("production"))
    own = overview({"environment": "production", "defaultStrategy": {"name": "default", "parameters": {}}})
    plan = await planned(server(bare, overview=own))
    assert plan.effects[-1].after == "default, added by Unleash; it stays when the flag is switched off again"
    assert ("added_strategy", "default") in plan.observed
    there = server()
    await planned(there)
    assert not any(one.url.path.endswith("/overview") for one in there.requests)


async def test_the_plan_names_its_target_services_and_inverse() -> None:
    tagged = flags(listed("new-pool", tags=[{"type": "service", "value": "checkout", "color": None}]))
    plan = await planned(server(features=tagged))
    assert (plan.summary, plan.targets) == ("Switch new-pool on in production (project default)", ("new-pool",))
    assert (plan.services, plan.inverse) == (("checkout",), switch(on=False))
    assert plan.link == "https://unleash.test/shop/projects/default/features/new-pool"
    assert plan.not_inspected == ("When each service hears of it: SDKs fetch flags at intervals of their own.",)


async def test_a_flag_of_no_service_is_said_to_be() -> None:
    plan = await planned(server(), service_tag="app")
    assert plan.services == ()
    assert plan.not_inspected[-1].startswith("Which services use it: it has no tag app")
    assert (await planned(server(), services={"default": "shop"})).services == ("shop",)


async def test_the_flag_is_found_behind_others_whose_names_hold_its_own() -> None:
    pages = [flags(listed("new-pool-2"), total=2), flags(listed("new-pool", project="default"), total=2)]
    assert (await planned(server(features=pages))).targets == ("new-pool",)


async def test_only_the_project_of_the_settings_is_looked_at() -> None:
    there = server(features=flags())
    with pytest.raises(InvalidRequestError, match=r"project shop of flags-eu has no flag 'new-pool'"):
        await planned(there, project="shop")
    assert {one["project"] for one in there.asked} == {"IS:shop"}


async def test_what_cannot_be_a_name_is_asked_of_nobody() -> None:
    there = server()
    async with connected(there) as adapter:
        with pytest.raises(InvalidRequestError, match="names of flags hold only"):
            await adapter.plan_toggle(switch("nul\x00"), call_at())
    assert there.requests == []


async def test_a_refusal_says_what_change_requests_have_to_do_with_it() -> None:
    refused = httpx.Response(403, json={"name": "PermissionError", "permissions": ["SKIP_CHANGE_REQUEST"]})
    order = order_of(await planned(server()))
    with pytest.raises(PermissionDeniedError, match=r"UPDATE_FEATURE_ENVIRONMENT.*open a change request there") as told:
        await apply(server(on=refused), order)
    assert "SKIP_CHANGE_REQUEST" in told.value.upstream


async def test_an_order_in_effect_is_seen_with_who_switched_last() -> None:
    order = order_of(await planned(server()))
    on = one_flag(environment("production", ROLLOUT, on=True))
    log = events(event(14, environment="development"), event(13, createdBy="lead-b"), event(12))
    there = server(on, events=log)
    async with connected(there) as adapter:
        seen = await adapter.observe_toggle(order, call_at())
    assert seen.sight is Sight.PRESENT
    assert seen.state == (("enabled", "on"), ("last_switched", "on by lead-b at 2026-03-03T07:34:00Z"))
    assert seen.receipt is not None
    assert seen.receipt.native_id == "2026-03-03.feature-environment-enabled.13"
    asked = there.asked[-1]
    assert (asked["feature"], asked["type"]) == (
        "IS:new-pool",
        "IS_ANY_OF:feature-environment-enabled,feature-environment-disabled",
    )


async def test_an_order_that_is_not_in_effect_is_absent() -> None:
    order = order_of(await planned(server()))
    async with connected(server(events=events())) as adapter:
        seen = await adapter.observe_toggle(order, call_at(NOW))
    assert (seen.sight, seen.receipt) == (Sight.ABSENT, None)
    assert seen.state == (("enabled", "off"), ("last_switched", "not told by the event log"))


async def test_an_order_for_something_else_is_refused() -> None:
    plan = await planned(server())
    order = order_of(plan.model_copy(update={"change": RestartService(service="checkout")}))
    with pytest.raises(InvalidRequestError, match="restart_service is none for flags"):
        await apply(server(), order)
