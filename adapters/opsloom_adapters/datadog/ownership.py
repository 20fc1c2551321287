"""OwnershipReader on Datadog's software catalog, its teams and its on-call product."""

from datetime import timedelta

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, read_pages
from opsloom.model.errors import NotFoundError, PermissionDeniedError
from opsloom.model.limits import PRESENT_TOLERANCE_SECONDS
from opsloom.model.ownership import OnCall, Ownership, OwnershipQuery, Service, ServiceQuery, Team
from opsloom.model.page import Page
from opsloom_adapters.datadog import ownership_wire
from opsloom_adapters.datadog.client import DatadogClient
from opsloom_adapters.datadog.ownership_mapping import contacts_of, service_of

_PAGE_SERVICES_MAX = 100


async def search_services(client: DatadogClient, site_url: str, query: ServiceQuery, call: Call) -> Page[Service]:
    """The services of the catalog; Datadog filters by whole names only, so a text is searched here."""
    text = (query.text or "").casefold()
    page_size = _PAGE_SERVICES_MAX if text else min(query.limit + 1, _PAGE_SERVICES_MAX)

    async def fetch(offset: int) -> Fetched[Service, int]:
        reply = await client.entities(call, (), offset=offset, limit=page_size)
        rows = [service_of(one, reply.included, call.instance, site_url) for one in reply.data]
        return Fetched(rows, offset + len(rows) if len(rows) >= page_size else None)

    found = await read_pages(
        fetch, 0, limit=query.limit, wanted=lambda one: text in f"{one.name}\n{one.title}".casefold()
    )
    return Page(
        rows=found.rows,
        total=len(found.rows) if found.complete else None,
        complete=found.complete,
        query="filter[kind]=service",
        link=f"{site_url}/software",
    )


async def get_ownership(client: DatadogClient, site_url: str, query: OwnershipQuery, call: Call) -> Page[Ownership]:
    """Who owns the service, and who is on call for that team now; of a path the catalog knows nothing."""
    if query.service is None:
        note = "Datadog's catalog names owners of services, not of paths"
        return Page(rows=(), total=0, query="GET /api/v2/catalog/entity", notes=(note,))
    asked = f"filter[name]={query.service}"
    filters = (("filter[name]", query.service),)
    reply = await client.entities(call, filters, offset=0, limit=_PAGE_SERVICES_MAX)
    entity = next((one for one in reply.data if one.attributes.name == query.service), None)
    if entity is None:
        return Page(rows=(), total=0, query=asked, link=f"{site_url}/software")
    service = service_of(entity, reply.included, call.instance, site_url)
    team = await _team(client, service.owner, call) if service.owner else None
    on_call, notes = await _on_call(client, team, query, call) if team else ((), ())
    owner = Team(
        name=service.owner or "",
        title=team.attributes.name if team else "",
        contacts=contacts_of(entity, reply.included),
    )
    found = Ownership(
        service=service,
        teams=(owner,) if service.owner else (),
        on_call=on_call,
        downstream=service.depends_on,
        matched_by=f"software catalog, service {query.service}",
    )
    return Page(rows=(found,), total=1, query=asked, link=service.link, notes=notes)


async def _team(client: DatadogClient, owner: str, call: Call) -> ownership_wire.Team | None:
    """The team that the catalog means: by its handle, else by its name."""
    teams = await client.teams(call, owner)
    by_handle = [one for one in teams if one.attributes.handle.casefold() == owner.casefold()]
    by_name = [one for one in teams if one.attributes.name.casefold() == owner.casefold()]
    return next(iter((*by_handle, *by_name)), None)


async def _on_call(
    client: DatadogClient, team: ownership_wire.Team, query: OwnershipQuery, call: Call
) -> tuple[tuple[OnCall, ...], tuple[str, ...]]:
    """Datadog tells the people, not their shift."""
    if abs(query.at - call.now) > timedelta(seconds=PRESENT_TOLERANCE_SECONDS):
        return (), ("Datadog tells who is on call now, not who was or will be",)
    try:
        heard = await client.on_call(call, team.id)
    except (NotFoundError, PermissionDeniedError):
        return (), (
            f"{call.instance} does not tell who is on call for this team: no Datadog On-Call, or no on_call_read",
        )
    responders = heard.data.relationships.responders
    ids = {one.id for one in responders.data} if responders else set()
    people = [one.called or one.id for one in heard.included if one.id in ids]
    shifts = [OnCall(team=team.attributes.handle, user=one) for one in people]
    notes = ("Datadog does not tell when these shifts end",) if shifts else ()
    return tuple(shifts), notes
