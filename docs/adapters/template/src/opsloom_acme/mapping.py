"""Acme's words become ours; a word that we do not know becomes UNKNOWN, with the word kept."""

from opsloom.adapter_api.http_paths import path_segment
from opsloom.model.alerts import Alert, AlertStatus, Severity
from opsloom.model.refs import Ref, RefKind
from opsloom_acme.config import AcmeConfig
from opsloom_acme.wire import WireAlert

STATUS_OF_STATE = {
    "open": AlertStatus.FIRING,
    "acknowledged": AlertStatus.ACKNOWLEDGED,
    "muted": AlertStatus.SUPPRESSED,
    "closed": AlertStatus.RESOLVED,
}


def status_of(state: str) -> AlertStatus:
    """What Acme's ``state`` means."""
    return STATUS_OF_STATE.get(state, AlertStatus.UNKNOWN)


def alert_of(wire: WireAlert, config: AcmeConfig, instance: str) -> Alert:
    """One alert, with a link to where a person sees it."""
    return Alert(
        ref=Ref(RefKind.ALERT, instance, wire.id),
        link=f"{config.site}/alerts/{path_segment(wire.id)}",
        name=wire.title,
        status=status_of(wire.state),
        status_raw=wire.state,
        severity=Severity.from_word(wire.priority),
        severity_raw=wire.priority,
        service=wire.service,
        starts_at=wire.opened_at,
        ends_at=wire.closed_at,
    )
