"""The series of a Prometheus data source as ours."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from opsloom.model.errors import InvalidRequestError
from opsloom.model.metrics import MetricQuery, Series
from opsloom.model.window import Window
from opsloom_adapters.grafana import prometheus_wire as wire
from opsloom_adapters.grafana.config import GrafanaConfig
from opsloom_adapters.grafana.metric_names import kind_of, unit_of
from opsloom_adapters.grafana.promql import QUANTILES


@dataclass(frozen=True, slots=True)
class SeriesReader:
    """Turns the result of one expression into series; ``rated``: it gives rates of the metric that is asked for."""

    query: MetricQuery
    config: GrafanaConfig
    rated: bool = False

    def read(self, data: wire.QueryData) -> tuple[list[Series], list[str]]:
        """The series that have a point in the window, and notes on what had to be left out.

        :raises InvalidRequestError: the expression gives a text, not series.
        """
        if isinstance(data, wire.StringData):
            raise InvalidRequestError("promql must give numbers, this one gives a text")
        if isinstance(data, wire.ScalarData):
            heard: tuple[wire.HeardSeries, ...] = (wire.HeardSeries(value=data.result),)
        else:
            heard = data.result
        read = [(dict(one.metric), _points(one, self.query.window)) for one in heard]
        series = [self._series(labels, points) for labels, points in read if points]
        empty = len(read) - len(series)
        notes = [f"series without any finite value in the window, left out: {empty}"] if empty else []
        return series, notes

    def _series(self, labels: dict[str, str], points: tuple[tuple[float, float], ...]) -> Series:
        named = labels.pop("__name__", None) or self.query.metric
        measured = self._measured(named) if named else ""
        unit = unit_of(measured)
        return Series(
            metric=named or self.query.promql or "",
            service=self.query.service or self._service_in(labels),
            kind=kind_of(measured) if named else None,
            unit=f"{unit or '1'}/s" if self.rated else unit,
            labels=labels,
            points=points,
        )

    def _measured(self, name: str) -> str:
        """A quantile over buckets is in the unit of what was observed, not a number of observations."""
        return name.removesuffix("_bucket") if self.query.aggregate in QUANTILES else name

    def _service_in(self, labels: dict[str, str]) -> str | None:
        return next((labels[name] for name in self.config.service_labels if labels.get(name)), None)


def _points(heard: wire.HeardSeries, window: Window) -> tuple[tuple[float, float], ...]:
    """Prometheus includes the end of a range."""
    start, end = window.start.timestamp(), window.end.timestamp()
    samples: Iterable[wire.Sample] = heard.values if heard.value is None else (*heard.values, heard.value)
    return tuple((at, value) for at, value in samples if start <= at < end and math.isfinite(value))
