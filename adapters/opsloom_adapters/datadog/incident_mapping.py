"""Datadog's incidents as ours."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from opsloom.model.incidents import Incident
from opsloom.model.refs import Ref, RefKind
from opsloom.model.timeline import TimelineEntry
from opsloom_adapters.datadog import incident_wire, wire
from opsloom_adapters.datadog.links import incident_link
from opsloom_adapters.datadog.mapping import incident_status_of, severity_of


def incident_of(
    heard: incident_wire.Incident,
    people: Iterable[wire.Included],
    instance: str,
    site_url: str,
    service: str | None = None,
) -> Incident:
    """An incident; ``service`` is the one asked for, which counts where the incident names several."""
    said = heard.attributes
    services, teams = field_of(heard, "services"), field_of(heard, "teams")
    return Incident(
        ref=Ref(RefKind.INCIDENT, instance, heard.id),
        link=link_of(heard, site_url),
        key=_first(field_of(heard, "slug")) or f"#{said.public_id}",
        title=said.title,
        status=incident_status_of(state_of(heard)),
        status_raw=state_of(heard),
        severity=severity_of(said.severity),
        severity_raw=said.severity,
        service=service if service in services else _first(services),
        team=_first(teams),
        assignees=tuple(_commander(heard, people)),
        summary=_first(field_of(heard, "summary")) or said.customer_impact_scope,
        starts_at=(said.declared or said.created).astimezone(UTC),
        ends_at=said.resolved.astimezone(UTC) if said.resolved else None,
        updated_at=said.modified.astimezone(UTC) if said.modified else None,
    )


def timeline_of(heard: incident_wire.Incident) -> tuple[TimelineEntry, ...]:
    """The moments that an incident keeps of itself; the cells of its timeline are not in the public API."""
    said = heard.attributes
    moments: tuple[tuple[datetime | None, str, str], ...] = (
        (said.customer_impact_start, "customer_impact_start", said.customer_impact_scope),
        (said.detected, "detected", ""),
        (said.declared or said.created, "declared", said.title),
        (said.customer_impact_end, "customer_impact_end", ""),
        (said.resolved, "resolved", ""),
        (said.modified, "modified", ""),
    )
    entries = [TimelineEntry(at=at.astimezone(UTC), kind=kind, text=text) for at, kind, text in moments if at]
    return tuple(sorted(entries, key=lambda entry: entry.at))


def field_of(heard: incident_wire.Incident, name: str) -> tuple[str, ...]:
    """The values of a field of an incident, which an organization may have removed."""
    field = heard.attributes.fields.get(name)
    return field.value if field else ()


def state_of(heard: incident_wire.Incident) -> str:
    """Its state: as such, or as the field of that name."""
    return heard.attributes.state or _first(field_of(heard, "state")) or ""


def link_of(heard: incident_wire.Incident, site_url: str) -> str | None:
    """The page of the incident, which goes by its number."""
    number = heard.attributes.public_id
    return None if number is None else incident_link(site_url, number)


def _commander(heard: incident_wire.Incident, people: Iterable[wire.Included]) -> Iterator[str]:
    commander = heard.relationships.commander_user if heard.relationships else None
    if commander and commander.data:
        yield from (one.called for one in people if one.id == commander.data.id and one.called)


def _first(values: Sequence[str]) -> str | None:
    return next((value for value in values if value), None)
