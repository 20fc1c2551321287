"""Dynatrace's problems, services and events as ours."""

from collections.abc import Iterable, Sequence

from opsloom.model.alerts import Alert, AlertStatus, Severity
from opsloom.model.deploys import ChangeKind, Deploy
from opsloom.model.metrics import MetricKind
from opsloom.model.ownership import Service
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.dynatrace import wire
from opsloom_adapters.dynatrace.config import DynatraceConfig
from opsloom_adapters.dynatrace.links import entity_link, problem_link

OPEN = "OPEN"
CLOSED = "CLOSED"
ACKNOWLEDGED = "opsloom-acknowledged"
"""The context of a comment that stands for an acknowledgement, of which Dynatrace has none of its own."""

STATUS = {OPEN: AlertStatus.FIRING, CLOSED: AlertStatus.RESOLVED}
SEVERITY = {
    "AVAILABILITY": Severity.CRITICAL,
    "ERROR": Severity.ERROR,
    "MONITORING_UNAVAILABLE": Severity.ERROR,
    "PERFORMANCE": Severity.WARNING,
    "RESOURCE_CONTENTION": Severity.WARNING,
    "CUSTOM_ALERT": Severity.WARNING,
    "INFO": Severity.INFO,
}
_SIGNAL = {
    "ERROR": MetricKind.ERRORS,
    "PERFORMANCE": MetricKind.LATENCY,
    "RESOURCE_CONTENTION": MetricKind.SATURATION,
}
KIND_OF_EVENT = {"CUSTOM_DEPLOYMENT": ChangeKind.DEPLOY, "CUSTOM_CONFIGURATION": ChangeKind.CONFIG}
_ENTITIES_NAMED = 10
_DEPLOYMENT = "dt.event.deployment."


def alert_of(heard: wire.Problem, config: DynatraceConfig, instance: str, *, service: str | None = None) -> Alert:
    """The problem as an alert. Of its services, ``service`` is named where it is one of them."""
    services = _services_of(heard)
    status = STATUS.get(heard.status, AlertStatus.UNKNOWN)
    is_held = status is AlertStatus.FIRING and is_acknowledged(heard)
    return Alert(
        ref=Ref(RefKind.ALERT, instance, heard.problem_id),
        link=problem_link(config, heard.problem_id),
        name=heard.title,
        status=AlertStatus.ACKNOWLEDGED if is_held else status,
        status_raw=heard.status,
        severity=SEVERITY.get(heard.severity_level, Severity.UNKNOWN),
        severity_raw=heard.severity_level,
        service=service if service in services else next(iter(services), None),
        team=next((one.value for one in owner_tags(heard.entity_tags, config)), None),
        summary=_evidence_of(heard),
        starts_at=heard.start_time,
        ends_at=heard.end_time,
        fingerprint=heard.problem_id,
        attributes=_attributes(heard, services),
        signal=_SIGNAL.get(heard.severity_level),
    )


def is_acknowledged(heard: wire.Problem) -> bool:
    """Whether one of its last comments says so."""
    return heard.recent_comments is not None and any(
        one.context == ACKNOWLEDGED for one in heard.recent_comments.comments
    )


def service_of(heard: wire.Entity, config: DynatraceConfig, instance: str) -> Service:
    return Service(
        ref=Ref(RefKind.SERVICE, instance, heard.entity_id),
        link=entity_link(config, heard.entity_id),
        name=heard.display_name,
        description=heard.properties.service_type,
        owner=next((one.value for one in owner_tags(heard.tags, config)), None),
    )


def owner_tags(tags: Iterable[wire.Tag], config: DynatraceConfig) -> list[wire.Tag]:
    """The tags whose value is a team."""
    return [one for one in tags if one.value and one.key.startswith(config.owner_tags)]


def deploy_of(heard: wire.Event, instance: str) -> Deploy:
    """The event as a change. Only where it is about a service it names one; others may concern any."""
    told = {one.key: one.value for one in heard.properties if one.value}
    entity = heard.entity_id
    is_service = entity is not None and entity.entity_id.type == "SERVICE"
    named = {"entity": _label(entity) if entity else "", "event_type": heard.event_type}
    return Deploy(
        ref=Ref(RefKind.DEPLOY, instance, heard.event_id),
        kind=KIND_OF_EVENT[heard.event_type],
        at=heard.start_time,
        service=entity.name or entity.entity_id.id if entity and is_service else None,
        environment=told.get(f"{_DEPLOYMENT}release_stage"),
        version=told.get(f"{_DEPLOYMENT}version", ""),
        title=told.get(f"{_DEPLOYMENT}name") or heard.title,
        attributes={name: value for name, value in (named | told).items() if value},
    )


def _services_of(heard: wire.Problem) -> list[str]:
    """The names of its services, the root cause first."""
    root = [heard.root_cause_entity] if heard.root_cause_entity else []
    stubs = (*root, *heard.affected_entities, *heard.impacted_entities)
    return list(dict.fromkeys(one.name for one in stubs if one.entity_id.type == "SERVICE" and one.name))


def _evidence_of(heard: wire.Problem) -> str:
    """What Dynatrace takes for the cause, where it was asked for."""
    details = heard.evidence_details.details if heard.evidence_details else ()
    said = (
        f"{one.display_name} on {_label(one.entity)}" if one.entity else one.display_name
        for one in details
        if one.root_cause_relevant and one.display_name
    )
    return "; ".join(dict.fromkeys(said))


def _attributes(heard: wire.Problem, services: Sequence[str]) -> dict[str, str]:
    comments = heard.recent_comments.comments if heard.recent_comments else ()
    newest = max(comments, key=lambda one: one.created_at_timestamp, default=None)
    impacts = heard.impact_analysis.impacts if heard.impact_analysis else ()
    users = max((one.estimated_affected_users or 0 for one in impacts), default=0)
    said = {
        "display_id": heard.display_id,
        "impact_level": heard.impact_level,
        "root_cause": _label(heard.root_cause_entity) if heard.root_cause_entity else "",
        "root_cause_id": heard.root_cause_entity.entity_id.id if heard.root_cause_entity else "",
        "affected_entities": _labels(heard.affected_entities),
        "impacted_entities": _labels(heard.impacted_entities),
        "services": ", ".join(services) if len(services) > 1 else "",
        "estimated_affected_users": str(users) if users else "",
        "management_zones": ", ".join(one.name for one in heard.management_zones if one.name),
        "alerting_profiles": ", ".join(one.name for one in heard.problem_filters if one.name),
        "tags": ", ".join(dict.fromkeys(one.string_representation or one.key for one in heard.entity_tags)),
        "last_comment": newest.content if newest else "",
    }
    return {name: value for name, value in said.items() if value}


def _labels(stubs: Sequence[wire.EntityStub]) -> str:
    beyond = len(stubs) - _ENTITIES_NAMED
    named = ", ".join(map(_label, stubs[:_ENTITIES_NAMED]))
    return f"{named} and {beyond} more" if beyond > 0 else named


def _label(stub: wire.EntityStub) -> str:
    """``checkout (SERVICE)``."""
    return f"{stub.name or stub.entity_id.id} ({stub.entity_id.type})"
