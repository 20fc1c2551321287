"""What a metric's name tells about it, where the naming conventions leave no doubt.

Source: https://prometheus.io/docs/practices/naming/
"""

import re

from opsloom.model.metrics import MetricKind

_TIME_UNITS = frozenset(("seconds", "milliseconds"))
_DURATION_WORDS = frozenset(("duration", "latency"))
_WORK_WORDS = frozenset(("requests", "queries", "messages", "calls", "responses", "handled"))
_ERROR_WORDS = frozenset(
    ("error", "errors", "failure", "failures", "failed", "exception", "exceptions", "panics", "timeouts")
)
_FULLNESS_WORDS = frozenset(("utilization", "utilisation", "saturation", "lag", "backlog", "pending"))
_USAGES = frozenset(("container_memory_working_set_bytes", "process_resident_memory_bytes"))
_SUCCESSES = frozenset(("up", "probe_success"))
_UNITS = _TIME_UNITS | {"bytes", "bits", "ratio", "percent", "celsius", "volts", "joules"}
_HISTOGRAM_PARTS = ("_bucket", "_sum", "_count")


def family_of(name: str) -> str:
    """The name under which metadata of a histogram's or summary's part is kept, else the name itself."""
    return next((name.removesuffix(part) for part in _HISTOGRAM_PARTS if name.endswith(part)), name)


def unit_of(name: str) -> str:
    """The unit at the end of the name (``_seconds``, ``_bytes_total``), else ``""``."""
    if name.endswith(("_count", "_bucket")):
        return ""
    last = name.removesuffix("_total").removesuffix("_sum").rpartition("_")[2]
    return last if last in _UNITS else ""


def kind_of(name: str) -> MetricKind | None:
    """What the metric says about a service, ``None`` in every case of doubt."""
    words = frozenset(re.split("[_:]", name.lower()))
    if "timestamp" in words or name.endswith("_created"):
        return None
    if name in _SUCCESSES:
        return MetricKind.SUCCESS
    if words & _ERROR_WORDS:
        return MetricKind.ERRORS
    if name in _USAGES or (words & _FULLNESS_WORDS and not name.endswith(("_total", *_HISTOGRAM_PARTS))):
        return MetricKind.SATURATION
    if name.endswith("_info"):
        return MetricKind.CONFIG
    if words & _DURATION_WORDS and not name.endswith(_HISTOGRAM_PARTS):
        return MetricKind.LATENCY if unit_of(name) in _TIME_UNITS else None
    counted = name.endswith("_count") if words & _DURATION_WORDS else words & _WORK_WORDS and name.endswith("_total")
    return MetricKind.TRAFFIC if counted else None
