"""Metrics: what can be measured, and time series."""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field

from opsloom.model.record import Noun
from opsloom.model.window import Window


class MetricKind(StrEnum):
    """What a metric says about a service; it decides which direction is bad.

    Bad upwards: latency, errors, saturation. Bad downwards: success. Either way: traffic. A step: config.
    """

    LATENCY = "latency"
    ERRORS = "errors"
    SATURATION = "saturation"
    SUCCESS = "success"
    TRAFFIC = "traffic"
    CONFIG = "config"


class Aggregate(StrEnum):
    """How several series become one per group; ``rate`` is per second and meant for counters."""

    AVG = "avg"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    RATE = "rate"
    P50 = "p50"
    P90 = "p90"
    P95 = "p95"
    P99 = "p99"


class MetricDescriptor(Noun):
    """A metric that exists. ``kind`` and ``unit`` are given where the provider tells them.

    ``type_raw`` is the provider's own word (counter, gauge, histogram): it decides which
    aggregate makes sense.
    """

    name: str
    service: str | None = None
    kind: MetricKind | None = None
    unit: str = ""
    type_raw: str = ""
    help: str = ""


class Series(Noun):
    """One time series. ``points`` are (unix seconds, value), ascending; a missing value is absent, not 0."""

    metric: str
    service: str | None = None
    kind: MetricKind | None = None
    unit: str = ""
    labels: Mapping[str, str] = Field(default_factory=dict)
    points: tuple[tuple[float, float], ...]


class MetricCatalogQuery(Noun):
    """Which metrics exist; ``text`` is searched in their names."""

    window: Window
    service: str | None = None
    text: str | None = None
    limit: int


class MetricQuery(Noun):
    """Which series: by ``metric`` (with ``service``, ``aggregate``, ``group_by``) or by raw ``promql``.

    By ``service`` alone: its metrics of a known kind, as many as the provider allows for one question.
    ``step_seconds`` is the wanted distance of points; a provider may have a coarser one.
    """

    window: Window
    step_seconds: int
    metric: str | None = None
    service: str | None = None
    promql: str | None = None
    aggregate: Aggregate | None = None
    group_by: tuple[str, ...] = ()
    limit: int
