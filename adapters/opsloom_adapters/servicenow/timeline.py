"""What happened to an incident: its work notes and comments, and when it was opened, resolved and closed."""

from collections.abc import Iterator
from datetime import datetime

from opsloom.adapter_api.call import Call
from opsloom.model.errors import PermissionDeniedError
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.timeline import TimelineEntry
from opsloom_adapters.servicenow import encoded_query, wire
from opsloom_adapters.servicenow.client import ServicenowClient
from opsloom_adapters.servicenow.tables import Found, Question, read_table

_JOURNALS = ("comments", "work_notes")
_UNREADABLE = "work notes and comments are not shown: this user may not read table sys_journal_field"


async def timeline_of(client: ServicenowClient, incident: wire.Incident, call: Call) -> tuple[TimelineEntry, ...]:
    """Oldest first. What this user may not read is an entry of its own, so that silence is not taken for quiet."""
    entries = list(_milestones(incident))
    try:
        journal = await _journal(client, incident, call)
    except PermissionDeniedError:
        entries.append(_ours(incident.sys_updated_on, _UNREADABLE))
    else:
        entries += [_entry(row) for row in journal.rows]
        entries += [_ours(incident.sys_updated_on, note) for note in journal.notes]
        if not journal.complete and not journal.notes:
            entries.append(
                _ours(incident.sys_created_on, "older work notes and comments are left out: there are too many")
            )
    return tuple(sorted(entries, key=lambda entry: entry.at))


async def _journal(client: ServicenowClient, incident: wire.Incident, call: Call) -> Found[wire.JournalEntry]:
    of_incident = encoded_query.equals("element_id", incident.sys_id)
    query = encoded_query.all_of(of_incident, encoded_query.one_of("element", _JOURNALS))
    question = Question(wire.JournalEntry, encoded_query.ordered(query, "DESCsys_created_on"))
    return await read_table(
        client, question, call,
        of=lambda row: row,
        wanted=lambda row: row.element_id.value == incident.sys_id and row.element.value in _JOURNALS,
        limit=PROVIDER_ROWS_MAX,
    )  # fmt: skip


def _milestones(incident: wire.Incident) -> Iterator[TimelineEntry]:
    reached = (
        ("opened", incident.opened_at or incident.sys_created_on),
        ("resolved", incident.resolved_at),
        ("closed", incident.closed_at),
    )
    yield from (TimelineEntry(at=at, kind=kind) for kind, at in reached if at is not None)


def _entry(row: wire.JournalEntry) -> TimelineEntry:
    return TimelineEntry(
        at=row.sys_created_on, kind=row.element.value, author=row.sys_created_by.label, text=row.value.label
    )


def _ours(at: datetime, text: str) -> TimelineEntry:
    return TimelineEntry(at=at, kind="note", author="opsloom", text=text)
