"""Loki's entries as ours."""

from collections.abc import Mapping

from opsloom.adapter_api.dialects.labels import first_name
from opsloom.adapter_api.dialects.loki.log_labels import LogLabels
from opsloom.adapter_api.dialects.loki.times import moment_of
from opsloom.model.logs import LogEntry


def entry_of(found: Mapping[str, str], nanoseconds: int, line: str, labels: LogLabels) -> LogEntry:
    """``attributes`` are all labels and structured metadata that have no place of their own."""
    level_label = first_name(labels.levels, found)
    service_label = first_name(labels.services, found)
    placed = {level_label, service_label, labels.trace_id}
    level = found.get(level_label, "")
    return LogEntry(
        at=moment_of(nanoseconds),
        service=found.get(service_label),
        severity=labels.words.severity_of(level),
        severity_raw=level,
        message=line,
        trace_id=found.get(labels.trace_id) or None,
        cursor=str(nanoseconds),
        attributes={name: value for name, value in found.items() if name not in placed and value},
    )
