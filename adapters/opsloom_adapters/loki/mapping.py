"""Which labels of Loki's entries say what, and which words tell how bad an entry is."""

from opsloom.adapter_api.dialects.loki.log_labels import LevelWords, LogLabels
from opsloom.model.logs import LogSeverity
from opsloom_adapters.loki.config import LokiConfig

# Loki's own words for what it detects, and those that Grafana reads in any level label:
# https://grafana.com/docs/grafana/latest/explore/logs-integration/#log-level
LEVEL_WORDS = LevelWords(
    {
        LogSeverity.FATAL: "fatal critical crit emerg emergency alert panic",
        LogSeverity.ERROR: "error err eror",
        LogSeverity.WARN: "warn warning wrn",
        LogSeverity.INFO: "info information informational notice inf",
        LogSeverity.DEBUG: "debug dbug dbg",
        LogSeverity.TRACE: "trace trc",
    }
)


def labels_of(config: LokiConfig) -> LogLabels:
    return LogLabels(config.service_labels, config.level_labels, config.trace_id_label, LEVEL_WORDS, config.streams)
