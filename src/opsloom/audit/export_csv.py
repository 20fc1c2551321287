"""The log as CSV (RFC 4180): one line a record, for spreadsheets. The last column holds the whole record."""

import csv
import io
import json
import re
from collections.abc import Mapping
from typing import Any

from opsloom.audit.canonical import canonical_json
from opsloom.audit.export_lines import LineFormat
from opsloom.model.limits import AUDIT_CSV_CELL_MAX_CHARS

_FIELDS = (
    "seq", "time", "kind", "call", "investigation", "target", "status", "action", "code", "tool", "from", "to",
    "person", "verdict", "channel", "assurance", "seconds", "counted", "self_approved", "break_glass", "demo",
)  # fmt: skip
COLUMNS = (*_FIELDS, "user", "host", "client", "evidence", "record")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
# A spreadsheet takes a cell that begins so for a formula (OWASP, "CSV Injection").
_FORMULA_STARTS = ("=", "+", "-", "@")


def _line(text: str) -> str:
    record: Mapping[str, Any] = json.loads(text)
    actor = record.get("actor") or {}
    cells = [record.get(name) for name in _FIELDS]
    cells += [actor.get("user"), actor.get("host"), (actor.get("client") or {}).get("name")]
    cells.append(" ".join(map(str, record.get("evidence") or ())))
    return _joined([*map(_cell, cells), text])


def _text(line: str) -> str:
    csv.field_size_limit(AUDIT_CSV_CELL_MAX_CHARS)
    try:
        [[*_, text]] = csv.reader([line], strict=True)
    except csv.Error as error:
        raise ValueError(str(error)) from None
    return text


def _cell(value: Any) -> str:
    if value is None:
        return ""
    shown = value if isinstance(value, str) else canonical_json(value)
    shown = _CONTROLS.sub(" ", shown)
    return f"'{shown}" if shown.startswith(_FORMULA_STARTS) else shown


def _joined(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()


CSV = LineFormat("opsloom-audit-export-csv/1", _line, _text, header=_joined(list(COLUMNS)), end="\r\n")
