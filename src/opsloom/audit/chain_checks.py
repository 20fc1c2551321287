"""What must hold along a chain: what must hold of every log, one digest, and a plan that is stored as it was logged."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from opsloom.audit.question import offences_of
from opsloom.audit.questions import QUESTIONS
from opsloom.store.port import Reader

LoggedRecord = Mapping[str, Any]


def problems_of(reader: Reader, planned: LoggedRecord, records: Sequence[LoggedRecord], now: datetime) -> list[str]:
    """What does not hold, as sentences."""
    return [
        *(
            f"record {record['seq']} carries another digest than the plan"
            for record in records
            if record.get("digest") != planned["digest"]
        ),
        *(
            f"record {one.seq}: {one.what}"
            for question in QUESTIONS
            if question.must_be_none
            for one in offences_of(reader, question, now)
            if one.about == planned["code"]
        ),
        *_problems_of_storage(reader, planned, records),
    ]


def _problems_of_storage(reader: Reader, planned: LoggedRecord, records: Sequence[LoggedRecord]) -> list[str]:
    """Where the table of actions says something else than the log."""
    rows = list(reader.execute("SELECT record, state FROM action WHERE id = ?", (planned["action"],)))
    if not rows:
        return ["its plan is not stored any more"]
    text, state = map(str, rows[0])
    last = next((record["to"] for record in reversed(records) if "to" in record), "")
    problems = []
    if sha256(text.encode()).hexdigest() != planned["digest"]:
        problems.append("its stored plan does not have the digest that was logged")
    if state != last:
        problems.append(f"it is stored as {state}, and the log ends with {last}")
    return problems
