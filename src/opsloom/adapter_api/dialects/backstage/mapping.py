"""From entities to the shared model."""

from opsloom.adapter_api.dialects.backstage.entity import Metadata, Profile
from opsloom.adapter_api.dialects.backstage.links import links_of
from opsloom.model.ownership import Link, Team
from opsloom.model.topology import NodeKind

# ``spec.type`` is free text: those that Backstage's own pages use, and the plain words for the rest.
_KIND_OF_TYPE = {
    "service": NodeKind.SERVICE,
    "website": NodeKind.SERVICE,
    "database": NodeKind.DATASTORE,
    "cache": NodeKind.DATASTORE,
    "s3-bucket": NodeKind.DATASTORE,
    "queue": NodeKind.QUEUE,
    "topic": NodeKind.QUEUE,
    "job": NodeKind.JOB,
    "batch": NodeKind.BATCH,
    "mainframe": NodeKind.BATCH,
    "vendor": NodeKind.VENDOR,
}


def node_kind_of(spec_type: str) -> NodeKind | None:
    """What kind of thing it is, ``None`` where its type does not tell."""
    return _KIND_OF_TYPE.get(spec_type.casefold())


def team_of(name: str, members: tuple[str, ...], metadata: Metadata, profile: Profile) -> Team:
    """A group, or a user as a team of one."""
    email = (Link(title="e-mail", url=f"mailto:{profile.email}"),) if profile.email else ()
    return Team(
        name=name,
        title=profile.display_name or metadata.title,
        members=members,
        contacts=(*email, *links_of(metadata)),
    )
