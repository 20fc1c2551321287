"""What a Prometheus data source tells about a service when nobody names a metric: its golden signals.

A small part of what the adapter ``prometheus`` does: HTTP status codes tell failures, names tell the rest.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.prometheus.metric_names import unit_of
from opsloom.adapter_api.dialects.prometheus.promql import Selection
from opsloom.adapter_api.dialects.prometheus.series import SeriesReader
from opsloom.adapter_api.dialects.prometheus.signals import GoldenSignal, all_at_once, in_turns
from opsloom.adapter_api.dialects.prometheus.steps import notes_on_step
from opsloom.adapter_api.dialects.prometheus.wire import QueryData
from opsloom.model import limits
from opsloom.model.metrics import MetricKind, MetricQuery, Series
from opsloom.model.page import Page
from opsloom_adapters.grafana.config import GrafanaConfig
from opsloom_adapters.grafana.links import explore_link
from opsloom_adapters.grafana.metric_catalog import notes_on_warnings
from opsloom_adapters.grafana.metric_kinds import kind_of
from opsloom_adapters.grafana.prometheus_client import PrometheusClient
from opsloom_adapters.grafana.prometheus_wire import Envelope

_STATUS_LABELS = ("http_response_status_code", "http_status_code", "response_code", "status_code", "code", "status")


@dataclass(frozen=True, slots=True)
class ServiceSignals:
    """One question: finds the metrics of ``query.service``, then asks for their signals, all at once."""

    client: PrometheusClient
    config: GrafanaConfig
    uid: str
    query: MetricQuery
    selection: Selection
    step_seconds: int
    call: Call

    async def page(self) -> Page[Series]:
        """The most telling signals, ``limits.METRIC_SIGNALS_MAX`` at most."""
        selectors = self.selection.selectors("")
        named = await self.client.metric_names(self.call, selectors, self.query.window)
        counters = [name for name in sorted(named.data) if kind_of(name) is MetricKind.TRAFFIC]
        known = counters[: limits.METRIC_SIGNALS_MAX]
        ratios = [one for one in await all_at_once(self._error_ratio, known) if one is not None]
        found = in_turns([*ratios, *signals_of_names(named.data, self.selection)])
        asked = found[: min(self.query.limit, limits.METRIC_SIGNALS_MAX)]
        beyond = len(found) - len(asked) + len(counters) - len(known)
        heard = await all_at_once(self._ask, asked)
        rows = [series for signal, one in zip(asked, heard, strict=True) for series in self._series(signal, one)]
        warnings = len(named.warnings) + sum(len(one.warnings) for one in heard)
        notes = [*notes_on_step(self.query, self.step_seconds), *notes_on_warnings(warnings)]
        if not asked:
            notes.append(f"metrics of this service: {len(named.data)}, none of a kind that its name tells")
        if beyond:
            notes.append(f"further metrics of a known kind, left out: {beyond}; ask for one by metric")
        shown = tuple(rows[: self.query.limit])
        expressions = [signal.expression for signal in asked]
        complete = not beyond and len(shown) == len(rows) and not warnings
        return Page(
            rows=shown,
            total=len(rows) if complete else None,
            complete=complete,
            query="; ".join(expressions) or "metric names of " + " or ".join(selectors),
            link=self._link(expressions or selectors),
            notes=tuple(notes),
        )

    async def _error_ratio(self, counter: str) -> GoldenSignal | None:
        """Failed requests among all; no failure is 0 as long as any request is told to be fine."""
        labels = await self.client.label_names(self.call, self.selection.selectors(counter), self.query.window)
        status = next((label for label in _STATUS_LABELS if label in labels), None)
        if status is None:
            return None
        failed = self.selection.rates(counter, [f'{status}=~"5.."'])
        fine = self.selection.rates(counter, [f'{status}=~"[1-4].."'])
        ratio = f"(sum({failed}) or 0 * sum({fine})) / sum({self.selection.rates(counter)})"
        return GoldenSignal(f"{counter}:error_ratio", MetricKind.ERRORS, "ratio", ratio)

    async def _ask(self, signal: GoldenSignal) -> Envelope[QueryData]:
        link = self._link([signal.expression])
        return await self.client.values(
            self.call,
            signal.expression,
            self.query.window,
            step_seconds=self.step_seconds,
            limit=limits.METRIC_SERIES_MAX,
            link=link,
        )

    def _series(self, signal: GoldenSignal, heard: Envelope[QueryData]) -> tuple[Series, ...]:
        series, _ = SeriesReader(self.query, self.config.service_labels, kind_of).read(heard.data)
        return signal.named(series)

    def _link(self, expressions: Sequence[str]) -> str:
        return explore_link(self.config, "prometheus", self.uid, expressions, self.query.window)


def signals_of_names(names: Iterable[str], selection: Selection) -> list[GoldenSignal]:
    """Latency, saturation, success, counted errors and traffic, as far as names tell; by name."""
    return [signal for name in sorted(names) if (signal := _signal_of(name, selection)) is not None]


def _signal_of(name: str, selection: Selection) -> GoldenSignal | None:
    durations = name.removesuffix("_bucket")
    if durations != name:
        if kind_of(durations) is not MetricKind.LATENCY:
            return None
        quantile = f"histogram_quantile(0.95, sum by (le) ({selection.rates(name)}))"
        return GoldenSignal(f"{durations}:p95", MetricKind.LATENCY, unit_of(durations), quantile)
    kind = kind_of(name)
    if kind is MetricKind.SATURATION:
        return GoldenSignal(name, kind, unit_of(name), f"max({selection.values(name)})")
    if kind is MetricKind.SUCCESS:
        return GoldenSignal(name, kind, "ratio", f"avg({selection.values(name)})")
    if kind is MetricKind.TRAFFIC or (kind is MetricKind.ERRORS and name.endswith("_total")):
        counted = "errors" if kind is MetricKind.ERRORS else "requests"
        return GoldenSignal(f"{name}:rate", kind, f"{counted}/s", f"sum({selection.rates(name)})")
    return None
