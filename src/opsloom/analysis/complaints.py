"""What the services began to complain about when it started."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from opsloom.analysis.scene import Cited
from opsloom.model.logs import LogEntry, LogSeverity

_VARIABLE = re.compile(r"0x[0-9a-fA-F]+|[0-9a-fA-F]{8,}|\d+")


@dataclass(frozen=True)
class Complaint:
    """A kind of log line; ``text`` is the first of its wordings, ``count`` how often it came."""

    text: str
    service: str | None
    count: int
    evidence: tuple[str, ...]


def complaints_of(logs: Iterable[Cited[LogEntry]], onset: datetime, now: datetime) -> tuple[Complaint, ...]:
    """Warnings and worse that are more frequent from ``onset`` to ``now`` than before, the most frequent first.

    A kind is a message without its numbers. What was there before as often is background: every system has errors that
    nobody minds.
    """
    before: dict[tuple[str | None, str], int] = {}
    after: dict[tuple[str | None, str], list[Cited[LogEntry]]] = {}
    for cited in logs:
        entry = cited.value
        if entry.severity.rank < LogSeverity.WARN.rank or entry.at > now:
            continue
        kind = (entry.service, _VARIABLE.sub("#", entry.message))
        if entry.at < onset:
            before[kind] = before.get(kind, 0) + 1
        else:
            after.setdefault(kind, []).append(cited)
    found = [
        Complaint(min(one.value.message for one in several), kind[0], len(several), several[0].evidence)
        for kind, several in after.items()
        if len(several) > before.get(kind, 0)
    ]
    return tuple(sorted(found, key=lambda one: (-one.count, one.text)))
