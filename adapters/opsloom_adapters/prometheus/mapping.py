"""Prometheus's alerts and series as ours."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC

from opsloom.model.alerts import Alert, AlertStatus, Severity
from opsloom.model.errors import InvalidRequestError
from opsloom.model.metrics import Aggregate, MetricQuery, Series
from opsloom.model.refs import Ref, RefKind
from opsloom.model.window import Window
from opsloom_adapters.prometheus import wire
from opsloom_adapters.prometheus.conditions import condition_of
from opsloom_adapters.prometheus.config import PrometheusConfig
from opsloom_adapters.prometheus.conventions import kind_of, unit_of
from opsloom_adapters.prometheus.fingerprint import fingerprint_of
from opsloom_adapters.prometheus.links import alerts_link

STATUS_OF_STATE = {
    "firing": AlertStatus.FIRING,
    "pending": AlertStatus.PENDING,
    "inactive": AlertStatus.RESOLVED,
}


def alert_of(heard: wire.ActiveAlert, rule: wire.Rule, config: PrometheusConfig, instance: str) -> Alert:
    """``starts_at`` is when the rule's condition became true: the start of pending, not of firing."""
    labels = heard.labels
    name = labels.get("alertname") or rule.name
    severity_raw = labels.get(config.severity_label, "")
    fingerprint = fingerprint_of(labels)
    condition = condition_of(rule.query)
    return Alert(
        ref=Ref(RefKind.ALERT, instance, fingerprint),
        link=alerts_link(config.web_url or config.base_url, name),
        name=name,
        status=STATUS_OF_STATE.get(heard.state, AlertStatus.UNKNOWN),
        status_raw=heard.state,
        severity=Severity.from_word(severity_raw),
        severity_raw=severity_raw,
        service=_service_in(labels, config),
        team=labels.get(config.team_label) or None,
        summary=heard.annotations.get("summary") or heard.annotations.get("description") or "",
        starts_at=heard.active_at.astimezone(UTC),
        fingerprint=fingerprint,
        labels=labels,
        annotations=heard.annotations,
        attributes={"expression": rule.query} if rule.query else {},
        signal=condition.signal,
        metric=condition.metric,
        threshold=condition.threshold,
        observed=_finite(heard.value),
        expression=rule.query,
    )


@dataclass(frozen=True, slots=True)
class SeriesReader:
    """Turns the result of one query into series."""

    query: MetricQuery
    config: PrometheusConfig
    rated: bool

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
            service=self.query.service or _service_in(labels, self.config),
            kind=kind_of(_measured(named, self.query.aggregate), labels) if named else None,
            unit=self._unit(named) if named else "",
            labels=labels,
            points=points,
        )

    def _unit(self, name: str) -> str:
        unit = unit_of(_measured(name, self.query.aggregate))
        return f"{unit or '1'}/s" if self.rated else unit


def _measured(name: str, aggregate: Aggregate | None) -> str:
    """A quantile over buckets is in the unit of what was observed, not a number of observations."""
    quantile = aggregate in (Aggregate.P50, Aggregate.P90, Aggregate.P95, Aggregate.P99)
    return name.removesuffix("_bucket") if quantile else name


def _points(samples: Iterable[wire.Sample], window: Window) -> tuple[tuple[float, float], ...]:
    """Prometheus includes the end of a range, VictoriaMetrics may align both ends outward."""
    start, end = window.start.timestamp(), window.end.timestamp()
    return tuple((at, value) for at, value in samples if start <= at < end and math.isfinite(value))


def _finite(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _service_in(labels: wire.Labels, config: PrometheusConfig) -> str | None:
    return next((labels[name] for name in config.service_labels if labels.get(name)), None)
