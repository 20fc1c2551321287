"""From ``services.json`` and ``teams.json`` to the shared model."""

from collections.abc import Iterator, Sequence

from opsloom.model.ownership import EscalationStep, Link, OnCall, Service, Team
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.recording.links import Links
from opsloom_adapters.recording.wire import EscalationEntry, OnCallEntry, ServiceEntry, TeamEntry, TitledLink


def service_of(entry: ServiceEntry, instance: str, links: Links) -> Service:
    """The name is the id."""
    return Service(
        ref=Ref(RefKind.SERVICE, instance, entry.name),
        link=links.to_record("service", entry.name),
        name=entry.name,
        title=entry.title,
        description=entry.description,
        owner=entry.owner,
        system=entry.system,
        lifecycle=entry.lifecycle,
        tier=entry.tier,
        repository=entry.repository,
        depends_on=entry.depends_on,
        runbooks=_links_of(entry.runbooks),
        links=_links_of(entry.links),
    )


def team_of(entry: TeamEntry) -> Team:
    """A team and where to reach it."""
    contacts = _links_of(entry.contacts)
    return Team(name=entry.name, title=entry.title, members=entry.members, contacts=contacts)


def on_call_of(entry: OnCallEntry) -> OnCall:
    """One shift."""
    return OnCall(
        team=entry.team,
        user=entry.user,
        schedule=entry.schedule,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
    )


def steps_of(entry: EscalationEntry) -> Iterator[EscalationStep]:
    """The steps, with minutes as seconds."""
    for step in entry.steps:
        yield EscalationStep(after_seconds=step.after_minutes * 60, notify=step.notify)


def _links_of(links: Sequence[TitledLink]) -> tuple[Link, ...]:
    return tuple(Link(title=link.title, url=link.url) for link in links)
