"""From the documents to the shared model."""

from datetime import UTC, datetime

from opsloom.adapter_api.dialects.backstage import mapping
from opsloom.adapter_api.dialects.backstage.entity_ref import EntityRef
from opsloom.adapter_api.dialects.backstage.links import links_of, repository_of, runbooks_of
from opsloom.model.ownership import EscalationStep, OnCall, Service, Team
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.catalog.catalog import Catalog, Entity, Policy, Schedule
from opsloom_adapters.catalog.config import CatalogConfig
from opsloom_adapters.catalog.links import page_of


def owner_of(entity: Entity) -> EntityRef | None:
    """Who owns it; ``None`` where that is not said, or cannot be read."""
    return EntityRef.parse(entity.wire.spec.owner, "group", entity.ref.namespace)


def service_of(catalog: Catalog, entity: Entity, config: CatalogConfig, instance: str) -> Service:
    """A component as a service."""
    metadata, spec = entity.metadata, entity.wire.spec
    owner = owner_of(entity)
    system = EntityRef.parse(spec.system, "system", entity.ref.namespace)
    return Service(
        ref=Ref(RefKind.SERVICE, instance, str(entity.ref)),
        link=page_of(entity, config),
        name=entity.ref.label,
        title=metadata.title,
        description=metadata.description.strip(),
        owner=catalog.label(owner) if owner else None,
        system=catalog.label(system) if system else None,
        lifecycle=spec.lifecycle,
        tier=metadata.labels.get("tier", ""),
        repository=repository_of(metadata),
        depends_on=catalog.labels(catalog.needs.get(entity.ref, ())),
        runbooks=runbooks_of(metadata),
        links=links_of(metadata),
        slos=tuple(slo for promise in catalog.promises.get(entity.ref, ()) for slo in promise.slos),
    )


def team_of(catalog: Catalog, owner: EntityRef) -> Team:
    """A group, or a user as a team of one; all that is known of one that is not there is its name."""
    entity = catalog.entities.get(owner)
    name = catalog.label(owner)
    if owner.kind == "user":
        members: tuple[str, ...] = (name,)
    else:
        members = catalog.labels(catalog.members_of(owner))
    if entity is None:
        return Team(name=name, members=members)
    return mapping.team_of(name, members, entity.metadata, entity.wire.spec.profile)


def on_call_at(catalog: Catalog, schedule: Schedule, at: datetime) -> list[OnCall]:
    """All who hold the pager at that time: shifts may overlap."""
    return [
        OnCall(
            team=catalog.label(schedule.team),
            user=_user(catalog, shift.user, schedule.team.namespace),
            schedule=schedule.name,
            starts_at=shift.start.astimezone(UTC),
            ends_at=shift.end.astimezone(UTC),
        )
        for shift in schedule.shifts
        if shift.start <= at < shift.end
    ]


def escalation_of(policy: Policy) -> tuple[EscalationStep, ...]:
    """The steps, soonest first."""
    steps = sorted(policy.steps, key=lambda step: step.after_minutes)
    return tuple(EscalationStep(after_seconds=step.after_minutes * 60, notify=step.notify) for step in steps)


def _user(catalog: Catalog, text: str, namespace: str) -> str:
    ref = EntityRef.parse(text, "user", namespace)
    return catalog.label(ref) if ref else text
