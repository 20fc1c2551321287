"""MetricReader on OpsOrch."""

from math import ceil

from opsloom.adapter_api.call import Call
from opsloom.model.errors import InvalidRequestError, UnsupportedError
from opsloom.model.limits import METRIC_FETCH_POINTS_MAX, METRIC_SERIES_MAX
from opsloom.model.metrics import Aggregate, MetricCatalogQuery, MetricDescriptor, MetricQuery, Series
from opsloom.model.page import Page
from opsloom_adapters.opsorch import wire
from opsloom_adapters.opsorch.client import OpsorchClient
from opsloom_adapters.opsorch.mapping import link_of, texts_of

_AGGREGATIONS = frozenset({Aggregate.AVG, Aggregate.SUM, Aggregate.MIN, Aggregate.MAX})
_NOT_NARROWED = (
    "OpsOrch hands the service on as a hint: whether its provider narrowed the list of metrics to it is not told"
)
_NO_SERVICE = "series that name no service were taken for those of the service that was asked for"


async def list_metrics(client: OpsorchClient, query: MetricCatalogQuery, call: Call) -> Page[MetricDescriptor]:
    """The metrics with ``query.text`` in their names; which of them have data in the window is not told."""
    heard = await client.describe_metrics(call, query.service)
    wanted = (query.text or "").casefold()
    found = [_descriptor_of(one) for one in heard.metrics if wanted in one.name.casefold()]
    return Page(
        rows=tuple(found[: query.limit]),
        total=len(found),
        complete=len(found) <= query.limit,
        query=f"metrics, service {query.service or 'any'}",
        notes=(_NOT_NARROWED,) if query.service else (),
    )


async def query_metrics(client: OpsorchClient, query: MetricQuery, call: Call) -> Page[Series]:
    """The series of one metric.

    :raises InvalidRequestError: no metric is named, or PromQL is given.
    :raises UnsupportedError: an aggregate that OpsOrch does not have.
    """
    if query.metric is None or query.promql is not None:
        raise InvalidRequestError("metric: OpsOrch takes one metric by its name and no PromQL; list the metrics first")
    if query.aggregate is not None and query.aggregate not in _AGGREGATIONS:
        raise UnsupportedError(f"OpsOrch has no aggregate {query.aggregate}; it has {', '.join(sorted(_AGGREGATIONS))}")
    expression: dict[str, object] = {"metricName": query.metric}
    if query.aggregate is not None:
        expression["aggregation"] = query.aggregate.value
    if query.group_by:
        expression["groupBy"] = list(query.group_by)
    step = max(query.step_seconds, ceil(query.window.seconds / METRIC_FETCH_POINTS_MAX))
    heard = await client.series(call, query.window, step, expression, {"service": query.service})
    found = [one for one in (_series_of(each, query) for each in heard) if query.service in (None, one.service)]
    most = min(query.limit, METRIC_SERIES_MAX)
    unnamed = query.service is not None and any(not one.service for one in heard)
    return Page(
        rows=tuple(found[:most]),
        total=len(found),
        complete=len(found) <= most,
        query=f"{expression}, step {step} s, service {query.service or 'any'}",
        link=next((link for link in (link_of(one.url) for one in heard) if link), None),
        notes=(
            *((_NO_SERVICE,) if unnamed else ()),
            *((f"the step is {step} s instead of {query.step_seconds} s",) if step != query.step_seconds else ()),
        ),
    )


def _descriptor_of(metric: wire.MetricDescriptor) -> MetricDescriptor:
    return MetricDescriptor(name=metric.name, unit=metric.unit, type_raw=metric.type, help=metric.description)


def _series_of(series: wire.MetricSeries, query: MetricQuery) -> Series:
    points = sorted((point.timestamp.timestamp(), point.value) for point in series.points)
    within = [point for point in points if query.window.start.timestamp() <= point[0] <= query.window.end.timestamp()]
    return Series(
        metric=series.name,
        service=series.service or query.service,
        labels=texts_of(series.labels),
        points=tuple(within),
    )
