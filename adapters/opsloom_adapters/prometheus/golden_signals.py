"""The golden signals of a service, each as one expression over all its instances.

Source: https://sre.google/sre-book/monitoring-distributed-systems/#xref_monitoring_golden-signals
"""

from collections.abc import Collection, Iterator, Sequence

from opsloom.adapter_api.dialects.prometheus.metric_names import MEMORY_BYTES, SUCCESSES, unit_of
from opsloom.adapter_api.dialects.prometheus.promql import Selection
from opsloom.adapter_api.dialects.prometheus.signals import GoldenSignal
from opsloom.model.metrics import MetricKind
from opsloom_adapters.prometheus.conventions import CPU_SECONDS, kind_of
from opsloom_adapters.prometheus.failures import outcome_matchers
from opsloom_adapters.prometheus.request_families import Durations, RequestFamily

# Of a distributed trace only the spans in which the service answered somebody.
_ANSWERING_SPANS = 'span_kind!~"SPAN_KIND_(CLIENT|PRODUCER|INTERNAL)"'

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


def signals_of_requests(family: RequestFamily, labels: Collection[str], selection: Selection) -> Iterator[GoldenSignal]:
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


def _latency(durations: Durations, selection: Selection, matchers: Sequence[str], by: Sequence[str]) -> GoldenSignal:
    name, unit = durations.name, durations.unit
    if durations.has_buckets:
        buckets = _summed(selection.rates(f"{name}_bucket", matchers), ("le", *by))
        quantile = _worst(f"histogram_quantile(0.95, {buckets})", by)
        return GoldenSignal(f"{name}:p95", MetricKind.LATENCY, unit, quantile)
    spent, number = (_summed(selection.rates(f"{name}_{part}", matchers), by) for part in ("sum", "count"))
    return GoldenSignal(f"{name}:mean", MetricKind.LATENCY, unit, _worst(f"{spent} / {number}", by))


def further_signals(names: frozenset[str], selection: Selection) -> Iterator[GoldenSignal]:
    """Saturation, success and counted errors, most telling first.

    Of a resource the fullest instance is shown: it is the one that makes requests wait.
    """
    yield from _shares_in_use(names, selection)
    usage = [name for name in (*CPU_SECONDS, *MEMORY_BYTES) if name in names]
    for name in (*sorted(names.difference(usage)), *usage):
        signal = _signal_of(name, selection)
        if signal is not None:
            yield signal


def _shares_in_use(names: frozenset[str], selection: Selection) -> Iterator[GoldenSignal]:
    for used, limit in _IN_USE:
        if used in names and limit in names:
            share = f"max(({selection.values(used)}) / (({selection.values(limit)}) > 0))"
            yield GoldenSignal(f"{used}:limit_ratio", MetricKind.SATURATION, "ratio", share)
    throttled, periods = _THROTTLED
    if throttled in names and periods in names:
        share = f"max(({selection.rates(throttled)}) / ({selection.rates(periods)}))"
        yield GoldenSignal(f"{throttled}:ratio", MetricKind.SATURATION, "ratio", share)


def _signal_of(name: str, selection: Selection) -> GoldenSignal | None:
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
