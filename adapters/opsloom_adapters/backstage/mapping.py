"""From entities to the shared model."""

from opsloom.adapter_api.dialects.backstage import mapping
from opsloom.adapter_api.dialects.backstage.entity_ref import EntityRef
from opsloom.adapter_api.dialects.backstage.links import links_of, repository_of, runbooks_of
from opsloom.model.ownership import Service, Team
from opsloom.model.refs import Ref, RefKind
from opsloom.model.topology import DependencyKind, NodeKind
from opsloom_adapters.backstage.config import BackstageConfig
from opsloom_adapters.backstage.links import entity_page
from opsloom_adapters.backstage.register import Register
from opsloom_adapters.backstage.wire import Entity


def node_kind_of(entity: Entity | None) -> NodeKind | None:
    """What kind of thing it is, ``None`` where its type does not tell."""
    return None if entity is None else mapping.node_kind_of(entity.spec.type)


def dependency_kind_of(api: Entity | None) -> DependencyKind:
    """How an API is used, by its type (``openapi``, ``grpc``, ``graphql``, ``trpc``: by request)."""
    is_async = api is not None and api.spec.type.casefold() == "asyncapi"
    return DependencyKind.ASYNC if is_async else DependencyKind.SYNC


def owner_of(entity: Entity) -> EntityRef | None:
    """Who owns it; the first one where there are several."""
    return next(iter(entity.related("ownedBy")), None)


def neighbours_of(entity: Entity) -> tuple[EntityRef, ...]:
    """What :func:`service_of` names beside the entity itself."""
    return (*entity.related("ownedBy"), *entity.related("partOf", "system"), *entity.related("dependsOn"))


def service_of(register: Register, entity: Entity, config: BackstageConfig, instance: str) -> Service:
    """A component as a service."""
    metadata = entity.metadata
    owner, system = owner_of(entity), next(iter(entity.related("partOf", "system")), None)
    return Service(
        ref=Ref(RefKind.SERVICE, instance, str(entity.ref)),
        link=entity_page(entity.ref, config),
        name=entity.ref.label,
        title=metadata.title,
        description=metadata.description.strip(),
        owner=register.label(owner) if owner else None,
        system=register.label(system) if system else None,
        lifecycle=entity.spec.lifecycle,
        tier=metadata.labels.get(config.tier) or metadata.annotations.get(config.tier, ""),
        repository=repository_of(metadata),
        depends_on=register.labels(entity.related("dependsOn")),
        runbooks=runbooks_of(metadata),
        links=links_of(metadata),
    )


def team_of(register: Register, owner: EntityRef) -> Team:
    """A group, or a user as a team of one; all that is known of one that is not there is its name."""
    entity = register.get(owner)
    name = register.label(owner)
    if entity is None:
        return Team(name=name, members=(name,) if owner.kind == "user" else ())
    members = (name,) if owner.kind == "user" else register.labels(entity.related("hasMember"))
    return mapping.team_of(name, members, entity.metadata, entity.spec.profile)
