"""PromQL that we write from typed questions; a value from outside can never become syntax in it.

Source: https://prometheus.io/docs/prometheus/latest/querying/basics/
"""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from opsloom.model import limits
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
    range_seconds: int

    def values(self, metric: str) -> str:
        """The series of ``metric`` themselves."""
        return " or ".join(self.selectors(metric))

    def rates(self, metric: str, *matchers: str) -> str:
        """The increase per second of each counter that fits ``matchers``, too."""
        return " or ".join(f"rate({one}[{self.range_seconds}s])" for one in self.selectors(metric, *matchers))

    def selectors(self, metric: str = "", *matchers: str) -> list[str]:
        """Disjoint selectors which together fit the series of ``metric``, of any where it is empty.

        A service label counts only for series that lack all labels before it: ``label=""`` also fits those without.

        :raises InvalidRequestError: the service is empty.
        """
        if self.service == "":
            raise InvalidRequestError("service must not be empty; leave it out to ask for all services")
        if self.service is None:
            return [metric + ("{" + ",".join(matchers) + "}" if matchers or not metric else "")]
        return [
            metric
            + "{"
            + ",".join([*(f'{absent}=""' for absent in self.service_labels[:place]), f"{label}={quoted(self.service)}"])
            + "".join(f",{matcher}" for matcher in matchers)
            + "}"
            for place, label in enumerate(self.service_labels)
        ]


def check_question(query: MetricQuery) -> None:
    """
    :raises InvalidRequestError: not one of metric, promql and a service alone, or a name that is none.
    """
    if query.metric is not None and query.promql is not None:
        raise InvalidRequestError("give either metric or promql")
    if query.metric is None and query.promql is None and not query.service:
        raise InvalidRequestError("give either metric or promql, or a service alone")
    if query.metric is None and (query.aggregate or query.group_by or (query.promql and query.service)):
        raise InvalidRequestError("service, aggregate and group_by go with metric; write them into promql")
    if query.group_by and query.aggregate is None:
        raise InvalidRequestError(f"group_by needs aggregate, one of: {', '.join(Aggregate)}")
    _check_names(query)


def _check_names(query: MetricQuery) -> None:
    if query.metric is not None and not _METRIC_NAME.fullmatch(query.metric):
        raise InvalidRequestError(
            "metric must be a metric's name: letters, digits, _ and : only, such as http_requests_total"
        )
    if not all(_LABEL_NAME.fullmatch(label) for label in query.group_by):
        raise InvalidRequestError("group_by must hold label names: letters, digits and _ only, such as code")


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


def name_selectors(text: str | None, selection: Selection) -> list[str]:
    """Selectors which together fit every series of the service whose metric's name holds ``text``; none for all."""
    matchers = [f"__name__=~{quoted(f'(?i).*{re.escape(text)}.*')}"] if text else []
    if selection.service is None and not matchers:
        return []
    return selection.selectors("", *matchers)


def step_of(query: MetricQuery) -> int:
    """The step to ask for in seconds: as wanted, unless that gives too many points or is longer than the window.

    :raises InvalidRequestError: the window or the step is out of bounds.
    """
    if not 0 < query.window.seconds <= limits.METRIC_WINDOW_MAX_SECONDS:
        raise InvalidRequestError(
            f"metrics can be asked for windows up to {limits.METRIC_WINDOW_MAX_SECONDS // 86_400} days"
        )
    if query.step_seconds < limits.METRIC_STEP_MIN_SECONDS:
        raise InvalidRequestError(f"step must be at least {limits.METRIC_STEP_MIN_SECONDS} s")
    finest = math.ceil(query.window.seconds / limits.METRIC_FETCH_POINTS_MAX)
    return min(max(query.step_seconds, finest), math.ceil(query.window.seconds))


def notes_on_step(query: MetricQuery, step_seconds: int) -> tuple[str, ...]:
    """That the points are farther apart than wanted."""
    if step_seconds <= query.step_seconds:
        return ()
    most = limits.METRIC_FETCH_POINTS_MAX
    return (f"step made coarser, {step_seconds} s: a series may have at most {most} points",)


def rate_range_seconds(step_seconds: int, scrape_interval_seconds: int) -> int:
    """As Grafana's ``$__rate_interval``: never under four scrapes, and no gap between two steps."""
    return max(4 * scrape_interval_seconds, step_seconds + scrape_interval_seconds)


def quoted(value: str) -> str:
    """A double-quoted string literal: PromQL has Go's escapes, which include all that JSON writes."""
    return json.dumps(value, ensure_ascii=False)
