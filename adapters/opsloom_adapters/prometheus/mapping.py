"""Prometheus's alerts as ours."""

import math
from datetime import UTC

from opsloom.adapter_api.dialects.labels import first_of
from opsloom.model.alerts import Alert, AlertStatus, Severity
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.prometheus import wire
from opsloom_adapters.prometheus.conditions import condition_of
from opsloom_adapters.prometheus.config import PrometheusConfig
from opsloom_adapters.prometheus.fingerprint import fingerprint_of
from opsloom_adapters.prometheus.links import alerts_link

STATUS_OF_STATE = {
    "firing": AlertStatus.FIRING,
    "pending": AlertStatus.PENDING,
    "inactive": AlertStatus.RESOLVED,
}


def alert_of(heard: wire.ActiveAlert, rule: wire.Rule, config: PrometheusConfig, instance: str) -> Alert:
    """``starts_at`` is when the rule's condition became true: the start of pending, not of firing."""
    labels = heard.labels
    name = labels.get("alertname") or rule.name
    severity_raw = labels.get(config.severity_label, "")
    fingerprint = fingerprint_of(labels)
    condition = condition_of(rule.query)
    return Alert(
        ref=Ref(RefKind.ALERT, instance, fingerprint),
        link=alerts_link(config.web_url or config.base_url, name),
        name=name,
        status=STATUS_OF_STATE.get(heard.state, AlertStatus.UNKNOWN),
        status_raw=heard.state,
        severity=Severity.from_word(severity_raw),
        severity_raw=severity_raw,
        service=first_of(config.service_labels, labels),
        team=labels.get(config.team_label) or None,
        summary=heard.annotations.get("summary") or heard.annotations.get("description") or "",
        starts_at=heard.active_at.astimezone(UTC),
        fingerprint=fingerprint,
        labels=labels,
        annotations=heard.annotations,
        attributes={"expression": rule.query} if rule.query else {},
        signal=condition.signal,
        metric=condition.metric,
        threshold=condition.threshold,
        observed=_finite(heard.value),
        expression=rule.query,
    )


def _finite(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
