"""The entries of a Loki data source as ours."""

from collections.abc import Mapping

from opsloom.model.logs import LogEntry, LogSeverity
from opsloom_adapters.grafana.config import GrafanaConfig
from opsloom_adapters.grafana.times import moment_of_nanoseconds

# Loki's own words for what it detects, and those that Grafana reads in any level label:
# https://grafana.com/docs/grafana/latest/explore/logs-integration/#log-level
_WORDS_OF_SEVERITY = {
    LogSeverity.FATAL: "fatal critical crit emerg alert",
    LogSeverity.ERROR: "error err eror",
    LogSeverity.WARN: "warn warning",
    LogSeverity.INFO: "info information informational notice",
    LogSeverity.DEBUG: "debug dbug",
    LogSeverity.TRACE: "trace",
}
SEVERITY_OF_WORD = {word: severity for severity, words in _WORDS_OF_SEVERITY.items() for word in words.split()}


def severity_of(word: str) -> LogSeverity:
    """What a level label says, in any case of letters; any other word is unknown."""
    return SEVERITY_OF_WORD.get(word.lower(), LogSeverity.UNKNOWN)


def entry_of(labels: Mapping[str, str], nanoseconds: int, line: str, config: GrafanaConfig) -> LogEntry:
    """``attributes`` are all labels and structured metadata that have no place of their own."""
    service_label = next((name for name in config.log_service_labels if labels.get(name)), "")
    placed = {service_label, config.log_level_label, config.log_trace_id_label}
    level = labels.get(config.log_level_label, "")
    return LogEntry(
        at=moment_of_nanoseconds(nanoseconds),
        service=labels.get(service_label),
        severity=severity_of(level),
        severity_raw=level,
        message=line,
        trace_id=labels.get(config.log_trace_id_label) or None,
        cursor=str(nanoseconds),
        attributes={name: value for name, value in labels.items() if name not in placed and value},
    )
