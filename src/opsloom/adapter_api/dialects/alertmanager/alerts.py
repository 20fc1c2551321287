"""Alertmanager's alerts as ours, and a page of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.alertmanager import wire
from opsloom.adapter_api.dialects.alertmanager.matchers import equals
from opsloom.adapter_api.dialects.labels import first_of
from opsloom.model.alerts import Alert, AlertQuery, AlertStatus, Severity
from opsloom.model.limits import PRESENT_TOLERANCE_SECONDS, PROVIDER_ROWS_MAX
from opsloom.model.page import Page
from opsloom.model.refs import Ref

STATUS_OF_STATE = {
    "active": AlertStatus.FIRING,
    "suppressed": AlertStatus.SUPPRESSED,
    "unprocessed": AlertStatus.PENDING,
}


class AlertLabels(Protocol):
    """Which labels say what; the first of ``service_labels`` that an alert has names its service."""

    @property
    def service_labels(self) -> Sequence[str]: ...

    @property
    def severity_label(self) -> str: ...

    @property
    def team_label(self) -> str: ...


def alert_of(
    heard: wire.GettableAlert, naming: AlertLabels, now: datetime, *, ref: Ref, link: str, attributes: Mapping[str, str]
) -> Alert:
    """``ends_at`` is set only once it lies in the past: until then Alertmanager's ``endsAt`` is no end, it is
    when the alert would time out if nobody sent it again, and it moves with every repetition.
    """
    labels = heard.labels
    ends_at = heard.ends_at if heard.ends_at and heard.starts_at < heard.ends_at <= now else None
    status = STATUS_OF_STATE.get(heard.status.state, AlertStatus.UNKNOWN)
    severity_raw = labels.get(naming.severity_label, "")
    return Alert(
        ref=ref,
        link=link,
        name=labels.get("alertname", ""),
        status=AlertStatus.RESOLVED if ends_at else status,
        status_raw=heard.status.state,
        severity=Severity.from_word(severity_raw),
        severity_raw=severity_raw,
        service=first_of(naming.service_labels, labels),
        team=labels.get(naming.team_label) or None,
        summary=first_of(("summary", "description", "message"), heard.annotations) or "",
        starts_at=heard.starts_at.astimezone(UTC),
        ends_at=ends_at.astimezone(UTC) if ends_at else None,
        updated_at=heard.updated_at.astimezone(UTC) if heard.updated_at else None,
        fingerprint=heard.fingerprint,
        labels=labels,
        annotations=heard.annotations,
        attributes={name: value for name, value in attributes.items() if value},
    )


def notification_of(heard: wire.GettableAlert) -> dict[str, str]:
    """Attributes: why nobody is told, and who would be."""
    return {
        "silenced_by": ", ".join(heard.status.silenced_by),
        "inhibited_by": ", ".join(heard.status.inhibited_by),
        "muted_by": ", ".join(heard.status.muted_by),
        "receivers": ", ".join(receiver.name for receiver in heard.receivers),
    }


def filters_of(query: AlertQuery, naming: AlertLabels) -> list[str]:
    """What Alertmanager can filter. It knows no "or": with several service labels we filter ourselves."""
    filters = []
    if query.service is not None and len(naming.service_labels) == 1:
        filters.append(equals(naming.service_labels[0], query.service))
    if query.team is not None:
        filters.append(equals(naming.team_label, query.team))
    return filters


def asks_for_the_past(query: AlertQuery, call: Call) -> bool:
    """Whether ``query`` wants what a list of current alerts cannot tell."""
    ends_before_now = query.window.end < call.now - timedelta(seconds=PRESENT_TOLERANCE_SECONDS)
    return ends_before_now or AlertStatus.RESOLVED in query.statuses


def page_of(
    alerts: Iterable[Alert], query: AlertQuery, *, filters: Sequence[str], link: str, notes: Sequence[str]
) -> Page[Alert]:
    """Those of ``alerts`` that match, worst first; suppressed ones are among them, and a note counts them."""
    matching = sorted((alert for alert in alerts if query.matches(alert)), key=_worst_then_newest)
    rows = tuple(matching[: min(query.limit, PROVIDER_ROWS_MAX)])
    suppressed = sum(alert.status is AlertStatus.SUPPRESSED for alert in rows)
    hidden = f"{suppressed} of these alerts are silenced or inhibited: nobody is notified of them"
    return Page(
        rows=rows,
        total=len(matching),
        complete=len(rows) == len(matching),
        query="alerts " + ("{" + ", ".join(filters) + "}" if filters else "of any labels"),
        link=link,
        notes=(*notes, *([hidden] if suppressed else ())),
    )


def _worst_then_newest(alert: Alert) -> tuple[int, float]:
    return alert.severity.rank, -alert.starts_at.timestamp()
