"""FlagToggler on Unleash: one flag is switched in one environment.

Unleash has no precondition and no place for a marker: the state is read again before a flag is switched, and who
switched it is told by the event log alone, with the user whose token it was.
"""

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangePlan, Effect, Observation, Order, Receipt, Sight, ToggleFlag
from opsloom.model.errors import ConflictError, InvalidRequestError
from opsloom.model.limits import PLAN_AFFECTED_MAX
from opsloom.model.window import format_time
from opsloom_adapters.unleash import wire
from opsloom_adapters.unleash.client import UnleashClient
from opsloom_adapters.unleash.config import UnleashConfig
from opsloom_adapters.unleash.event_ids import EventId
from opsloom_adapters.unleash.event_types import DISABLED, ENABLED
from opsloom_adapters.unleash.flag_states import (
    FlagState,
    environment_of,
    find_flag,
    on_or_off,
    project_of,
    read_state,
)
from opsloom_adapters.unleash.links import flag_link
from opsloom_adapters.unleash.mapping import services_of
from opsloom_adapters.unleash.strategies import described, reach_of

_SWITCHES_LOOKED_AT = 50


async def plan_toggle(client: UnleashClient, config: UnleashConfig, change: ToggleFlag, call: Call) -> ChangePlan:
    """What switching would change.

    :raises InvalidRequestError: there is no such flag or environment, it is in that state, or all of its strategies
        are disabled.
    """
    listed = await find_flag(client, config, change.flag, call)
    state = await read_state(client, config, listed.project, change, call)
    _refuse_if_pointless(state, change)
    services = services_of(listed.tags, listed.project, config)
    children = [f"flag {name}, which depends on it" for name in state.flag.children]
    switch = f"Switch {change.flag} {on_or_off(enabled=change.enabled)}"
    return ChangePlan(
        change=change,
        summary=f"{switch} in {change.environment} (project {listed.project})",
        targets=(change.flag,),
        services=services,
        observed=state.observed(),
        effects=_effects_of(state, change),
        affects=tuple(children[:PLAN_AFFECTED_MAX]),
        affected_count=len(children),
        inverse=change.model_copy(update={"enabled": not change.enabled}),
        not_inspected=_not_inspected(state, services, change, config),
        link=flag_link(config, listed.project, change.flag),
    )


async def apply_toggle(client: UnleashClient, config: UnleashConfig, order: Order, call: Call) -> Receipt:
    """Switch it, if it is as it was.

    :raises ConflictError: it is not.
    """
    change, project = _toggle_of(order), project_of(order.plan.observed)
    state = await read_state(client, config, project, change, call)
    if state.observed() != order.plan.observed:
        raise ConflictError(
            f"{change.flag} in {change.environment} is no longer as it was planned for; nothing was changed",
            instance=call.instance,
        )
    link = flag_link(config, project, change.flag)
    await client.toggle(call, project, change, link=link)
    return Receipt(link=link)


async def observe_toggle(client: UnleashClient, config: UnleashConfig, order: Order, call: Call) -> Observation:
    """Present while the flag is as ordered, whoever switched it; ``last_switched`` is what the event log tells of that.

    :raises NotFoundError: the flag is gone.
    """
    change, project = _toggle_of(order), project_of(order.plan.observed)
    link = flag_link(config, project, change.flag)
    enabled = environment_of(await client.flag(call, project, change.flag, link=link), change).enabled
    last = await _last_switch(client, change, call)
    seen = (("enabled", on_or_off(enabled=enabled)), ("last_switched", _told(last)))
    if enabled != change.enabled:
        return Observation(sight=Sight.ABSENT, state=seen)
    receipt = Receipt(native_id=str(EventId.of(last)) if last else "", link=link)
    return Observation(sight=Sight.PRESENT, state=seen, receipt=receipt)


def _toggle_of(order: Order) -> ToggleFlag:
    change = order.plan.change
    if isinstance(change, ToggleFlag):
        return change
    raise InvalidRequestError(f"an order to {change.kind} is none for flags: toggle_flag")


def _refuse_if_pointless(state: FlagState, change: ToggleFlag) -> None:
    where = f"{change.flag} in {change.environment}"
    if state.environment.enabled == change.enabled:
        raise InvalidRequestError(f"{where} is {on_or_off(enabled=change.enabled)} already, there is nothing to change")
    strategies = state.environment.strategies
    if change.enabled and strategies and all(one.disabled for one in strategies):
        raise InvalidRequestError(
            f"every strategy of {where} is disabled, and Unleash would add another one; "
            "first let a person enable those that should count"
        )


def _effects_of(state: FlagState, change: ToggleFlag) -> tuple[Effect, ...]:
    where = f"{change.flag} in {change.environment}"
    before, after = on_or_off(enabled=state.environment.enabled), on_or_off(enabled=change.enabled)
    reached = reach_of((state.added,) if state.added else state.environment.strategies)
    reach = ("nobody", reached) if change.enabled else (reached, "nobody")
    effects = [
        Effect(what=f"flag {where}", before=before, after=after),
        Effect(what="whom it reaches", before=reach[0], after=reach[1]),
    ]
    if state.added:
        stays = f"{described(state.added)}, added by Unleash; it stays when the flag is switched off again"
        effects.append(Effect(what=f"strategies of {where}", before="none", after=stays))
    return tuple(effects)


def _not_inspected(
    state: FlagState, services: tuple[str, ...], change: ToggleFlag, config: UnleashConfig
) -> tuple[str, ...]:
    unknown = ["When each service hears of it: SDKs fetch flags at intervals of their own."]
    if not services:
        unknown.append(f"Which services use it: it has no tag {config.service_tag}, its project no entry in services.")
    if change.enabled and state.flag.dependencies:
        parents = ", ".join(one.feature for one in state.flag.dependencies)
        unknown.append(f"Whether the flags that it depends on are on in {change.environment}: {parents}.")
    if any(one.segments for one in state.environment.strategies):
        unknown.append("Who is in the segments of its strategies.")
    return tuple(unknown)


async def _last_switch(client: UnleashClient, change: ToggleFlag, call: Call) -> wire.Event | None:
    filters = (("feature", f"IS:{change.flag}"), ("type", f"IS_ANY_OF:{ENABLED},{DISABLED}"))
    page = await client.events(call, filters, offset=0, limit=_SWITCHES_LOOKED_AT)
    return next((event for event in page.rows if event.environment == change.environment), None)


def _told(event: wire.Event | None) -> str:
    if event is None:
        return "not told by the event log"
    switched = on_or_off(enabled=event.type == ENABLED)
    return f"{switched} by {event.created_by} at {format_time(event.created_at)}"
