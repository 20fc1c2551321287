"""What a metric's name and labels say about a service, where the naming conventions leave no doubt.

Sources: https://prometheus.io/docs/practices/naming/,
https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
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
from opsloom_adapters.prometheus.failures import says_failed

CPU_SECONDS = ("container_cpu_usage_seconds_total", "process_cpu_seconds_total")

_FULLNESS_WORDS = frozenset(("utilization", "utilisation", "saturation"))
_WAITING_WORDS = frozenset(("lag", "backlog", "pending"))
_QUEUE_WORDS = frozenset(("depth", "length", "size", "messages", "ready"))
_BOUND_WORDS = frozenset(("max", "limit", "capacity", "bytes"))
_NO_LABELS: Mapping[str, str] = {}


def kind_of(name: str, labels: Mapping[str, str] = _NO_LABELS) -> MetricKind | None:
    """What the metric says about a service, ``None`` in every case of doubt."""
    words = words_of(name)
    if "timestamp" in words or name.endswith("_created"):
        return None
    if name in SUCCESSES:
        return MetricKind.SUCCESS
    if words & ERROR_WORDS:
        return MetricKind.ERRORS
    if _tells_fullness(name, words):
        return MetricKind.SATURATION
    if name.endswith("_info"):
        return MetricKind.CONFIG
    return _kind_of_work(name, words, labels)


def _tells_fullness(name: str, words: frozenset[str]) -> bool:
    """How much of a resource is in use, or how much work waits."""
    if name in CPU_SECONDS or name in MEMORY_BYTES or words & _FULLNESS_WORDS:
        return True
    if name.endswith(("_total", *HISTOGRAM_PARTS)) or words & _BOUND_WORDS:
        return False
    return bool(words & _WAITING_WORDS or ("queue" in words and words & _QUEUE_WORDS))


def _kind_of_work(name: str, words: frozenset[str], labels: Mapping[str, str]) -> MetricKind | None:
    """Of requests and the like: how many, how many of them failed, how long they took."""
    timed = bool(words & DURATION_WORDS)
    if timed and not name.endswith(HISTOGRAM_PARTS):
        return MetricKind.LATENCY if unit_of(name) in TIME_UNITS else None
    if name.endswith("_count") if timed else words & WORK_WORDS and name.endswith("_total"):
        return MetricKind.ERRORS if says_failed(labels) else MetricKind.TRAFFIC
    return None
