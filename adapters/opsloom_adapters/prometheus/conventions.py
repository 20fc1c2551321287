"""What a metric's name tells about it, where the naming conventions leave no doubt.

Sources: https://prometheus.io/docs/practices/naming/,
https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
"""

import re
from collections.abc import Mapping

from opsloom.model.metrics import MetricKind
from opsloom_adapters.prometheus.failures import says_failed

TIME_UNITS = frozenset(("seconds", "milliseconds"))
DURATION_WORDS = frozenset(("duration", "latency"))
WORK_WORDS = frozenset(("requests", "queries", "messages", "calls", "responses", "handled"))
ERROR_WORDS = frozenset(
    ("error", "errors", "failure", "failures", "failed", "exception", "exceptions", "panics", "timeouts")
)
CPU_SECONDS = ("container_cpu_usage_seconds_total", "process_cpu_seconds_total")
MEMORY_BYTES = ("container_memory_working_set_bytes", "process_resident_memory_bytes")
SUCCESSES = ("up", "probe_success")

_UNITS = TIME_UNITS | {"bytes", "bits", "ratio", "percent", "celsius", "volts", "joules"}
_UNIT_OF_NAME = {"traces_spanmetrics_latency": "seconds"}  # Tempo, which leaves it out
_FULLNESS_WORDS = frozenset(("utilization", "utilisation", "saturation"))
_WAITING_WORDS = frozenset(("lag", "backlog", "pending"))
_QUEUE_WORDS = frozenset(("depth", "length", "size", "messages", "ready"))
_BOUND_WORDS = frozenset(("max", "limit", "capacity", "bytes"))
_HISTOGRAM_PARTS = ("_bucket", "_sum", "_count")
_NO_LABELS: Mapping[str, str] = {}


def family_of(name: str) -> str:
    """The name under which metadata of a histogram's or summary's part is kept, else the name itself."""
    return next((name.removesuffix(part) for part in _HISTOGRAM_PARTS if name.endswith(part)), name)


def words_of(name: str) -> frozenset[str]:
    """The words of a name, in lower case."""
    return frozenset(re.split("[_:]", name.lower()))


def unit_of(name: str) -> str:
    """The unit at the end of the name (``_seconds``, ``_bytes_total``), else ``""``."""
    if name.endswith(("_count", "_bucket")):
        return ""
    last = name.removesuffix("_total").removesuffix("_sum").rpartition("_")[2]
    return last if last in _UNITS else _UNIT_OF_NAME.get(name, "")


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
    if name.endswith(("_total", *_HISTOGRAM_PARTS)) or words & _BOUND_WORDS:
        return False
    return bool(words & _WAITING_WORDS or ("queue" in words and words & _QUEUE_WORDS))


def _kind_of_work(name: str, words: frozenset[str], labels: Mapping[str, str]) -> MetricKind | None:
    """Of requests and the like: how many, how many of them failed, how long they took."""
    timed = bool(words & DURATION_WORDS)
    if timed and not name.endswith(_HISTOGRAM_PARTS):
        return MetricKind.LATENCY if unit_of(name) in TIME_UNITS else None
    if name.endswith("_count") if timed else words & WORK_WORDS and name.endswith("_total"):
        return MetricKind.ERRORS if says_failed(labels) else MetricKind.TRAFFIC
    return None
