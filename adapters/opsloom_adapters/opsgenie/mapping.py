"""Opsgenie's alerts in our words."""

import re
from collections.abc import Mapping

from opsloom.model.alerts import Alert, AlertStatus, Severity
from opsloom.model.refs import Ref, RefKind
from opsloom.model.window import format_time
from opsloom_adapters.opsgenie import wire
from opsloom_adapters.opsgenie.config import OpsgenieConfig
from opsloom_adapters.opsgenie.links import alert_link

CLOSED = "closed"
_LABEL = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]*):(?!//)(.+)", re.DOTALL)


def status_of(word: str, *, acknowledged: bool = False, snoozed: bool = False) -> AlertStatus:
    """An open alert may be acknowledged, or snoozed: nobody is notified of it then."""
    if word == CLOSED:
        return AlertStatus.RESOLVED
    if word != "open":
        return AlertStatus.UNKNOWN
    if snoozed:
        return AlertStatus.SUPPRESSED
    return AlertStatus.ACKNOWLEDGED if acknowledged else AlertStatus.FIRING


def alert_of(
    heard: wire.Alert, config: OpsgenieConfig, instance: str, teams: Mapping[str, str], asked: str | None = None
) -> Alert:
    """The alert; ``teams`` are names by id, and of several the one ``asked`` for counts."""
    labels = labels_of(heard)
    return Alert(
        ref=Ref(RefKind.ALERT, instance, heard.id),
        link=alert_link(config, heard.id),
        name=heard.message,
        status=status_of(heard.status, acknowledged=heard.acknowledged, snoozed=heard.snoozed),
        status_raw=heard.status,
        severity=Severity.from_word(heard.priority),
        severity_raw=heard.priority,
        service=labels.get(config.service_key),
        team=_team_of(heard, teams, asked),
        summary=heard.description,
        starts_at=heard.created_at,
        ends_at=heard.updated_at if heard.status == CLOSED else None,
        updated_at=heard.updated_at,
        fingerprint=heard.alias,
        labels=labels,
        attributes=_attributes(heard),
    )


def labels_of(heard: wire.Alert) -> dict[str, str]:
    """Tags such as ``service:checkout``, and the details of a single alert."""
    tags = (match for tag in heard.tags if (match := _LABEL.fullmatch(tag)))
    return {match[1]: match[2] for match in tags} | {key: value for key, value in heard.details.items() if value}


def _team_of(heard: wire.Alert, teams: Mapping[str, str], asked: str | None) -> str | None:
    names = [teams[one.id] for one in heard.responders if one.type == "team" and one.id in teams]
    return asked if asked in names else next(iter(names), None)


def _attributes(heard: wire.Alert) -> dict[str, str]:
    report = heard.report or wire.Report()
    said = {
        "tiny_id": heard.tiny_id,
        "count": str(heard.count),
        "owner": heard.owner,
        "acknowledged_by": report.acknowledged_by,
        "closed_by": report.closed_by,
        "last_occurred_at": format_time(heard.last_occurred_at) if heard.last_occurred_at else "",
        "snoozed_until": format_time(heard.snoozed_until) if heard.snoozed and heard.snoozed_until else "",
        "source": heard.source,
        "entity": heard.entity,
        "integration": heard.integration.name,
        "tags": ", ".join(heard.tags),
    }
    return {name: value for name, value in said.items() if value}
