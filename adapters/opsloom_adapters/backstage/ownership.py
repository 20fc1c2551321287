"""OwnershipReader on Backstage: services, and who owns them."""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.backstage.folders import relative_path
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.ownership import Ownership, OwnershipQuery, Service, ServiceQuery
from opsloom.model.page import Page
from opsloom_adapters.backstage.client import WHOLE, BackstageClient
from opsloom_adapters.backstage.config import BackstageConfig
from opsloom_adapters.backstage.edges import Edge, edges_around, ends_of
from opsloom_adapters.backstage.filters import COMPONENTS
from opsloom_adapters.backstage.links import entity_page, search_page
from opsloom_adapters.backstage.lookup import COMPONENTS_READ_MAX, Located, components_at, entities_named
from opsloom_adapters.backstage.mapping import neighbours_of, owner_of, service_of, team_of
from opsloom_adapters.backstage.register import Register
from opsloom_adapters.backstage.wire import Entity

_NO_PAGER = "Backstage's catalog knows nobody on call and no escalation: ask the pager for both"


async def search_services(
    client: BackstageClient, config: BackstageConfig, query: ServiceQuery, call: Call
) -> Page[Service]:
    """The components, by name.

    :raises PermissionDeniedError: nothing was found, and the credential is shown no entity at all.
    """
    text = (query.text or "").casefold()
    limit = min(query.limit, PROVIDER_ROWS_MAX)
    link = search_page(query.text, config)
    found = await client.find(
        call, [COMPONENTS], WHOLE, limit=limit, text=query.text, wanted=lambda one: _mentions(one, text), link=link
    )
    if not found.entities:
        await client.probe(call)
    register = Register(client, call, found.entities)
    await register.read(ref for entity in found.entities for ref in neighbours_of(entity))
    return Page(
        rows=tuple(service_of(register, entity, config, call.instance) for entity in found.entities),
        total=found.total,
        complete=found.complete,
        query=f"kind=component name or title contains {query.text!r}" if query.text else COMPONENTS,
        link=link,
    )


async def get_ownership(
    client: BackstageClient, config: BackstageConfig, query: OwnershipQuery, call: Call
) -> Page[Ownership]:
    """The owner of a component by name, or by the folder that holds a path.

    :raises PermissionDeniedError: nothing was found, and the credential is shown no entity at all.
    """
    found = await _components(client, query, call)
    if not found.matches:
        await client.probe(call)
    entities = [entity for entity, _ in found.matches]
    register = Register(client, call, entities)
    await register.read(ref for entity in entities for ref in (*neighbours_of(entity), *ends_of(entity)))
    edges = await edges_around(register, entities)
    owners = (register.get(ref) for entity in entities if (ref := owner_of(entity)) is not None)
    await register.read(ref for owner in owners if owner is not None for ref in owner.related("hasMember"))
    rows = tuple(_describe(register, edges, entity, reason, config, call) for entity, reason in found.matches)
    return Page(
        rows=rows,
        total=len(rows) if found.complete else None,
        complete=found.complete,
        query=f"component of path {query.path}" if query.service is None else f"component named {query.service}",
        link=entity_page(found.matches[0][0].ref, config) if found.matches else None,
        notes=_notes(register, found),
    )


async def _components(client: BackstageClient, query: OwnershipQuery, call: Call) -> Located:
    if query.service is None:
        return await components_at(client, call, relative_path(query.path or ""))
    named = await entities_named(client, call, query.service, "component")
    return Located([(entity, "metadata.name") for entity in named], complete=True)


def _mentions(entity: Entity, text: str) -> bool:
    return text in entity.metadata.name.casefold() or text in entity.metadata.title.casefold()


def _describe(
    register: Register, edges: list[Edge], entity: Entity, reason: str, config: BackstageConfig, call: Call
) -> Ownership:
    owner = owner_of(entity)
    return Ownership(
        service=service_of(register, entity, config, call.instance),
        teams=(team_of(register, owner),) if owner else (),
        upstream=register.labels({edge.needing for edge in edges if edge.needed == entity.ref}),
        downstream=register.labels({edge.needed for edge in edges if edge.needing == entity.ref}),
        matched_by=f"{entity.ref}: {reason}",
    )


def _notes(register: Register, found: Located) -> tuple[str, ...]:
    notes = [_NO_PAGER] if found.matches else []
    for entity, _ in found.matches:
        missing = sorted(str(ref) for ref in entity.related("dependsOn") if register.get(ref) is None)
        notes += [f"{entity.ref.label} depends on {ref}, which the catalog does not show" for ref in missing]
        owner = owner_of(entity)
        if owner is None:
            notes.append(f"{entity.ref.label} has no owner")
        elif register.get(owner) is None:
            notes.append(f"the owner {owner} is not shown in the catalog")
    if not found.complete:
        notes.append(f"only the first {COMPONENTS_READ_MAX} components that name a folder were looked at")
    return tuple(notes)
