"""What a metric's name says about a service; less than the adapter ``prometheus`` reads from it.

Source: https://prometheus.io/docs/practices/naming/
"""

from collections.abc import Mapping

from opsloom.adapter_api.dialects.prometheus.metric_names import (
    DURATION_WORDS,
    ERROR_WORDS,
    HISTOGRAM_PARTS,
    MEMORY_BYTES,
    SUCCESSES,
    TIME_UNITS,
    WORK_WORDS,
    unit_of,
    words_of,
)
from opsloom.model.metrics import MetricKind

_FULLNESS_WORDS = frozenset(("utilization", "utilisation", "saturation", "lag", "backlog", "pending"))


def kind_of(name: str, _labels: Mapping[str, str] | None = None) -> MetricKind | None:
    """What the metric says about a service, ``None`` in every case of doubt; its labels are not looked at."""
    words = words_of(name)
    if "timestamp" in words or name.endswith("_created"):
        return None
    if name in SUCCESSES:
        return MetricKind.SUCCESS
    if words & ERROR_WORDS:
        return MetricKind.ERRORS
    if name in MEMORY_BYTES or (words & _FULLNESS_WORDS and not name.endswith(("_total", *HISTOGRAM_PARTS))):
        return MetricKind.SATURATION
    if name.endswith("_info"):
        return MetricKind.CONFIG
    if words & DURATION_WORDS and not name.endswith(HISTOGRAM_PARTS):
        return MetricKind.LATENCY if unit_of(name) in TIME_UNITS else None
    counted = name.endswith("_count") if words & DURATION_WORDS else words & WORK_WORDS and name.endswith("_total")
    return MetricKind.TRAFFIC if counted else None
