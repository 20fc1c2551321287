"""Alertmanager's alerts as ours."""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from opsloom.model.alerts import Alert, AlertStatus, Severity
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.alertmanager import wire
from opsloom_adapters.alertmanager.config import AlertmanagerConfig
from opsloom_adapters.alertmanager.links import alerts_link
from opsloom_adapters.alertmanager.matchers import equals

STATUS_OF_STATE = {
    "active": AlertStatus.FIRING,
    "suppressed": AlertStatus.SUPPRESSED,
    "unprocessed": AlertStatus.PENDING,
}


def alert_of(heard: wire.GettableAlert, config: AlertmanagerConfig, instance: str, now: datetime) -> Alert:
    """``ends_at`` is set only once it lies in the past: until then Alertmanager's ``endsAt`` is no end, it is
    when the alert would time out if nobody sent it again, and it moves with every repetition.
    """
    labels = heard.labels
    ends_at = heard.ends_at if heard.ends_at and heard.starts_at < heard.ends_at <= now else None
    status = STATUS_OF_STATE.get(heard.status.state, AlertStatus.UNKNOWN)
    severity_raw = labels.get(config.severity_label, "")
    matchers = [equals(name, value) for name, value in sorted(labels.items())]
    return Alert(
        ref=Ref(RefKind.ALERT, instance, heard.fingerprint),
        link=alerts_link(config.web_url or config.base_url, matchers),
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
        annotations=heard.annotations,
        attributes=_attributes(heard),
    )


def _summary(annotations: Mapping[str, str]) -> str:
    return annotations.get("summary") or annotations.get("description") or annotations.get("message") or ""


def _attributes(heard: wire.GettableAlert) -> dict[str, str]:
    """Why nobody is told, who would be, and where the alert comes from; only what there is."""
    generator = heard.generator_url or ""
    said = {
        "silenced_by": ", ".join(heard.status.silenced_by),
        "inhibited_by": ", ".join(heard.status.inhibited_by),
        "muted_by": ", ".join(heard.status.muted_by),
        "receivers": ", ".join(receiver.name for receiver in heard.receivers),
        "generator_url": generator if urlsplit(generator).scheme in ("http", "https") else "",
    }
    return {name: value for name, value in said.items() if value}
