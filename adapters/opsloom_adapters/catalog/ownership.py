"""The OwnershipReader: services, owners, who is on call, and whom to call next."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.backstage.entity_ref import EntityRef
from opsloom.adapter_api.dialects.backstage.folders import owning, relative_path
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.ownership import Ownership, OwnershipQuery, Service, ServiceQuery
from opsloom.model.page import Page
from opsloom.model.window import format_time
from opsloom_adapters.catalog.catalog import Catalog, Entity
from opsloom_adapters.catalog.links import page_of
from opsloom_adapters.catalog.mapping import escalation_of, on_call_at, owner_of, service_of, team_of
from opsloom_adapters.catalog.source import CatalogSource


@dataclass(slots=True)
class _Answer:
    """The rows of an answer, the files that they rest on, and what the reader must know."""

    rows: list[Ownership] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


async def search_services(source: CatalogSource, query: ServiceQuery, call: Call) -> Page[Service]:
    """The components, by name."""
    snapshot = await source.read(call)
    text = (query.text or "").casefold()
    found = [
        entity
        for entity in snapshot.catalog.components()
        if text in entity.ref.label.casefold() or text in entity.metadata.title.casefold()
    ]
    shown = found[: min(query.limit, PROVIDER_ROWS_MAX)]
    snapshot.capture(call, {source for entity in shown for source in _sources_of_service(snapshot.catalog, entity)})
    return Page(
        rows=tuple(service_of(snapshot.catalog, entity, source.config, call.instance) for entity in shown),
        total=len(found) if snapshot.whole else None,
        complete=snapshot.complete and len(shown) == len(found),
        query=f"kind=Component name or title contains {query.text!r}" if query.text else "kind=Component",
        link=f"{source.config.web_url}/catalog?filters[kind]=component" if source.config.web_url else None,
        notes=snapshot.notes(),
    )


async def get_ownership(source: CatalogSource, query: OwnershipQuery, call: Call) -> Page[Ownership]:
    """The owner of a component by name, or by the folder that holds a path."""
    path = None if query.path is None else relative_path(query.path)
    snapshot = await source.read(call)
    catalog, answer = snapshot.catalog, _Answer()
    if path is not None:
        matches = owning(path, catalog.components())
    else:
        matches = [(entity, "metadata.name") for entity in _components_named(catalog, query.service or "")]
    for entity, reason in matches:
        service = service_of(catalog, entity, source.config, call.instance)
        answer.rows.append(_describe(catalog, entity, service, f"{entity.source}: {reason}", query.at, answer))
    snapshot.capture(call, answer.used)
    return Page(
        rows=tuple(answer.rows),
        total=len(answer.rows),
        complete=snapshot.complete,
        query=f"Component of path {path}" if path is not None else f"Component named {query.service}",
        link=page_of(matches[0][0], source.config) if matches else None,
        notes=(*answer.notes, *snapshot.notes()),
    )


def _components_named(catalog: Catalog, name: str) -> list[Entity]:
    """The component of that ref; a bare name that the default namespace does not have may be in another one."""
    ref = EntityRef.parse(name, "component")
    if ref is None or ref.kind != "component":
        return []
    if ref in catalog.entities:
        return [catalog.entities[ref]]
    if "/" in name:
        return []
    return [entity for entity in catalog.components() if entity.ref.name == ref.name]


def _describe(
    catalog: Catalog, entity: Entity, service: Service, matched_by: str, at: datetime, answer: _Answer
) -> Ownership:
    needs, needed_by = catalog.needs.get(entity.ref, set()), catalog.needed_by.get(entity.ref, set())
    answer.used.update(_sources_of_service(catalog, entity))
    answer.used.update(catalog.entities[ref].source for ref in needed_by if ref in catalog.entities)
    missing = sorted(str(ref) for ref in needs if ref not in catalog.entities)
    answer.notes.extend(f"{service.name} depends on {ref}, which is not in the catalogue" for ref in missing)
    described = Ownership(
        service=service,
        upstream=catalog.labels(needed_by),
        downstream=catalog.labels(needs),
        matched_by=matched_by,
    )
    owner = owner_of(entity)
    if owner is None:
        answer.notes.append(f"{service.name} has no owner that can be read")
        return described
    return described.model_copy(update=_of_owner(catalog, owner, at, answer))


def _of_owner(catalog: Catalog, owner: EntityRef, at: datetime, answer: _Answer) -> dict[str, object]:
    answer.used.update(_sources_of(catalog, owner))
    if owner not in catalog.entities:
        answer.notes.append(f"the owner {owner} is not in the catalogue")
    schedules = [schedule for schedule in catalog.schedules if schedule.team == owner]
    on_call = [held for schedule in schedules for held in on_call_at(catalog, schedule, at)]
    if not schedules:
        answer.notes.append(f"{owner} has no on-call schedule in the catalogue")
    elif not on_call:
        answer.notes.append(f"nobody is on call for {owner} at {format_time(at)}")
    policies = [policy for policy in catalog.policies if policy.team == owner]
    if not policies:
        answer.notes.append(f"{owner} has no escalation policy in the catalogue")
    return {
        "teams": (team_of(catalog, owner),),
        "on_call": tuple(on_call),
        "escalation": tuple(step for policy in policies for step in escalation_of(policy)),
    }


def _sources_of_service(catalog: Catalog, entity: Entity) -> Iterator[str]:
    """The files that describe the component and its SLOs."""
    yield entity.source
    yield from (promise.source for promise in catalog.promises.get(entity.ref, ()))


def _sources_of(catalog: Catalog, owner: EntityRef) -> Iterator[str]:
    """The files that say who the owner is, who is on call and whom to call next."""
    for ref in (owner, *catalog.members_of(owner)):
        if ref in catalog.entities:
            yield catalog.entities[ref].source
    yield from (schedule.source for schedule in catalog.schedules if schedule.team == owner)
    yield from (policy.source for policy in catalog.policies if policy.team == owner)
