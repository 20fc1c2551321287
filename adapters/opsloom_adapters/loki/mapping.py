"""Loki's entries as ours."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from opsloom.model.logs import LogEntry, LogSeverity
from opsloom_adapters.loki.config import LokiConfig

# Loki's own words for what it detects, and those that Grafana reads in any level label:
# https://grafana.com/docs/grafana/latest/explore/logs-integration/#log-level
_WORDS_OF_SEVERITY = {
    LogSeverity.FATAL: "fatal critical crit emerg emergency alert panic",
    LogSeverity.ERROR: "error err eror",
    LogSeverity.WARN: "warn warning wrn",
    LogSeverity.INFO: "info information informational notice inf",
    LogSeverity.DEBUG: "debug dbug dbg",
    LogSeverity.TRACE: "trace trc",
}
SEVERITY_OF_WORD = {word: severity for severity, words in _WORDS_OF_SEVERITY.items() for word in words.split()}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def severity_of(word: str) -> LogSeverity:
    """What a level label says, in any case of letters; any other word is unknown."""
    return SEVERITY_OF_WORD.get(word.lower(), LogSeverity.UNKNOWN)


def entry_of(labels: Mapping[str, str], nanoseconds: int, line: str, config: LokiConfig) -> LogEntry:
    """``attributes`` are all labels and structured metadata that have no place of their own."""
    level_label = _first_of(config.level_labels, labels)
    service_label = _first_of(config.service_labels, labels)
    placed = {level_label, service_label, config.trace_id_label}
    level = labels.get(level_label, "")
    return LogEntry(
        at=_EPOCH + timedelta(microseconds=nanoseconds // 1_000),
        service=labels.get(service_label),
        severity=severity_of(level),
        severity_raw=level,
        message=line,
        trace_id=labels.get(config.trace_id_label) or None,
        cursor=str(nanoseconds),
        attributes={name: value for name, value in labels.items() if name not in placed and value},
    )


def nanoseconds_of(moment: datetime) -> int:
    """Since the epoch, exactly: a float would round."""
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1_000


def _first_of(names: tuple[str, ...], labels: Mapping[str, str]) -> str:
    """The name of the first label that is there and not empty, else ``""``."""
    return next((name for name in names if labels.get(name)), "")
