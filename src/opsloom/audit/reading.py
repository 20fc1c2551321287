"""Looking things up in the log. Who looks is the caller's to log."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import partial
from typing import Any

from opsloom.audit.record import time_text
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import AUDIT_LIST_DEFAULT, AUDIT_LIST_MAX
from opsloom.store.port import Reader, Store, Value

LoggedRecord = Mapping[str, Any]

# A record that was spilled happened when it was spilled, not when it came back.
_HAPPENED = "coalesce(record ->> '$.spilled.at', record ->> '$.time')"


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Which records: those for which all that is given holds. ``since`` is included, ``until`` is not.

    ``investigation`` and ``target`` also find the end of a call by what its beginning says; ``user`` is the
    actor's. ``action`` is the id of an action, or its code without a hyphen.
    """

    since: datetime | None = None
    until: datetime | None = None
    kind: str | None = None
    call: str | None = None
    target: str | None = None
    investigation: str | None = None
    user: str | None = None
    action: str | None = None


_CONDITIONS = {
    "since": f"{_HAPPENED} >= ?",
    "until": f"{_HAPPENED} < ?",
    "kind": "record ->> '$.kind' = ?",
    "call": "call = ?",
    "target": "EXISTS (SELECT 1 FROM audit_record AS other WHERE other.call = audit_record.call"
    " AND other.record ->> '$.target' = ?)",
    "investigation": "record ->> '$.investigation' = ?"
    " OR EXISTS (SELECT 1 FROM audit_record AS other WHERE other.call = audit_record.call"
    " AND other.record ->> '$.investigation' = ?)",
    "user": "record ->> '$.actor.user' = ?",
    "action": "? IN (record ->> '$.action', record ->> '$.code')",
}


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Records, the newest first. ``next`` is the ``before`` of the next page, None on the last."""

    records: list[LoggedRecord]
    next: int | None


def list_records(
    store: Store,
    wanted: RecordFilter | None = None,
    *,
    limit: int = AUDIT_LIST_DEFAULT,
    before: int | None = None,
) -> RecordPage:
    """A page of the records that ``wanted`` describes.

    Raises InvalidRequestError unless 0 < ``limit`` <= ``limits.AUDIT_LIST_MAX``.
    """
    if not 0 < limit <= AUDIT_LIST_MAX:
        raise InvalidRequestError(f"limit is {limit}; it must be between 1 and {AUDIT_LIST_MAX}.")
    return store.read_sync(partial(_list, wanted=wanted or RecordFilter(), limit=limit, before=before))


def get_records(store: Store, key: int | str) -> list[LoggedRecord]:
    """The record with the ``seq`` ``key``, or all records of the call ``key``, in their order."""
    if isinstance(key, int):
        sql = "SELECT record FROM audit_record WHERE stream = (SELECT min(number) FROM audit_stream) AND seq = ?"
    else:
        sql = "SELECT record FROM audit_record WHERE call = ? ORDER BY seq"

    def question(reader: Reader) -> list[LoggedRecord]:
        return [json.loads(text) for (text,) in reader.execute(sql, (key,))]

    return store.read_sync(question)


def _list(reader: Reader, wanted: RecordFilter, limit: int, before: int | None) -> RecordPage:
    conditions, bindings = ["1"], list[Value]()
    for name in (field.name for field in fields(RecordFilter)):
        value = getattr(wanted, name)
        if value is not None:
            conditions.append(f"({_CONDITIONS[name].replace('?', f'?{len(bindings) + 1}')})")
            bindings.append(time_text(value) if isinstance(value, datetime) else str(value))
    if before is not None:
        conditions.append(f"seq < ?{len(bindings) + 1}")
        bindings.append(before)
    sql = (
        f"SELECT seq, record FROM audit_record WHERE {' AND '.join(conditions)} "  # noqa: S608  our words; values are bound
        f"ORDER BY stream DESC, seq DESC LIMIT ?{len(bindings) + 1}"
    )
    rows = list(reader.execute(sql, (*bindings, limit + 1)))
    page = rows[:limit]
    return RecordPage([json.loads(text) for _, text in page], page[-1][0] if len(rows) > limit else None)
