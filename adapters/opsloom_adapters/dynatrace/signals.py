"""What Dynatrace's own metrics of services say about a service.

Source: https://docs.dynatrace.com/docs/shortlink/built-in-metrics
"""

import re
from dataclasses import dataclass

from opsloom.model.metrics import Aggregate, MetricKind

SERVICE_METRICS = "builtin:service.*"


@dataclass(frozen=True)
class Signal:
    """One metric that tells how a service is, best read as ``aggregate``; ``unit`` is that of its values."""

    metric: str
    aggregate: Aggregate
    kind: MetricKind
    unit: str


SIGNALS = (
    Signal("builtin:service.response.time", Aggregate.AVG, MetricKind.LATENCY, "MicroSecond"),
    Signal("builtin:service.errors.total.rate", Aggregate.AVG, MetricKind.ERRORS, "Percent"),
    Signal("builtin:service.requestCount.total", Aggregate.RATE, MetricKind.TRAFFIC, "Count"),
)
_KINDS = (
    (re.compile(r"\.successes\.|\.successCount|availability"), MetricKind.SUCCESS),
    (re.compile(r"\.errors\.|failureRate|failure_count|failedRequests"), MetricKind.ERRORS),
    (re.compile(r"response\.(time|server|client|group)|responseTime|response_time|\.duration"), MetricKind.LATENCY),
    (re.compile(r"\.(cpu|mem|disk|fs)\.(\w+\.)?(usage|usedPct|load)|\.saturation"), MetricKind.SATURATION),
    (re.compile(r"requestCount|request\.count|\.throughput"), MetricKind.TRAFFIC),
)


def kind_of(metric: str) -> MetricKind | None:
    """What a metric says, where its key tells."""
    return next((kind for pattern, kind in _KINDS if pattern.search(metric)), None)
