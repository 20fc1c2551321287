"""What became of a recorded alert: it was acknowledged, it is silenced, or it ended with what caused it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from opsloom.model.alerts import Alert, AlertStatus
from opsloom.model.changes import AcknowledgeAlert, ExpireSilence, SilenceAlerts, UnacknowledgeAlert
from opsloom.model.window import format_time
from opsloom_adapters.recording.matching import labels_of, matches
from opsloom_adapters.recording.parse import Line, compact
from opsloom_adapters.recording.question import Question
from opsloom_adapters.recording.turns import Turn, state_at
from opsloom_adapters.recording.world import Deed

_ALERT_DELAY = timedelta(seconds=60)  # an alert looks back before it believes that something turned


def changed(line: Line[Alert], question: Question, turns: Sequence[Turn]) -> Line[Alert]:
    """``line`` as the world has it; the same line where the world did nothing to it."""
    alert = line.record
    if alert.status is AlertStatus.RESOLVED:
        return line
    turn = state_at(turns, question.present - _ALERT_DELAY)  # the one that alerts have noticed
    if turn is not None and turn.well_before is not None and turn.at + _ALERT_DELAY >= alert.starts_at:
        return _rewritten(line, AlertStatus.RESOLVED, turn.at + _ALERT_DELAY, {}, ends=True)
    deed = acknowledgement_of(alert, question.deeds)
    if deed is not None:
        acknowledged = isinstance(deed.change, AcknowledgeAlert)
        status = AlertStatus.ACKNOWLEDGED if acknowledged else AlertStatus.FIRING
        by = {"acknowledged_by": deed.order.requester} if acknowledged else {}
        line = _rewritten(line, status, deed.at, by)
    if silences := _silencing(alert, question):
        by = {**line.record.attributes, "silenced_by": ",".join(silence.native_id for silence in silences)}
        line = _rewritten(line, AlertStatus.SUPPRESSED, silences[-1].at, by)
    return line


def acknowledgement_of(alert: Alert, deeds: Iterable[Deed]) -> Deed | None:
    """The last deed that acknowledged the alert, or took that back."""
    native_id = alert.ref.native_id
    return next(
        (
            deed
            for deed in reversed([*deeds])
            if isinstance(deed.change, AcknowledgeAlert | UnacknowledgeAlert) and deed.change.alert == native_id
        ),
        None,
    )


def active_silences(question: Question) -> dict[str, tuple[Deed, SilenceAlerts]]:
    """The silences that hide alerts now, by id, the oldest first."""
    silences: dict[str, tuple[Deed, SilenceAlerts]] = {}
    for deed in question.deeds:
        match deed.change:
            case SilenceAlerts() as change if question.present < silence_ends_at(deed, change):
                silences[deed.native_id] = deed, change
            case ExpireSilence() as change:
                silences.pop(change.silence, None)
    return silences


def silence_ends_at(deed: Deed, change: SilenceAlerts) -> datetime:
    """When it ends by itself."""
    return deed.at + timedelta(seconds=change.duration_seconds)


def _silencing(alert: Alert, question: Question) -> list[Deed]:
    labels = labels_of(alert)
    return [deed for deed, change in active_silences(question).values() if matches(change.matchers, labels)]


def _rewritten(
    line: Line[Alert], status: AlertStatus, at: datetime, attributes: Mapping[str, str], *, ends: bool = False
) -> Line[Alert]:
    alert = line.record.model_copy(
        update={
            "status": status,
            "status_raw": status.value,
            "updated_at": at,
            "ends_at": at if ends else None,
            "attributes": attributes,
        }
    )
    said = {"id": alert.ref.native_id, "status": status, "updated_at": format_time(at), **attributes}
    if ends:
        said["ends_at"] = format_time(at)
    return Line(line.raw, alert, compact(said))
