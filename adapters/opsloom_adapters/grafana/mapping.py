"""Grafana's alerts as ours."""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime

from opsloom.model.alerts import Alert, AlertStatus, Severity
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.grafana import wire
from opsloom_adapters.grafana.config import GrafanaConfig
from opsloom_adapters.grafana.links import rule_link, rules_link

RULE_UID = "__alert_rule_uid__"
"""The label by which Grafana's Alertmanager knows the rule of an alert."""

STATUS_OF_STATE = {
    "active": AlertStatus.FIRING,
    "suppressed": AlertStatus.SUPPRESSED,
    "unprocessed": AlertStatus.PENDING,
}


def alert_of(heard: wire.GettableAlert, config: GrafanaConfig, instance: str, now: datetime) -> Alert:
    """The native id begins with the rule's uid, by which Grafana can be asked for few alerts instead of all.

    ``ends_at`` is set only once it lies in the past: until then it is when the alert would time out.
    """
    labels = heard.labels
    rule = labels.get(RULE_UID, "")
    ends_at = heard.ends_at if heard.ends_at and heard.starts_at < heard.ends_at <= now else None
    status = STATUS_OF_STATE.get(heard.status.state, AlertStatus.UNKNOWN)
    severity_raw = labels.get(config.severity_label, "")
    return Alert(
        ref=Ref(RefKind.ALERT, instance, f"{rule}:{heard.fingerprint}"),
        link=rule_link(config, rule) if rule else rules_link(config),
        name=labels.get("alertname", ""),
        status=AlertStatus.RESOLVED if ends_at else status,
        status_raw=heard.status.state,
        severity=Severity.from_word(severity_raw),
        severity_raw=severity_raw,
        service=next((labels[name] for name in config.service_labels if labels.get(name)), None),
        team=labels.get(config.team_label) or None,
        summary=_summary(heard.annotations),
        starts_at=heard.starts_at.astimezone(UTC),
        ends_at=ends_at.astimezone(UTC) if ends_at else None,
        updated_at=heard.updated_at.astimezone(UTC) if heard.updated_at else None,
        fingerprint=heard.fingerprint,
        labels=labels,
        annotations={name: text for name, text in heard.annotations.items() if not name.startswith("__")},
        attributes=_attributes(heard, rule),
        observed=_only_value(heard.annotations),
    )


def _summary(annotations: Mapping[str, str]) -> str:
    return annotations.get("summary") or annotations.get("description") or annotations.get("message") or ""


def _attributes(heard: wire.GettableAlert, rule: str) -> dict[str, str]:
    """Why nobody is told, who would be, and where the alert comes from; only what there is."""
    said = {
        "rule_uid": rule,
        "dashboard_uid": heard.annotations.get("__dashboardUid__", ""),
        "panel_id": heard.annotations.get("__panelId__", ""),
        "values": heard.annotations.get("__values__", "") or heard.annotations.get("__value_string__", ""),
        "silenced_by": ", ".join(heard.status.silenced_by),
        "inhibited_by": ", ".join(heard.status.inhibited_by),
        "muted_by": ", ".join(heard.status.muted_by),
        "receivers": ", ".join(receiver.name for receiver in heard.receivers),
    }
    return {name: value for name, value in said.items() if value}


def _only_value(annotations: Mapping[str, str]) -> float | None:
    """What the rule measured, where it is a single number: of several nobody says which one was compared."""
    try:
        values = json.loads(annotations.get("__values__", ""))
    except ValueError:
        return None
    numbers = [value for value in values.values() if isinstance(value, int | float)] if isinstance(values, dict) else []
    return float(numbers[0]) if len(numbers) == 1 and math.isfinite(numbers[0]) else None
