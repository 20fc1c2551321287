"""PromQL that we write from typed questions; a value from outside can never become syntax in it.

Source: https://prometheus.io/docs/prometheus/latest/querying/basics/
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from opsloom.model.errors import InvalidRequestError
from opsloom.model.metrics import Aggregate, MetricQuery

_METRIC_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_QUANTILE = {Aggregate.P50: "0.5", Aggregate.P90: "0.9", Aggregate.P95: "0.95", Aggregate.P99: "0.99"}
QUANTILES = frozenset(_QUANTILE)


@dataclass(frozen=True, slots=True)
class Selection:
    """The series of ``service`` (any where ``None``); ``range_seconds`` is what ``rate()`` looks back."""

    service: str | None
    service_labels: Sequence[str]
    range_seconds: int = 0

    def values(self, metric: str) -> str:
        """The series of ``metric`` themselves."""
        return " or ".join(self.selectors(metric))

    def rates(self, metric: str, matchers: Sequence[str] = ()) -> str:
        """The increase per second of each counter that fits ``matchers``, too."""
        return " or ".join(f"rate({one}[{self.range_seconds}s])" for one in self.selectors(metric, matchers))

    def selectors(self, metric: str, matchers: Sequence[str] = ()) -> list[str]:
        """Disjoint selectors which together fit the series of ``metric``."""
        return [
            metric + (f"{{{','.join(all_of)}}}" if (all_of := [*one, *matchers]) else "")
            for one in self.service_matchers()
        ]

    def service_matchers(self) -> list[list[str]]:
        """One list of matchers per label; a label counts only for series that lack all labels before it.

        In PromQL ``label=""`` also fits series without the label. The parts of the union are therefore disjoint
        and pick, series by series, the same label that names a series' service in our answers; it takes one
        query, where asking which labels exist would take two.

        :raises InvalidRequestError: the service is empty.
        """
        if self.service is None:
            return [[]]
        if not self.service:
            raise InvalidRequestError("service must not be empty; leave it out to ask for all services")
        return [
            [*(f'{absent}=""' for absent in self.service_labels[:position]), f"{label}={quoted(self.service)}"]
            for position, label in enumerate(self.service_labels)
        ]


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


def expression_of(metric: str, query: MetricQuery, selection: Selection) -> str:
    """The expression of a typed question."""
    grouping = f" by ({', '.join(query.group_by)}) " if query.group_by else ""
    if query.aggregate in _QUANTILE:
        buckets = metric if metric.endswith("_bucket") else f"{metric}_bucket"
        by = ", ".join(dict.fromkeys(("le", *query.group_by)))
        return f"histogram_quantile({_QUANTILE[query.aggregate]}, sum by ({by}) ({selection.rates(buckets)}))"
    if query.aggregate is Aggregate.RATE:
        return f"sum{grouping}({selection.rates(metric)})"
    if query.aggregate is not None:
        return f"{query.aggregate}{grouping}({selection.values(metric)})"
    return selection.values(metric)


def name_matcher(text: str) -> str:
    """Fits metrics whose name holds ``text``, in any case of letters."""
    return f"__name__=~{quoted(f'(?i).*{re.escape(text)}.*')}"


def quoted(value: str) -> str:
    """A double-quoted string literal: PromQL has Go's escapes, which include all that JSON writes."""
    return json.dumps(value, ensure_ascii=False)
