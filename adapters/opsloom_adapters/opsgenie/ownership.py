"""OwnershipReader on Opsgenie: the team of a service, who is on call for it, and whom it escalates to."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from opsloom.adapter_api.call import Call
from opsloom.model.errors import NotFoundError
from opsloom.model.ownership import EscalationStep, OnCall, Ownership, OwnershipQuery, Service, Team
from opsloom.model.page import Page
from opsloom_adapters.opsgenie import wire
from opsloom_adapters.opsgenie.client import OpsgenieClient
from opsloom_adapters.opsgenie.config import OpsgenieConfig
from opsloom_adapters.opsgenie.services import find_service, service_of

_SCHEDULES_MAX = 5
_SECONDS_OF_UNIT = {
    "days": 86_400.0,
    "hours": 3_600.0,
    "minutes": 60.0,
    "seconds": 1.0,
    "miliseconds": 1e-3,
    "micros": 1e-6,
    "nanos": 1e-9,
}
"""In Opsgenie's own spelling."""


async def get_ownership(
    client: OpsgenieClient, config: OpsgenieConfig, query: OwnershipQuery, call: Call
) -> Page[Ownership]:
    """Who owns the service, as far as Opsgenie or the settings know it; nothing is known of paths.

    :raises NotFoundError: the settings name a team that there is not.
    """
    owned = await _owner(client, config, query.service, call) if query.service is not None else None
    if owned is None:
        return Page(rows=(), total=0, query="the setting services" if config.services else "GET /v1/services")
    service, team, matched_by = owned
    schedules = [one for one in await client.schedules(call) if one.enabled and _is_of(one.owner_team, team)]
    schedules.sort(key=lambda one: one.name)
    escalation, notes = _steps(team, [one for one in await client.escalations(call) if _is_of(one.owner_team, team)])
    if len(schedules) > _SCHEDULES_MAX:
        notes = (*notes, f"the team has {len(schedules)} schedules: the first {_SCHEDULES_MAX} by name were read")
    on_call = [await _on_call(client, team, one, query.at, call) for one in schedules[:_SCHEDULES_MAX]]
    ownership = Ownership(
        service=service,
        teams=(Team(name=team.name, title=team.description, members=_members(team)),),
        on_call=tuple(one for several in on_call for one in several),
        escalation=escalation,
        matched_by=matched_by,
    )
    return Page(rows=(ownership,), total=1, query=f"team {team.name}, its schedules and escalations", notes=notes)


async def _owner(
    client: OpsgenieClient, config: OpsgenieConfig, name: str, call: Call
) -> tuple[Service, wire.Team, str] | None:
    if config.services:
        if name not in config.services:
            return None
        try:
            team = await client.team(call, config.services[name], "name")
        except NotFoundError as error:
            raise NotFoundError(
                f"{call.instance} has no team {config.services[name]}; check the setting services",
                instance=call.instance,
                status=error.status,
            ) from error
        return service_of(call.instance, name, team.name), team, "the setting services"
    found = await find_service(client, call, name)
    if found is None:
        return None
    team = await client.team(call, found.team_id, "id")
    return service_of(call.instance, found.name, team.name, found.description), team, "a service of Opsgenie"


def _is_of(owner: wire.Named | None, team: wire.Team) -> bool:
    return owner is not None and owner.id == team.id


def _members(team: wire.Team) -> tuple[str, ...]:
    return tuple(one.user.username for one in team.members if one.user.username)


async def _on_call(
    client: OpsgenieClient, team: wire.Team, schedule: wire.Schedule, at: datetime, call: Call
) -> list[OnCall]:
    timeline = await client.timeline(call, schedule.id, at)
    periods = (period for rotation in timeline.final_timeline.rotations for period in rotation.periods)
    return [
        OnCall(
            team=team.name,
            user=period.recipient.name,
            schedule=schedule.name,
            starts_at=period.start_date,
            ends_at=period.end_date,
        )
        for period in periods
        if period.recipient is not None and period.recipient.name and period.start_date <= at < period.end_date
    ]


def _steps(
    team: wire.Team, escalations: Sequence[wire.Escalation]
) -> tuple[tuple[EscalationStep, ...], tuple[str, ...]]:
    """Those of the team's own escalation; which one of several counts is decided by routing rules, not by this."""
    if not escalations:
        return (), ()
    chosen = next((one for one in escalations if one.name == f"{team.name}_escalation"), escalations[0])
    steps = (
        EscalationStep(after_seconds=_seconds(rule.delay), notify=rule.recipient.name or rule.recipient.id)
        for rule in chosen.rules
    )
    notes = (f"of the escalations {_listed(escalations)}, {chosen.name} is shown",) if len(escalations) > 1 else ()
    return tuple(sorted(steps, key=lambda step: step.after_seconds)), notes


def _seconds(delay: wire.Delay) -> int:
    return round(delay.time_amount * _SECONDS_OF_UNIT.get(delay.time_unit, 60.0))


def _listed(escalations: Iterable[wire.Escalation]) -> str:
    return ", ".join(sorted(one.name for one in escalations))
