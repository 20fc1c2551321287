"""What a metric's name tells about it, where the naming conventions leave no doubt.

Source: https://prometheus.io/docs/practices/naming/
"""

import re
from collections.abc import Mapping

from opsloom.model.metrics import MetricKind

_UNITS = frozenset(("seconds", "milliseconds", "bytes", "bits", "ratio", "percent", "celsius", "volts", "joules"))
_ERROR_WORDS = frozenset(
    ("error", "errors", "failure", "failures", "failed", "exception", "exceptions", "panics", "timeouts")
)
_DURATION_WORDS = frozenset(("duration", "latency"))
_TRAFFIC_WORDS = frozenset(("requests", "queries", "messages"))
_FULLNESS_WORDS = frozenset(("utilization", "utilisation", "saturation"))
_STATUS_LABELS = ("code", "status", "status_code", "http_status_code", "http_response_status_code")
_HISTOGRAM_PARTS = ("_bucket", "_sum", "_count")
_SERVER_ERROR = re.compile(r"5(\d\d|xx)", re.IGNORECASE)
_NO_LABELS: Mapping[str, str] = {}


def family_of(name: str) -> str:
    """The name under which metadata of a histogram's or summary's part is kept, else the name itself."""
    return next((name.removesuffix(part) for part in _HISTOGRAM_PARTS if name.endswith(part)), name)


def unit_of(name: str) -> str:
    """The unit at the end of the name (``_seconds``, ``_bytes_total``), else ``""``."""
    if name.endswith(("_count", "_bucket")):
        return ""
    last = name.removesuffix("_total").removesuffix("_sum").rpartition("_")[2]
    return last if last in _UNITS else ""


def kind_of(name: str, labels: Mapping[str, str] = _NO_LABELS) -> MetricKind | None:
    """What the metric says about a service, ``None`` in every case of doubt."""
    words = frozenset(re.split("[_:]", name.lower()))
    if "timestamp" in words:
        return None
    if name in ("up", "probe_success"):
        return MetricKind.SUCCESS
    if words & _ERROR_WORDS:
        return MetricKind.ERRORS
    if words & _FULLNESS_WORDS:
        return MetricKind.SATURATION
    if name.endswith("_info"):
        return MetricKind.CONFIG
    return _kind_of_work(name, words, labels)


def _kind_of_work(name: str, words: frozenset[str], labels: Mapping[str, str]) -> MetricKind | None:
    """Of requests and the like: how many, how many of them failed, how long they took."""
    timed = bool(words & _DURATION_WORDS)
    if timed and not name.endswith(_HISTOGRAM_PARTS):
        return MetricKind.LATENCY if unit_of(name) in ("seconds", "milliseconds") else None
    if name.endswith("_count") if timed else words & _TRAFFIC_WORDS and name.endswith("_total"):
        failed = any(_SERVER_ERROR.fullmatch(labels.get(label, "")) for label in _STATUS_LABELS)
        return MetricKind.ERRORS if failed else MetricKind.TRAFFIC
    return None
