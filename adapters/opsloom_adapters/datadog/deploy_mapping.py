"""Datadog's deployments and events as changes."""

from datetime import UTC

from opsloom.model.deploys import ChangeKind, Deploy
from opsloom.model.refs import Ref, RefKind
from opsloom.model.window import format_time
from opsloom_adapters.datadog import change_wire
from opsloom_adapters.datadog.links import event_link, service_link
from opsloom_adapters.datadog.tags import value_in

DEPLOYMENT = "deployment"
EVENT = "event"
"""What a native id begins with."""

_KIND_OF_RESOURCE = {"feature_flag": ChangeKind.FLAG, "configuration": ChangeKind.CONFIG}
"""What a change event says was changed; any other event is one of a deploy, as the settings say."""


def deploy_of_deployment(heard: change_wire.Deployment, instance: str, site_url: str) -> Deploy:
    """A deployment counts from when it was finished; DORA metrics know only finished ones."""
    said = heard.attributes
    known = {"started_at": format_time(said.started_at), "team": said.team}
    return Deploy(
        ref=Ref(RefKind.DEPLOY, instance, f"{DEPLOYMENT}:{heard.id}"),
        link=service_link(site_url, said.service),
        kind=ChangeKind.DEPLOY,
        at=(said.finished_at or said.started_at).astimezone(UTC),
        service=said.service,
        environment=said.env,
        version=said.version,
        commit=said.git.commit_sha if said.git else "",
        title=f"{said.service} {said.version}".strip(),
        attributes={name: value for name, value in known.items() if value},
    )


def deploy_of_event(heard: change_wire.Event, instance: str, site_url: str) -> Deploy:
    """An event that the settings count as a change."""
    said = heard.attributes
    details = said.attributes or change_wire.EventDetails()
    changed = details.changed_resource
    return Deploy(
        ref=Ref(RefKind.DEPLOY, instance, f"{EVENT}:{heard.id}"),
        link=event_link(site_url, heard.id),
        kind=_KIND_OF_RESOURCE.get(changed.type, ChangeKind.DEPLOY) if changed else ChangeKind.DEPLOY,
        at=said.timestamp.astimezone(UTC),
        service=details.service or value_in(said.tags, "service"),
        environment=value_in(said.tags, "env"),
        version=value_in(said.tags, "version") or "",
        author=details.author.name if details.author else "",
        title=details.title or said.message.partition("\n")[0],
        attributes={"changed": changed.name} if changed and changed.name else {},
    )
