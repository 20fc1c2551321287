"""The golden signals of a service, each as one expression over all its instances.

Source: https://sre.google/sre-book/monitoring-distributed-systems/#xref_monitoring_golden-signals
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from opsloom.model.metrics import MetricKind
from opsloom_adapters.prometheus.conventions import CPU_SECONDS, MEMORY_BYTES, SUCCESSES, kind_of, unit_of
from opsloom_adapters.prometheus.failures import outcome_matchers
from opsloom_adapters.prometheus.promql import rate_of, selection_of
from opsloom_adapters.prometheus.request_families import Durations, RequestFamily

# Of a distributed trace only the spans in which the service answered somebody.
_ANSWERING_SPANS = 'span_kind!~"SPAN_KIND_(CLIENT|PRODUCER|INTERNAL)"'
_TURNS = (MetricKind.ERRORS, MetricKind.LATENCY, MetricKind.SATURATION, MetricKind.SUCCESS, MetricKind.TRAFFIC)

# In use, its limit; both have the same labels. A limit that is not above 0 is none.
_IN_USE = (
    ("container_memory_working_set_bytes", "container_spec_memory_limit_bytes"),
    ("process_open_fds", "process_max_fds"),
    ("hikaricp_connections_active", "hikaricp_connections_max"),
    ("jdbc_connections_active", "jdbc_connections_max"),
    ("go_sql_in_use_connections", "go_sql_max_open_connections"),
    ("tomcat_threads_busy_threads", "tomcat_threads_config_max_threads"),
)
_THROTTLED = ("container_cpu_cfs_throttled_periods_total", "container_cpu_cfs_periods_total")


@dataclass(frozen=True, slots=True)
class GoldenSignal:
    """``metric`` is the family and what was made of it, such as ``http_requests_total:error_ratio``."""

    metric: str
    kind: MetricKind
    unit: str
    expression: str


@dataclass(frozen=True, slots=True)
class ServiceSelection:
    """Selects the series of one service; ``range_seconds`` is what ``rate()`` looks back."""

    service: str
    service_labels: Sequence[str]
    range_seconds: int

    def values(self, metric: str) -> str:
        return selection_of(metric, self.service, self.service_labels)

    def rates(self, metric: str, matchers: Sequence[str] = ()) -> str:
        return rate_of(metric, self.service, self.service_labels, self.range_seconds, matchers)


def signals_of_requests(
    family: RequestFamily, labels: Collection[str], selection: ServiceSelection
) -> Iterator[GoldenSignal]:
    """Share of failed requests, 95th percentile of their durations (of a summary: the mean), requests per second.

    ``labels`` are those of the family's counter. Where both ends of a request count it, the worse end is shown:
    requests that never arrived are counted by the client's side only.
    """
    by = ("reporter",) if "reporter" in labels else ()
    matchers = (_ANSWERING_SPANS,) if "span_kind" in labels else ()
    requests = _summed(selection.rates(family.counter, matchers), by)
    outcomes = outcome_matchers(labels)
    if outcomes is not None:
        failed = (selection.rates(family.counter, (*matchers, *one)) for one in outcomes.failed)
        fine = selection.rates(family.counter, (*matchers, outcomes.fine))
        # Failures that never happened have no series: that is 0, as long as any request is told to be fine. Words that
        # nobody here knows must not read as "no failures".
        ratio = _worst(f"({_summed(' or '.join(failed), by)} or 0 * {_summed(fine, by)}) / {requests}", by)
        yield GoldenSignal(f"{family.name}:error_ratio", MetricKind.ERRORS, "ratio", ratio)
    if family.durations is not None:
        yield _latency(family.durations, selection, matchers, by)
    yield GoldenSignal(f"{family.name}:rate", MetricKind.TRAFFIC, f"{family.work}/s", _worst(requests, by))


def _latency(
    durations: Durations, selection: ServiceSelection, matchers: Sequence[str], by: Sequence[str]
) -> GoldenSignal:
    name, unit = durations.name, durations.unit
    if durations.has_buckets:
        buckets = _summed(selection.rates(f"{name}_bucket", matchers), ("le", *by))
        quantile = _worst(f"histogram_quantile(0.95, {buckets})", by)
        return GoldenSignal(f"{name}:p95", MetricKind.LATENCY, unit, quantile)
    spent, number = (_summed(selection.rates(f"{name}_{part}", matchers), by) for part in ("sum", "count"))
    return GoldenSignal(f"{name}:mean", MetricKind.LATENCY, unit, _worst(f"{spent} / {number}", by))


def further_signals(names: frozenset[str], selection: ServiceSelection) -> Iterator[GoldenSignal]:
    """Saturation, success and counted errors, most telling first.

    Of a resource the fullest instance is shown: it is the one that makes requests wait.
    """
    yield from _shares_in_use(names, selection)
    usage = [name for name in (*CPU_SECONDS, *MEMORY_BYTES) if name in names]
    for name in (*sorted(names.difference(usage)), *usage):
        signal = _signal_of(name, selection)
        if signal is not None:
            yield signal


def in_turns(signals: Iterable[GoldenSignal]) -> list[GoldenSignal]:
    """The best signal of each kind before the second of any; ``signals`` come with the best of each kind first."""
    seen: Counter[MetricKind] = Counter()
    turns = []
    for signal in signals:
        turns.append(((seen[signal.kind], _TURNS.index(signal.kind)), signal))
        seen[signal.kind] += 1
    return [signal for _, signal in sorted(turns, key=lambda turn: turn[0])]


def _shares_in_use(names: frozenset[str], selection: ServiceSelection) -> Iterator[GoldenSignal]:
    for used, limit in _IN_USE:
        if used in names and limit in names:
            share = f"max(({selection.values(used)}) / (({selection.values(limit)}) > 0))"
            yield GoldenSignal(f"{used}:limit_ratio", MetricKind.SATURATION, "ratio", share)
    throttled, periods = _THROTTLED
    if throttled in names and periods in names:
        share = f"max(({selection.rates(throttled)}) / ({selection.rates(periods)}))"
        yield GoldenSignal(f"{throttled}:ratio", MetricKind.SATURATION, "ratio", share)


def _signal_of(name: str, selection: ServiceSelection) -> GoldenSignal | None:
    kind = kind_of(name)
    if name in CPU_SECONDS:
        return GoldenSignal(f"{name}:rate", MetricKind.SATURATION, "cores", f"max({selection.rates(name)})")
    if kind is MetricKind.SATURATION:
        return GoldenSignal(name, kind, unit_of(name), f"max({selection.values(name)})")
    if name in SUCCESSES:
        return GoldenSignal(name, MetricKind.SUCCESS, "ratio", f"avg({selection.values(name)})")
    if kind is MetricKind.ERRORS and name.endswith("_total"):
        return GoldenSignal(f"{name}:rate", kind, "errors/s", f"sum({selection.rates(name)})")
    return None


def _summed(rates: str, by: Sequence[str]) -> str:
    grouping = f" by ({', '.join(by)}) " if by else ""
    return f"sum{grouping}({rates})"


def _worst(expression: str, by: Sequence[str]) -> str:
    return f"max({expression})" if by else expression
