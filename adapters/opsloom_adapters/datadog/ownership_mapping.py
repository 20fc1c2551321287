"""Services of Datadog's software catalog as ours."""

from collections.abc import Iterable

from opsloom.model.ownership import Link, Service
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.datadog import ownership_wire
from opsloom_adapters.datadog.links import service_link

_RUNBOOK = "runbook"
_REPOSITORY = "repo"


def service_of(
    heard: ownership_wire.Entity, included: Iterable[ownership_wire.IncludedSchema], instance: str, site_url: str
) -> Service:
    """A service with what its definition says."""
    said, definition = heard.attributes, _definition_of(heard, included)
    metadata = definition.metadata or ownership_wire.EntityMetadata()
    spec = definition.spec or ownership_wire.EntitySpec()
    links = [(one.type, Link(title=one.name, url=one.url)) for one in metadata.links if _is_address(one.url)]
    return Service(
        ref=Ref(RefKind.SERVICE, instance, _id_of(said)),
        link=service_link(site_url, said.name),
        name=said.name,
        title=said.display_name,
        description=said.description,
        owner=said.owner or None,
        system=next((_name_in(one) for one in spec.component_of), None),
        lifecycle=spec.lifecycle,
        tier=spec.tier,
        repository=next((link.url for kind, link in links if kind == _REPOSITORY), ""),
        depends_on=tuple(_name_in(one) for one in spec.depends_on),
        runbooks=tuple(link for kind, link in links if kind == _RUNBOOK),
        links=tuple(link for kind, link in links if kind != _RUNBOOK),
    )


def contacts_of(heard: ownership_wire.Entity, included: Iterable[ownership_wire.IncludedSchema]) -> tuple[Link, ...]:
    """How to reach who owns it: addresses, and e-mail."""
    metadata = _definition_of(heard, included).metadata or ownership_wire.EntityMetadata()
    contacts = []
    for one in metadata.contacts:
        url = f"mailto:{one.contact}" if one.type == "email" else one.contact
        contacts.append(Link(title=one.name or one.type, url=url))
    return tuple(contacts)


def _id_of(said: ownership_wire.EntityAttributes) -> str:
    """Names are unique within a namespace, and nearly all are in the one called default."""
    return said.name if said.namespace in ("", "default") else f"{said.namespace}/{said.name}"


def _definition_of(
    heard: ownership_wire.Entity, included: Iterable[ownership_wire.IncludedSchema]
) -> ownership_wire.EntitySchema:
    relation = heard.relationships.schema_of if heard.relationships else None
    wanted = relation.data.id if relation and relation.data else ""
    for one in included:
        if wanted and one.id == wanted and one.attributes and one.attributes.definition:
            return one.attributes.definition
    return ownership_wire.EntitySchema()


def _name_in(reference: str) -> str:
    """``checkout`` of ``service:checkout`` and of ``service:default/checkout``."""
    return reference.rpartition(":")[2].rpartition("/")[2]


def _is_address(url: str) -> bool:
    return url.startswith(("https://", "http://"))
