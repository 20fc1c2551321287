"""Questions in Datadog's metric query language, written from typed ones; no argument can become syntax in it.

Sources: https://docs.datadoghq.com/metrics/advanced-filtering/, https://docs.datadoghq.com/dashboards/functions/
"""

import re
from dataclasses import dataclass

from opsloom.model.errors import InvalidRequestError, UnsupportedError
from opsloom.model.metrics import Aggregate, MetricKind, MetricQuery
from opsloom_adapters.datadog.tags import tag_key, tag_value

_METRIC_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,199}")


@dataclass(frozen=True)
class Asked:
    """One query of a question. ``source`` is what Datadog is asked, ``kind`` what the values say about a service."""

    metric: str
    source: dict[str, object]
    kind: MetricKind | None = None


@dataclass(frozen=True)
class Golden:
    """What APM counts of every service: a statistic, and the name that its series get."""

    metric: str
    stat: str
    kind: MetricKind


GOLDEN_SIGNALS = (
    Golden("trace.hits_per_second", "hits_per_second", MetricKind.TRAFFIC),
    Golden("trace.errors_per_second", "errors_per_second", MetricKind.ERRORS),
    Golden("trace.latency_p95", "latency_p95", MetricKind.LATENCY),
)


def check_question(query: MetricQuery, instance: str) -> None:
    """
    :raises UnsupportedError: PromQL, which Datadog does not speak.
    :raises InvalidRequestError: not one of metric and a service alone, or a name that is none.
    """
    if query.promql is not None:
        raise UnsupportedError(
            f"{instance} is Datadog, which does not speak PromQL; ask with metric, service, aggregate and group_by"
        )
    if query.metric is None:
        if query.service is None:
            raise InvalidRequestError("give a metric, or a service alone")
        if query.aggregate or query.group_by:
            raise InvalidRequestError("aggregate and group_by go with metric; a service alone is asked without")
    elif not _METRIC_NAME.fullmatch(query.metric):
        raise InvalidRequestError(
            "metric must be a metric's name: letters, digits, _ and . only, such as system.cpu.user"
        )


def asked_of(query: MetricQuery) -> tuple[Asked, ...]:
    """The queries of a checked question: of the metric, or the golden signals that APM has of the service."""
    if query.metric is not None:
        return (Asked(query.metric, {"data_source": "metrics", "name": "a", "query": text_of(query)}),)
    service = tag_value(query.service or "", "service")
    return tuple(
        Asked(
            one.metric,
            {"data_source": "apm_metrics", "name": f"a{index}", "stat": one.stat, "service": service},
            one.kind,
        )
        for index, one in enumerate(GOLDEN_SIGNALS)
    )


def text_of(query: MetricQuery) -> str:
    """``avg:system.cpu.user{service:checkout} by {host}``."""
    rate = ".as_rate()" if query.aggregate is Aggregate.RATE else ""
    return f"{aggregator_of(query)}:{query.metric}{{{scope_of(query)}}}{_grouping_of(query)}{rate}"


def scope_of(query: MetricQuery) -> str:
    """``service:checkout``, or ``*``."""
    return "*" if query.service is None else f"service:{tag_value(query.service, 'service')}"


def groups_of(query: MetricQuery) -> tuple[str, ...]:
    """The keys of tags to group by."""
    return tuple(tag_key(key, "group_by") for key in query.group_by)


def aggregator_of(query: MetricQuery) -> str:
    """How series become one; a rate is summed. Percentiles are those of distribution metrics."""
    if query.aggregate is Aggregate.RATE:
        return "sum"
    return str(query.aggregate or Aggregate.AVG)


def _grouping_of(query: MetricQuery) -> str:
    groups = groups_of(query)
    return f" by {{{','.join(groups)}}}" if groups else ""
