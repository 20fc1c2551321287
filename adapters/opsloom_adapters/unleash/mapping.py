"""Unleash's flags and events as ours."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC
from difflib import unified_diff

from pydantic import JsonValue

from opsloom.model.deploys import ChangeKind, Deploy
from opsloom.model.flags import FeatureFlag
from opsloom.model.limits import DIFF_MAX_CHARS
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.unleash import wire
from opsloom_adapters.unleash.config import UnleashConfig
from opsloom_adapters.unleash.event_ids import EventId
from opsloom_adapters.unleash.event_types import DISABLED, ENABLED, status_of
from opsloom_adapters.unleash.links import event_link, flag_link

_SWITCHED = {ENABLED: ("off", "on"), DISABLED: ("on", "off")}


def flag_of(row: wire.ListedFlag, config: UnleashConfig) -> FeatureFlag:
    """When it was changed is told by its events alone."""
    return FeatureFlag(
        name=row.name,
        project=row.project,
        description=row.description,
        type_raw=row.type,
        stale=row.stale,
        enabled={one.name: one.enabled for one in row.environments},
        link=flag_link(config, row.project, row.name),
    )


def services_of(tags: Iterable[wire.Tag], project: str | None, config: UnleashConfig) -> tuple[str, ...]:
    """The services that the tags of a flag name, else the one of its project."""
    tagged = {tag.value for tag in tags if tag.type == config.service_tag}
    of_project = config.services.get(project or "")
    return tuple(sorted(tagged)) or ((of_project,) if of_project else ())


def deploy_of(event: wire.Event, config: UnleashConfig, instance: str, *, whole: bool = False) -> Deploy:
    """An event as a change; ``whole``: with what became what.

    A change of a flag that several services use names none, so that it is found for each.
    """
    services = services_of(event.tags, event.project, config)
    before, after = _SWITCHED.get(event.type, ("", ""))
    ident = EventId.of(event)
    return Deploy(
        ref=Ref(RefKind.DEPLOY, instance, str(ident)),
        link=event_link(config, ident, event.project, event.feature_name),
        kind=ChangeKind.FLAG,
        at=event.created_at.astimezone(UTC),
        service=services[0] if len(services) == 1 else None,
        environment=event.environment,
        status=status_of(event.type),
        status_raw=event.type,
        version=after,
        previous_version=before,
        author=event.created_by,
        title=_title_of(event, after),
        diff=_diff_of(event) if whole else "",
        attributes=_attributes_of(event, services),
    )


def _title_of(event: wire.Event, switched: str) -> str:
    """``new-pool switched on``, ``new-pool: strategy update``, ``segment updated: vip``."""
    if event.feature_name:
        if switched:
            return f"{event.feature_name} switched {switched}"
        return f"{event.feature_name}: {_spoken(event.type.removeprefix('feature-'))}"
    name = _name_in(event.data) or _name_in(event.pre_data)
    return f"{_spoken(event.type)}: {name}" if name else _spoken(event.type)


def _spoken(word: str) -> str:
    return word.replace("-", " ")


def _name_in(data: JsonValue) -> str:
    name = data.get("name") if isinstance(data, dict) else None
    return name if isinstance(name, str) else ""


def _attributes_of(event: wire.Event, services: tuple[str, ...]) -> Mapping[str, str]:
    told = {
        "flag": event.feature_name or "",
        "project": event.project or "",
        "strategy": (_name_in(event.data) or _name_in(event.pre_data)) if "-strategy-" in event.type else "",
        "services": ", ".join(services) if len(services) > 1 else "",
    }
    return {name: value for name, value in told.items() if value}


def _diff_of(event: wire.Event) -> str:
    """From ``preData`` to ``data``; most kinds of event have only the latter."""
    before, after = _lines(event.pre_data), _lines(event.data)
    return "\n".join(unified_diff(before, after, "before", "after", lineterm="", n=2))[:DIFF_MAX_CHARS]


def _lines(data: JsonValue) -> list[str]:
    return json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False).split("\n") if data is not None else []
