"""OwnershipReader on PagerDuty: services, their teams, who is on call for them, and whom to call next."""

from collections.abc import Iterable

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, read_pages
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.ownership import (
    EscalationStep,
    Link,
    OnCall,
    Ownership,
    OwnershipQuery,
    Service,
    ServiceQuery,
    Team,
)
from opsloom.model.page import Page
from opsloom_adapters.pagerduty import wire
from opsloom_adapters.pagerduty.client import PAGE_ROWS_MAX, PagerdutyClient, fetched
from opsloom_adapters.pagerduty.mapping import safe_link, service_of
from opsloom_adapters.pagerduty.names import service_named
from opsloom_adapters.pagerduty.nothing import no_such_service


async def search_services(client: PagerdutyClient, query: ServiceQuery, call: Call) -> Page[Service]:
    """The services whose name holds the text, by name."""
    limit = min(query.limit, PROVIDER_ROWS_MAX)
    rows = min(limit, PAGE_ROWS_MAX)
    text = (query.text or "").casefold()

    async def fetch(offset: int) -> Fetched[wire.Service, int]:
        return fetched(await client.services(call, query.text, offset=offset, rows=rows), offset, rows)

    found = await read_pages(fetch, 0, limit=limit, wanted=lambda one: text in one.name.casefold())
    return Page(
        rows=tuple(service_of(one, call.instance) for one in found.rows),
        complete=found.complete,
        query="GET /services" + (f" query={query.text}" if query.text else ""),
    )


async def get_ownership(client: PagerdutyClient, query: OwnershipQuery, call: Call) -> Page[Ownership]:
    """Who owns the service, and who is notified of its incidents at the time that is asked for."""
    if query.service is None:
        return Page(rows=(), total=0, query="nothing", notes=("PagerDuty knows services, no paths",))
    service = await service_named(client, query.service, call)
    if service is None:
        return no_such_service(query.service)
    teams = [await _team_of(client, one, call) for one in service.teams]
    policy = service.escalation_policy
    shifts: tuple[wire.OnCall, ...] = ()
    escalation: tuple[EscalationStep, ...] = ()
    if policy is not None:
        shifts = (await client.on_calls(call, (("escalation_policy_ids[]", policy.id),), query.at)).rows
        escalation = escalation_of(await client.escalation_policy(call, policy.id))
    owner = teams[0].name if teams else policy.summary if policy else ""
    row = Ownership(
        service=service_of(service, call.instance),
        teams=tuple(teams),
        on_call=on_call_of(shifts, owner),
        escalation=escalation,
        matched_by=f"service {service.name}",
    )
    return Page(rows=(row,), total=1, query=f"GET /services query={query.service}")


def on_call_of(shifts: Iterable[wire.OnCall], team: str) -> tuple[OnCall, ...]:
    """Who is notified first: those of the lowest level on which anybody is. Whom a policy itself names has no times."""
    by_level = sorted(shifts, key=lambda one: one.escalation_level)
    return tuple(
        dict.fromkeys(
            OnCall(
                team=team,
                user=one.user.summary or one.user.id,
                schedule=one.schedule.summary if one.schedule else "",
                starts_at=one.start,
                ends_at=one.end,
            )
            for one in by_level
            if one.escalation_level == by_level[0].escalation_level
        )
    )


def escalation_of(policy: wire.EscalationPolicy) -> tuple[EscalationStep, ...]:
    """One step per target; a rule counts once the delays of those before it are over."""
    steps = []
    after_seconds = 0
    for rule in policy.escalation_rules:
        steps += [
            EscalationStep(after_seconds=after_seconds, notify=target.summary or target.id) for target in rule.targets
        ]
        after_seconds += rule.escalation_delay_in_minutes * 60
    return tuple(steps)


async def _team_of(client: PagerdutyClient, team: wire.Reference, call: Call) -> Team:
    members = (await client.members(call, team.id)).rows
    page = safe_link(team.html_url)
    return Team(
        name=team.summary or team.id,
        members=tuple(one.user.summary or one.user.id for one in members),
        contacts=(Link(title="PagerDuty", url=page),) if page else (),
    )
