"""Reads ``alerts.jsonl`` as it stood at the clock, and what became of the alerts since."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

from opsloom.adapter_api.call import Call
from opsloom.model.alerts import Alert, AlertQuery, AlertStatus
from opsloom.model.page import Page
from opsloom_adapters.recording.alert_changes import changed
from opsloom_adapters.recording.mapping import alert_of, alert_status_of
from opsloom_adapters.recording.parse import Line, compact
from opsloom_adapters.recording.question import Question, ask, filters_of, newest_first
from opsloom_adapters.recording.recording import Recording
from opsloom_adapters.recording.turns import turns_of
from opsloom_adapters.recording.wire import AlertLine


async def search_alerts(recording: Recording, query: AlertQuery, call: Call) -> Page[Alert]:
    """Alerts that were active in the window, newest first."""
    question = await ask(recording, call, filters_of(query), query.window)
    alerts = await alerts_now(recording, question)
    found = newest_first((line for line in alerts if query.matches(line.record)), lambda alert: alert.starts_at)
    return question.page_of(found, recording.alerts, kind="alerts", limit=query.limit)


async def get_alert(recording: Recording, native_id: str, call: Call) -> Alert:
    """The alert with this id."""
    question = await ask(recording, call, (("id", native_id),))
    return question.record_of(await alerts_now(recording, question), recording.alerts, native_id)


async def alerts_now(recording: Recording, question: Question) -> list[Line[Alert]]:
    """The alerts until the clock, each as the world has it."""
    recorded = _recorded(await recording.alerts.read(question.call), question)
    turns = await turns_of(recording, question)
    return [changed(line, question, turns) for line in recorded]


def _recorded(lines: Sequence[Line[AlertLine]], question: Question) -> Iterator[Line[Alert]]:
    for line in lines:
        if line.record.starts_at <= question.recorded_until:
            seen = _as_of(line, question.recorded_until)
            yield Line(seen.raw, alert_of(seen.record, question.call.instance, question.links))


def _as_of(line: Line[AlertLine], present: datetime) -> Line[AlertLine]:
    """The line without what was written into it after ``present``: its end, above all."""
    ahead = {
        name
        for name in ("ends_at", "updated_at")
        if (moment := getattr(line.record, name)) is not None and moment > present
    }
    if not ahead:
        return line
    fields = {name: value for name, value in json.loads(line.raw).items() if name not in ahead}
    if "ends_at" in ahead and alert_status_of(line.record.status) is AlertStatus.RESOLVED:
        fields["status"] = AlertStatus.FIRING
    raw = compact(fields)
    return Line(raw, AlertLine.model_validate_json(raw))
