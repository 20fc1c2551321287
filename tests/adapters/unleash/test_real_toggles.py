"""Switching flags of a real Unleash; each test has a flag of its own."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from opsloom.model.changes import ChangePlan, Observation, Order, Receipt, Sight, ToggleFlag
from opsloom.model.errors import ConflictError, InvalidRequestError, NotFoundError, PermissionDeniedError
from tests.adapters.unleash.asking import call_at, connected, deploy_query, order_of, switch
from tests.bed.unleash.server import WRITER, Unleash, rollout

EVERYBODY = "flexibleRollout rollout=100 stickiness=default"


class Desk:
    """Plans, applies and observes at a real Unleash, with the token of an Editor for changes."""

    def __init__(self, unleash: Unleash, **settings: Any) -> None:
        tokens = {"base_url": unleash.url, "token": unleash.token, "write_token": unleash.write_token}
        self._settings = tokens | settings

    async def plan(self, change: ToggleFlag) -> ChangePlan:
        async with connected(**self._settings) as adapter:
            return await adapter.plan_toggle(change, call_at())

    async def apply(self, order: Order) -> Receipt:
        async with connected(**self._settings) as adapter:
            return await adapter.apply_toggle(order, call_at())

    async def observe(self, order: Order) -> Observation:
        async with connected(**self._settings) as adapter:
            return await adapter.observe_toggle(order, call_at())


@pytest.fixture
def desk(unleash: Unleash) -> Desk:
    return Desk(unleash)


def is_on(unleash: Unleash, flag: str) -> bool:
    found = unleash.ask("GET", f"/api/admin/projects/default/features/{flag}/environments/production")
    return bool(found["enabled"])


async def test_a_flag_is_switched_on_seen_and_switched_back(desk: Desk, unleash: Unleash) -> None:
    flag = unleash.make_flag("there-and-back", strategy=rollout(50))
    order = order_of(await desk.plan(switch(flag)))
    assert (await desk.observe(order)).sight is Sight.ABSENT
    receipt = await desk.apply(order)
    assert is_on(unleash, flag)
    assert receipt.link == f"{unleash.url}/projects/default/features/{flag}"
    assert (await desk.observe(order)).sight is Sight.PRESENT

    inverse = order.plan.inverse
    assert inverse == switch(flag, on=False)
    await desk.apply(order_of(await desk.plan(switch(flag, on=False))))
    assert not is_on(unleash, flag)
    assert (await desk.observe(order)).sight is Sight.ABSENT


async def test_what_was_switched_is_in_the_event_log_with_the_owner_of_the_token(desk: Desk, unleash: Unleash) -> None:
    flag = unleash.make_flag("logged", strategy=rollout(50))
    order = order_of(await desk.plan(switch(flag)))
    await desk.apply(order)
    seen = await desk.observe(order)
    assert dict(seen.state)["last_switched"].startswith(f"on by {WRITER} at 20")
    assert seen.receipt is not None
    now = datetime.now(UTC) + timedelta(seconds=5)
    async with connected(base_url=unleash.url, token=unleash.token) as adapter:
        change = await adapter.get_deploy(seen.receipt.native_id, call_at(now))
        page = await adapter.search_deploys(deploy_query(now, hours=1), call_at(now))
    assert (change.title, change.author, change.environment) == ("logged switched on", WRITER, "production")
    assert change in page.rows


async def test_the_plan_says_whom_it_reaches(desk: Desk, unleash: Unleash) -> None:
    flag = unleash.make_flag("reaching", strategy=rollout(50))
    unleash.ask("POST", f"/api/admin/features/{flag}/tags", {"type": "service", "value": "payments"})
    plan = await desk.plan(switch(flag))
    assert [(one.what, one.before, one.after) for one in plan.effects] == [
        ("flag reaching in production", "off", "on"),
        ("whom it reaches", "nobody", "flexibleRollout rollout=50 stickiness=default"),
    ]
    assert plan.services == ("payments",)
    assert not plan.conditional


async def test_a_flag_without_strategies_gets_the_default_and_the_plan_says_so(desk: Desk, unleash: Unleash) -> None:
    flag = unleash.make_flag("bare")
    plan = await desk.plan(switch(flag))
    told = plan.effects[-1]
    assert told.what == "strategies of bare in production"
    assert told.after == f"{EVERYBODY}, added by Unleash; it stays when the flag is switched off again"
    await desk.apply(order_of(plan))
    again = await desk.plan(switch(flag, on=False))
    assert [(one.before, one.after) for one in again.effects] == [("on", "off"), (EVERYBODY, "nobody")]


async def test_the_default_strategy_of_the_project_is_the_one_that_is_told(desk: Desk, unleash: Unleash) -> None:
    path = "/api/admin/projects/default/environments/development/default-strategy"
    unleash.ask("POST", path, rollout(5))
    change = switch(unleash.make_flag("bare-here"), "development")
    order = order_of(await desk.plan(change))
    assert "flexibleRollout rollout=5 stickiness=default, added by Unleash" in order.plan.effects[-1].after
    unleash.ask("POST", path, rollout(90))
    with pytest.raises(ConflictError):
        await desk.apply(order)
    await desk.apply(order_of(await desk.plan(change)))
    back = await desk.plan(change.model_copy(update={"enabled": False}))
    assert back.effects[1].before == "flexibleRollout rollout=90 stickiness=default"


async def test_disabled_strategies_are_no_reason_to_reach_everybody(desk: Desk, unleash: Unleash) -> None:
    flag = unleash.make_flag("all-disabled", strategy=rollout(50, disabled=True))
    with pytest.raises(InvalidRequestError, match="every strategy of all-disabled in production is disabled"):
        await desk.plan(switch(flag))


async def test_a_flag_that_somebody_else_switched_meanwhile_is_left_alone(desk: Desk, unleash: Unleash) -> None:
    flag = unleash.make_flag("raced", strategy=rollout(50))
    order = order_of(await desk.plan(switch(flag)))
    unleash.switch(flag, on=True)
    with pytest.raises(ConflictError, match="nothing was changed"):
        await desk.apply(order)


async def test_a_changed_strategy_makes_the_plan_stale(desk: Desk, unleash: Unleash) -> None:
    flag = unleash.make_flag("widened", strategy=rollout(1))
    order = order_of(await desk.plan(switch(flag)))
    path = f"/api/admin/projects/default/features/{flag}/environments/production/strategies"
    (strategy,) = unleash.ask("GET", path)
    unleash.ask("PUT", f"{path}/{strategy['id']}", rollout(100))
    with pytest.raises(ConflictError):
        await desk.apply(order)
    assert not is_on(unleash, flag)


async def test_a_flag_in_that_state_already_is_nothing_to_switch(desk: Desk) -> None:
    with pytest.raises(InvalidRequestError, match="payments-v2 in production is on already"):
        await desk.plan(switch("payments-v2"))


async def test_an_unknown_flag_is_refused_with_names_that_are_like_it(desk: Desk) -> None:
    with pytest.raises(InvalidRequestError, match=r"no flag 'new-pol' .* did you mean new-pool"):
        await desk.plan(switch("new-pol"))
    with pytest.raises(InvalidRequestError, match=r"no flag 'PAYMENTS-V2' .* did you mean payments-v2\?"):
        await desk.plan(switch("PAYMENTS-V2"))
    with pytest.raises(InvalidRequestError, match="search_flags lists them"):
        await desk.plan(switch("zzzzzzzzzz"))


async def test_an_archived_flag_cannot_be_switched(desk: Desk, unleash: Unleash) -> None:
    flag = unleash.make_flag("archived-since", strategy=rollout(50))
    order = order_of(await desk.plan(switch(flag)))
    unleash.ask("DELETE", f"/api/admin/projects/default/features/{flag}")
    with pytest.raises(InvalidRequestError, match="that is not archived"):
        await desk.plan(switch(flag))
    with pytest.raises((ConflictError, NotFoundError)):
        await desk.apply(order)


async def test_an_unknown_environment_is_refused_with_those_that_there_are(desk: Desk) -> None:
    with pytest.raises(InvalidRequestError, match=r"environments of new-pool are development, .*not 'prod'"):
        await desk.plan(switch("new-pool", "prod"))


async def test_a_flag_tells_of_those_that_depend_on_it(desk: Desk, unleash: Unleash) -> None:
    unleash.make_flag("parent", strategy=rollout(50))
    unleash.make_flag("child", strategy=rollout(50))
    unleash.ask("POST", "/api/admin/projects/default/features/child/dependencies", {"feature": "parent"})
    parent, child = await desk.plan(switch("parent")), await desk.plan(switch("child"))
    assert (parent.affects, parent.affected_count) == (("flag child, which depends on it",), 1)
    assert "Whether the flags that it depends on are on in production: parent." in child.not_inspected


async def test_a_token_that_may_only_look_cannot_switch(unleash: Unleash) -> None:
    looking = Desk(unleash, write_token=unleash.token)
    flag = unleash.make_flag("only-looked-at", strategy=rollout(50))
    order = order_of(await looking.plan(switch(flag)))
    with pytest.raises(PermissionDeniedError, match=r"UPDATE_FEATURE_ENVIRONMENT.*change request"):
        await looking.apply(order)
    assert not is_on(unleash, flag)
    assert (await looking.observe(order)).sight is Sight.ABSENT
