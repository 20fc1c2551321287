"""MetricReader on Dynatrace's metrics v2: which there are, and their values."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.metric_bounds import check_bounds
from opsloom.model import limits
from opsloom.model.errors import InvalidRequestError, UnsupportedError
from opsloom.model.metrics import Aggregate, MetricCatalogQuery, MetricDescriptor, MetricKind, MetricQuery, Series
from opsloom.model.page import Page
from opsloom_adapters.dynatrace import wire
from opsloom_adapters.dynatrace.client import DynatraceClient, times
from opsloom_adapters.dynatrace.selectors import metric_selector, services_named
from opsloom_adapters.dynatrace.services import find_services, no_such_service
from opsloom_adapters.dynatrace.signals import SERVICE_METRICS, SIGNALS, kind_of

_ONE_POINT = "Inf"
_SPAN = re.compile(r"(\d{1,6})([mhdw])")
_SECONDS = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_OF_ANY_SERVICE = "Dynatrace does not tell which metrics a service has: these are all that services can have"


async def list_metrics(client: DynatraceClient, query: MetricCatalogQuery, call: Call) -> Page[MetricDescriptor]:
    """The metrics that were written since the window began; of a service, those that Dynatrace has of services."""
    if query.service is not None and not await find_services(client, query.service, query.window, call):
        return no_such_service(query.service)
    filters = [("writtenSince", dict(times(query.window))["from"])]
    if query.service is not None:
        filters.append(("metricSelector", SERVICE_METRICS))
    elif query.text:  # Dynatrace searches by a selector or by text
        filters.append(("text", query.text))
    wanted = (query.text or "").casefold()
    found = await client.metrics(
        call,
        filters,
        limit=min(query.limit, limits.PROVIDER_ROWS_MAX),
        wanted=lambda one: wanted in f"{one.metric_id}\n{one.display_name}".casefold(),
    )
    return Page(
        rows=tuple(_descriptor_of(one, query.service) for one in found.rows),
        complete=found.complete,
        query="metrics " + " ".join(f"{name}={value}" for name, value in filters),
        notes=(_OF_ANY_SERVICE,) if query.service is not None else (),
    )


async def query_metrics(client: DynatraceClient, query: MetricQuery, call: Call) -> Page[Series]:
    """The values of one metric, or of what tells how a service is.

    :raises InvalidRequestError: the window or the step is out of bounds, or neither metric nor service is given.
    :raises UnsupportedError: PromQL.
    :raises NotFoundError: Dynatrace has no such metric.
    """
    if query.promql is not None:
        raise UnsupportedError("Dynatrace does not take PromQL; give metric, with service, aggregate and group_by")
    if query.metric is None and query.service is None:
        raise InvalidRequestError("give metric or service; list_metrics names the metrics")
    resolution = resolution_of(query)
    if query.service is not None and not await find_services(client, query.service, query.window, call):
        return no_such_service(query.service)
    entities = services_named(query.service) if query.service is not None else None
    asked = await _asked_of(client, query, call)
    selector = ",".join(one.selector for one in asked)
    data = await client.metric_data(call, selector, entities, query.window, resolution)
    series = [one for result in data.result for one in _series_of(result, query, asked)]
    rows = tuple(series[: min(query.limit, limits.METRIC_SERIES_MAX)])
    return Page(
        rows=rows,
        total=len(series),
        complete=len(rows) == len(series),
        query=selector if entities is None else f"{selector} of {entities}",
        notes=tuple(_notes(data, query, resolution)),
    )


def resolution_of(query: MetricQuery) -> str:
    """The distance of points that is asked for: whole minutes, or one point for a step as long as the window.

    :raises InvalidRequestError: the window or the step is out of bounds.
    """
    check_bounds(query)
    if query.step_seconds >= query.window.seconds:
        return _ONE_POINT
    finest = math.ceil(query.window.seconds / limits.METRIC_FETCH_POINTS_MAX / 60)
    return f"{max(math.ceil(query.step_seconds / 60), finest)}m"


@dataclass(frozen=True)
class _Asked:
    """One metric of the question, and what is known of its values."""

    selector: str
    metric: str
    kind: MetricKind | None
    unit: str


async def _asked_of(client: DynatraceClient, query: MetricQuery, call: Call) -> list[_Asked]:
    """The metric that is named, whose unit Dynatrace tells, or those that tell how a service is."""
    if query.metric is None:
        known = SIGNALS[: min(query.limit, limits.METRIC_SIGNALS_MAX)]
        return [_asked(one.metric, query, query.aggregate or one.aggregate, one.unit, one.kind) for one in known]
    described = await client.metric(call, query.metric)
    return [_asked(query.metric, query, query.aggregate, described.unit, kind_of(query.metric))]


def _asked(metric: str, query: MetricQuery, aggregate: Aggregate | None, unit: str, kind: MetricKind | None) -> _Asked:
    per_second = f"{unit}/s" if aggregate is Aggregate.RATE else unit
    return _Asked(metric_selector(metric, aggregate, query.group_by), metric, kind, per_second)


def _series_of(result: wire.MetricResult, query: MetricQuery, asked: Sequence[_Asked]) -> Iterable[Series]:
    """Dynatrace repeats the selector, as it reads it, as the id of the metric."""
    one = next((one for one in asked if result.metric_id.startswith(one.metric)), asked[0])
    for heard in result.data:
        points = zip(heard.timestamps, heard.values, strict=False)
        yield Series(
            metric=one.metric,
            service=query.service,
            kind=one.kind,
            unit=one.unit,
            labels={name: value or "" for name, value in heard.dimension_map.items()},
            points=tuple((millis / 1_000, value) for millis, value in points if value is not None),
        )


def _notes(data: wire.MetricData, query: MetricQuery, resolution: str) -> Iterable[str]:
    warnings = len(dict.fromkeys((*data.warnings, *(text for result in data.result for text in result.warnings))))
    if warnings:
        yield f"warnings of Dynatrace: {warnings}; some of what was asked may not apply to this metric"
    told = data.resolution or resolution
    span = _SPAN.fullmatch(told)
    if span is not None and int(span[1]) * _SECONDS[span[2]] != query.step_seconds:
        yield f"Dynatrace has these points {told} apart"


def _descriptor_of(heard: wire.MetricDescriptor, service: str | None) -> MetricDescriptor:
    return MetricDescriptor(
        name=heard.metric_id,
        service=service,
        kind=kind_of(heard.metric_id),
        unit=heard.unit,
        type_raw=heard.default_aggregation.type if heard.default_aggregation else "",
        help=heard.description or heard.display_name,
    )
