"""OwnershipReader on OpsOrch: services, the team that a tag names, and its members."""

from opsloom.adapter_api.call import Call
from opsloom.model.errors import NotFoundError, UnsupportedError
from opsloom.model.ownership import Link, Ownership, OwnershipQuery, Service, ServiceQuery, Team
from opsloom.model.page import Page
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.opsorch import wire
from opsloom_adapters.opsorch.client import SERVICES, OpsorchClient
from opsloom_adapters.opsorch.config import OpsorchConfig
from opsloom_adapters.opsorch.mapping import link_of
from opsloom_adapters.opsorch.pages import page_of

_NO_PATHS = "OpsOrch knows services and no files: ask for a service"
_NO_TEAM = "OpsOrch does not know the team that the service names, or has no provider for teams"


async def search_services(
    client: OpsorchClient, config: OpsorchConfig, query: ServiceQuery, call: Call
) -> Page[Service]:
    """The services with ``query.text`` in id or name, by id."""
    found = await client.query(call, SERVICES)
    text = (query.text or "").casefold()
    services = sorted((_service_of(one, config, call.instance) for one in found.rows), key=lambda one: one.name)
    wanted = [one for one in services if text in f"{one.name}\n{one.title}".casefold()]
    return page_of(found, wanted, query.limit, "services")


async def get_ownership(
    client: OpsorchClient, config: OpsorchConfig, query: OwnershipQuery, call: Call
) -> Page[Ownership]:
    """Who owns a service, by its id or its name."""
    asked = f"owner of service {query.service}"
    if query.service is None:
        return Page(rows=(), query=asked, notes=(_NO_PATHS,))
    heard = await _service_named(client, query.service, call)
    if heard is None:
        return Page(rows=(), query=asked)
    service = _service_of(heard, config, call.instance)
    teams, notes = await _teams_of(client, service.owner, call)
    ownership = Ownership(
        service=service,
        teams=teams,
        matched_by=f"tag {' or '.join(config.owner_tags)} of service {heard.id}",
    )
    return Page(rows=(ownership,), query=asked, link=service.link, notes=notes)


async def _service_named(client: OpsorchClient, name: str, call: Call) -> wire.Service | None:
    """By id, else by name: a provider may ignore either, so what comes is checked."""
    questions: tuple[dict[str, object], ...] = ({"ids": [name]}, {"name": name})
    for filters in questions:
        for one in (await client.query(call, SERVICES, filters=filters)).rows:
            if name in (one.id, one.name):
                return one
    return None


async def _teams_of(client: OpsorchClient, owner: str | None, call: Call) -> tuple[tuple[Team, ...], tuple[str, ...]]:
    if owner is None:
        return (), ()
    try:
        team = await client.get(call, "teams", owner, wire.TEAM)
        members = await client.members(call, owner)
    except (NotFoundError, UnsupportedError):
        return (Team(name=owner),), (_NO_TEAM,)
    link = link_of(team.url)
    return (
        Team(
            name=owner,
            title=team.name,
            members=tuple(one.name or one.handle or one.email or one.id for one in members),
            contacts=(Link(title=team.name, url=link),) if link else (),
        ),
    ), ()


def _service_of(service: wire.Service, config: OpsorchConfig, instance: str) -> Service:
    return Service(
        ref=Ref(RefKind.SERVICE, instance, service.id),
        link=link_of(service.url),
        name=service.id,
        title=service.name,
        owner=next((service.tags[tag] for tag in config.owner_tags if service.tags.get(tag)), None),
        tier=service.tags.get("tier", ""),
    )
