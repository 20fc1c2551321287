"""Grafana's annotations as ours: what their tags say.

Source: https://grafana.com/docs/grafana/latest/developers/http_api/annotations/
"""

from opsloom.model.deploys import ChangeKind, Deploy
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.grafana import wire
from opsloom_adapters.grafana.config import GrafanaConfig
from opsloom_adapters.grafana.links import dashboard_link
from opsloom_adapters.grafana.times import moment_of


def change_of(heard: wire.Annotation, config: GrafanaConfig, instance: str) -> Deploy | None:
    """The change that an annotation tells of, ``None`` if no tag says that it is one."""
    kind = _kind_of(heard, config)
    if kind is None:
        return None
    return Deploy(
        ref=Ref(RefKind.DEPLOY, instance, str(heard.id)),
        link=link_of(heard, config),
        kind=kind,
        at=moment_of(heard.time),
        service=_value_of(config.service_tag, heard),
        environment=_value_of(config.environment_tag, heard),
        version=_value_of(config.version_tag, heard) or "",
        author=heard.login,
        title=heard.text.strip(),
        attributes=_attributes(heard),
    )


def link_of(heard: wire.Annotation, config: GrafanaConfig) -> str | None:
    """Its own dashboard at that time, else the one of the settings: Grafana has no page for an annotation."""
    uid = heard.dashboard_uid or config.events_dashboard
    if uid is None:
        return None
    end = max(heard.time, heard.time_end)
    panel = heard.panel_id if heard.dashboard_uid else 0
    return dashboard_link(config, uid, moment_of(heard.time), moment_of(end), panel)


def ends_at(heard: wire.Annotation) -> int:
    """In milliseconds; one without an end ends where it starts."""
    return max(heard.time, heard.time_end)


def _kind_of(heard: wire.Annotation, config: GrafanaConfig) -> ChangeKind | None:
    """By the first of the settings' tags that it has, with or without a value (``deploy``, ``deploy:prod``)."""
    own = {tag.casefold() for tag in heard.tags} | {tag.partition(":")[0].casefold() for tag in heard.tags}
    return next((kind for tag, kind in config.change_tags.items() if tag.casefold() in own), None)


def _value_of(key: str, heard: wire.Annotation) -> str | None:
    """``checkout`` of the tag ``service:checkout``."""
    pairs = (tag.partition(":") for tag in heard.tags)
    return next((value.strip() for name, _, value in pairs if name.strip() == key and value.strip()), None)


def _attributes(heard: wire.Annotation) -> dict[str, str]:
    said = {"tags": ", ".join(heard.tags), "dashboard_uid": heard.dashboard_uid}
    if heard.time_end > heard.time:
        said["ended_at"] = moment_of(heard.time_end).isoformat()
    return {name: value for name, value in said.items() if value}
