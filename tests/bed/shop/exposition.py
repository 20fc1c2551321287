"""Counters and a histogram, written in the Prometheus text format.

Source: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from collections.abc import Mapping
from itertools import accumulate
from threading import Lock

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Counter:
    """Counts by label values; never goes down while its process lives."""

    def __init__(self, name: str, help_text: str, labels: tuple[str, ...]) -> None:
        self._name, self._help, self._labels = name, help_text, labels
        self._counts: dict[tuple[str, ...], int] = {}
        self._lock = Lock()

    def add(self, *values: str) -> None:
        """Count one."""
        with self._lock:
            self._counts[values] = self._counts.get(values, 0) + 1

    def render(self) -> str:
        """Its lines."""
        with self._lock:
            counts = dict(self._counts)
        lines = [
            f"{self._name}{_labels(dict(zip(self._labels, values, strict=True)))} {count}\n"
            for values, count in sorted(counts.items())
        ]
        return _head(self._name, self._help, "counter") + "".join(lines)


class Histogram:
    """Durations in seconds, without labels of its own."""

    def __init__(self, name: str, help_text: str) -> None:
        self._name, self._help = name, help_text
        self._buckets = [0] * (len(BUCKETS_SECONDS) + 1)
        self._sum = 0.0
        self._lock = Lock()

    def observe(self, seconds: float) -> None:
        """Record one duration."""
        bucket = sum(seconds > bound for bound in BUCKETS_SECONDS)
        with self._lock:
            self._buckets[bucket] += 1
            self._sum += seconds

    def render(self) -> str:
        """Its lines."""
        with self._lock:
            counts, total = tuple(accumulate(self._buckets)), self._sum
        bounds = (*map(str, BUCKETS_SECONDS), "+Inf")
        lines = [
            f"{self._name}_bucket{_labels({'le': bound})} {count}\n"
            for bound, count in zip(bounds, counts, strict=True)
        ]
        ends = f"{self._name}_sum {total}\n{self._name}_count {counts[-1]}\n"
        return _head(self._name, self._help, "histogram") + "".join(lines) + ends


def gauge(name: str, help_text: str, value: float, labels: Mapping[str, str] | None = None) -> str:
    """The lines of one gauge."""
    return _head(name, help_text, "gauge") + f"{name}{_labels(labels or {})} {value}\n"


def _head(name: str, help_text: str, kind: str) -> str:
    return f"# HELP {name} {help_text}\n# TYPE {name} {kind}\n"


def _labels(labels: Mapping[str, str]) -> str:
    return "{" + ",".join(f'{name}="{value}"' for name, value in labels.items()) + "}" if labels else ""
