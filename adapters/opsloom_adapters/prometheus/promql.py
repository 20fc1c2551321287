"""PromQL that we write from typed questions; a value from outside can never become syntax in it.

Source: https://prometheus.io/docs/prometheus/latest/querying/basics/
"""

import json
import re
from collections.abc import Sequence

from opsloom.model.errors import InvalidRequestError
from opsloom.model.metrics import Aggregate, MetricQuery

_METRIC_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_QUANTILE = {Aggregate.P50: "0.5", Aggregate.P90: "0.9", Aggregate.P95: "0.95", Aggregate.P99: "0.99"}


def check_question(query: MetricQuery) -> None:
    """
    :raises InvalidRequestError: not one of metric, promql and a service alone, or a name that is none.
    """
    _check_combination(query)
    if query.promql is not None and (query.service or query.aggregate or query.group_by):
        raise InvalidRequestError("service, aggregate and group_by go with metric; write them into promql")
    if query.group_by and query.aggregate is None:
        raise InvalidRequestError(f"group_by needs aggregate, one of: {', '.join(Aggregate)}")
    if query.metric is not None and not _METRIC_NAME.fullmatch(query.metric):
        raise InvalidRequestError(
            "metric must be a metric's name: letters, digits, _ and : only, such as http_requests_total"
        )
    if not all(_LABEL_NAME.fullmatch(label) for label in query.group_by):
        raise InvalidRequestError("group_by must hold label names: letters, digits and _ only, such as code")


def _check_combination(query: MetricQuery) -> None:
    if query.metric is not None and query.promql is not None:
        raise InvalidRequestError("give either metric or promql")
    if query.metric is None and query.promql is None:
        if query.service is None:
            raise InvalidRequestError("give either metric or promql, or a service alone")
        if query.aggregate or query.group_by:
            raise InvalidRequestError("aggregate and group_by go with metric; a service alone is asked without")


def expression_of(metric: str, query: MetricQuery, service_labels: Sequence[str], range_seconds: int) -> str:
    """The expression of a typed question; ``range_seconds`` is what ``rate()`` looks back."""
    grouping = f" by ({', '.join(query.group_by)}) " if query.group_by else ""
    if query.aggregate in _QUANTILE:
        buckets = metric if metric.endswith("_bucket") else f"{metric}_bucket"
        by = ", ".join(dict.fromkeys(("le", *query.group_by)))
        rates = rate_of(buckets, query.service, service_labels, range_seconds)
        return f"histogram_quantile({_QUANTILE[query.aggregate]}, sum by ({by}) ({rates}))"
    if query.aggregate is Aggregate.RATE:
        return f"sum{grouping}({rate_of(metric, query.service, service_labels, range_seconds)})"
    if query.aggregate is not None:
        return f"{query.aggregate}{grouping}({selection_of(metric, query.service, service_labels)})"
    return selection_of(metric, query.service, service_labels)


def selection_of(metric: str, service: str | None, service_labels: Sequence[str], matchers: Sequence[str] = ()) -> str:
    """The series of ``metric`` themselves, those that fit ``matchers``."""
    return " or ".join(selectors_of(metric, service, service_labels, matchers))


def rate_of(
    metric: str,
    service: str | None,
    service_labels: Sequence[str],
    range_seconds: int,
    matchers: Sequence[str] = (),
) -> str:
    """Each counter's increase per second."""
    selectors = selectors_of(metric, service, service_labels, matchers)
    return " or ".join(f"rate({selector}[{range_seconds}s])" for selector in selectors)


def name_selectors(service: str | None, text: str | None, service_labels: Sequence[str]) -> list[str]:
    """Selectors which together fit every series of ``service`` whose metric's name holds ``text``."""
    name = [f"__name__=~{quoted(f'(?i).*{re.escape(text)}.*')}"] if text else []
    if service is None:
        return ["{" + ",".join(name) + "}"] if name else []
    return ["{" + ",".join((*name, *matchers)) + "}" for matchers in _service_matchers(service, service_labels)]


def selectors_of(
    metric: str, service: str | None, service_labels: Sequence[str], matchers: Sequence[str] = ()
) -> list[str]:
    """Disjoint selectors which together fit the series of ``metric``."""
    own = [[]] if service is None else _service_matchers(service, service_labels)
    return [metric + (f"{{{','.join(all_of)}}}" if (all_of := [*one, *matchers]) else "") for one in own]


def _service_matchers(service: str, service_labels: Sequence[str]) -> list[list[str]]:
    """One list of matchers per label; a label counts only for series that lack all labels before it.

    In PromQL ``label=""`` also fits series without the label. The parts of the union are therefore disjoint
    and pick, series by series, the same label that names a series' service in our answers; it takes one
    query, where asking which labels exist would take two.
    """
    if not service:
        raise InvalidRequestError("service must not be empty; leave it out to ask for all services")
    return [
        [*(f'{absent}=""' for absent in service_labels[:position]), f"{label}={quoted(service)}"]
        for position, label in enumerate(service_labels)
    ]


def quoted(value: str) -> str:
    """A double-quoted string literal: PromQL has Go's escapes, which include all that JSON writes."""
    return json.dumps(value, ensure_ascii=False)
