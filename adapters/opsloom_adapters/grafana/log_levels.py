"""Which labels of a Loki data source say what, and which words tell how bad an entry is."""

from opsloom.adapter_api.dialects.loki.log_labels import LevelWords, LogLabels
from opsloom.model.logs import LogSeverity
from opsloom_adapters.grafana.config import GrafanaConfig

# Loki's own words for what it detects, and those that Grafana reads in any level label:
# https://grafana.com/docs/grafana/latest/explore/logs-integration/#log-level
LEVEL_WORDS = LevelWords(
    {
        LogSeverity.FATAL: "fatal critical crit emerg alert",
        LogSeverity.ERROR: "error err eror",
        LogSeverity.WARN: "warn warning",
        LogSeverity.INFO: "info information informational notice",
        LogSeverity.DEBUG: "debug dbug",
        LogSeverity.TRACE: "trace",
    }
)


def labels_of(config: GrafanaConfig) -> LogLabels:
    return LogLabels(config.log_service_labels, (config.log_level_label,), config.log_trace_id_label, LEVEL_WORDS)


def level_filter(least: LogSeverity | None, labels: LogLabels) -> str:
    """Entries without a level rank with info, and so must pass where info is wanted."""
    return f" | {labels.levels[0]}{labels.words.fits(least)}" if least is not None and least.rank else ""
