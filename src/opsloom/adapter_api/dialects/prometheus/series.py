"""The series of an answer of Prometheus as ours."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from opsloom.adapter_api.dialects.labels import first_of
from opsloom.adapter_api.dialects.prometheus import wire
from opsloom.adapter_api.dialects.prometheus.metric_names import unit_of
from opsloom.adapter_api.dialects.prometheus.promql import QUANTILES
from opsloom.model.errors import InvalidRequestError
from opsloom.model.metrics import Aggregate, MetricKind, MetricQuery, Series
from opsloom.model.window import Window

KindOf = Callable[[str, Mapping[str, str]], MetricKind | None]
"""What a metric of that name, with these labels, says about a service."""


@dataclass(frozen=True, slots=True)
class SeriesReader:
    """Turns the result of one expression into series; ``rated``: it gives rates of the metric that is asked for."""

    query: MetricQuery
    service_labels: Sequence[str]
    kind_of: KindOf
    rated: bool = False

    def read(self, data: wire.AnyData) -> tuple[list[Series], list[str]]:
        """The series that have a point in the window, and notes on what had to be left out.

        :raises InvalidRequestError: the query gives a text, not series.
        """
        if isinstance(data, wire.StringData):
            raise InvalidRequestError("promql must give numbers, this one gives a text")
        if isinstance(data, wire.ScalarData):
            return self._read_all((wire.HeardSeries(value=data.result),))
        return self._read_all(data.result)

    def _read_all(self, result: Iterable[wire.HeardSeries]) -> tuple[list[Series], list[str]]:
        series, without_value, native = [], 0, 0
        for heard in result:
            native += bool(heard.histograms or heard.histogram)
            samples = heard.values if heard.value is None else (*heard.values, heard.value)
            points = _points(samples, self.query.window)
            without_value += bool(samples) and not points
            if points:
                series.append(self._series(dict(heard.metric), points))
        notes = []
        if without_value:
            notes.append(f"series without any finite value in the window, left out: {without_value}")
        if native:
            notes.append(
                f"series of native histograms, left out: {native}; "
                "ask with promql and histogram_quantile(), histogram_count() or histogram_sum()"
            )
        return series, notes

    def _series(self, labels: dict[str, str], points: tuple[tuple[float, float], ...]) -> Series:
        named = labels.pop("__name__", None) or self.query.metric
        return Series(
            metric=named or self.query.promql or "",
            service=self.query.service or first_of(self.service_labels, labels),
            kind=self.kind_of(_measured(named, self.query.aggregate), labels) if named else None,
            unit=self._unit(named) if named else "",
            labels=labels,
            points=points,
        )

    def _unit(self, name: str) -> str:
        unit = unit_of(_measured(name, self.query.aggregate))
        return f"{unit or '1'}/s" if self.rated else unit


def _measured(name: str, aggregate: Aggregate | None) -> str:
    """A quantile over buckets is in the unit of what was observed, not a number of observations."""
    return name.removesuffix("_bucket") if aggregate in QUANTILES else name


def _points(samples: Iterable[wire.Sample], window: Window) -> tuple[tuple[float, float], ...]:
    """Prometheus includes the end of a range, VictoriaMetrics may align both ends outward."""
    start, end = window.start.timestamp(), window.end.timestamp()
    return tuple((at, value) for at, value in samples if start <= at < end and math.isfinite(value))
