"""Which services there are and which team runs them: as the settings say, else as Opsgenie itself knows."""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, Gathered, read_pages
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.ownership import Service, ServiceQuery
from opsloom.model.page import Page
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.opsgenie import wire
from opsloom_adapters.opsgenie.client import OpsgenieClient
from opsloom_adapters.opsgenie.config import OpsgenieConfig


async def search_services(
    client: OpsgenieClient, config: OpsgenieConfig, query: ServiceQuery, call: Call
) -> Page[Service]:
    """The services of ``query``, by name."""
    teams = {team.id: team.name for team in await client.teams(call)}
    text = (query.text or "").casefold()
    limit = min(query.limit, PROVIDER_ROWS_MAX)
    if config.services:
        absent = sorted(set(config.services.values()) - set(teams.values()))
        known = [service_of(call.instance, name, team) for name, team in sorted(config.services.items())]
        matching = [service for service in known if text in service.name.casefold()]
        return Page(
            rows=tuple(matching[:limit]),
            total=len(matching),
            complete=len(matching) <= limit,
            query="the setting services, GET /v2/teams",
            notes=tuple(f"the setting services names the team {team}, which Opsgenie does not have" for team in absent),
        )
    found = await _read(client, call, text, limit)
    return Page(
        rows=tuple(service_of(call.instance, one.name, teams.get(one.team_id), one.description) for one in found.rows),
        total=len(found.rows) if found.complete else None,
        complete=found.complete,
        query="GET /v1/services",
    )


def service_of(instance: str, name: str, owner: str | None, description: str = "") -> Service:
    return Service(ref=Ref(RefKind.SERVICE, instance, name), name=name, owner=owner, description=description)


async def find_service(client: OpsgenieClient, call: Call, name: str) -> wire.Service | None:
    """The service of Opsgenie that is called exactly so, in any case."""
    found = await read_pages(
        lambda offset: client.services(call, offset),
        0,
        limit=1,
        wanted=lambda one: one.name.casefold() == name.casefold(),
    )
    return next(iter(found.rows), None)


async def _read(client: OpsgenieClient, call: Call, text: str, limit: int) -> Gathered[wire.Service]:
    async def fetch(offset: int) -> Fetched[wire.Service, int]:
        return await client.services(call, offset)

    return await read_pages(fetch, 0, limit=limit, wanted=lambda one: text in one.name.casefold())
