"""MetricReader on Datadog: the values of metrics."""

import math
from collections.abc import Iterator

from opsloom.adapter_api.call import Call
from opsloom.model.errors import UnexpectedAnswerError
from opsloom.model.limits import METRIC_SERIES_MAX, UPSTREAM_QUOTE_CHARS
from opsloom.model.metrics import MetricQuery, Series
from opsloom.model.page import Page
from opsloom.model.window import Window
from opsloom_adapters.datadog import wire
from opsloom_adapters.datadog.client import DatadogClient
from opsloom_adapters.datadog.links import metric_link, service_link
from opsloom_adapters.datadog.metric_questions import (
    Asked,
    aggregator_of,
    asked_of,
    check_question,
    groups_of,
    scope_of,
    text_of,
)
from opsloom_adapters.datadog.tags import labels_of


async def query_metrics(client: DatadogClient, site_url: str, query: MetricQuery, call: Call) -> Page[Series]:
    """The series of ``query``, of a service alone its golden signals as APM counts them.

    :raises InvalidRequestError: a bad name, or neither metric nor service.
    :raises UnsupportedError: PromQL.
    """
    check_question(query, call.instance)
    asked = asked_of(query)
    most = min(query.limit, METRIC_SERIES_MAX)
    link = _link_of(site_url, query)
    reply = await client.timeseries(call, _attributes(query, asked, most + 1), window=query.window, link=link)
    series = list(_series_of(_data_of(reply, call), asked, query))
    return Page(
        rows=tuple(series[:most]),
        total=len(series) if len(series) <= most else None,
        complete=len(series) <= most,
        query=text_of(query) if query.metric else f"apm_metrics of service:{query.service}",
        link=link,
        notes=tuple(_notes(query, series)),
    )


def _attributes(query: MetricQuery, asked: tuple[Asked, ...], most: int) -> dict[str, object]:
    """Each query is a formula of its own, which is what limits its series."""
    limit = {"count": most, "order": "desc"}
    return {
        "from": int(query.window.start.timestamp() * 1_000),
        "to": int(query.window.end.timestamp() * 1_000),
        "interval": query.step_seconds * 1_000,
        "queries": [one.source for one in asked],
        "formulas": [{"formula": one.source["name"], "limit": limit} for one in asked],
    }


def _data_of(reply: wire.Timeseries, call: Call) -> wire.TimeseriesAttributes:
    """
    :raises UnexpectedAnswerError: a query failed, which Datadog says with status 200.
    """
    if reply.errors or reply.data is None:
        raise UnexpectedAnswerError(
            f"{call.instance} could not answer this metric query",
            instance=call.instance,
            upstream=reply.errors[:UPSTREAM_QUOTE_CHARS],
        )
    return reply.data.attributes


def _series_of(data: wire.TimeseriesAttributes, asked: tuple[Asked, ...], query: MetricQuery) -> Iterator[Series]:
    """One series per head; those without any value in the window are left out."""
    for head, values in zip(data.series, data.values, strict=False):
        points = _points(data.times, values, query.window)
        if points and head.query_index < len(asked):
            source = asked[head.query_index]
            yield Series(
                metric=source.metric,
                service=query.service,
                kind=source.kind,
                unit=_unit(head.unit),
                labels=labels_of(head.group_tags),
                points=points,
            )


def _points(
    times: tuple[int, ...], values: tuple[float | None, ...], window: Window
) -> tuple[tuple[float, float], ...]:
    start, end = window.start.timestamp(), window.end.timestamp()
    pairs = ((at / 1_000, value) for at, value in zip(times, values, strict=False))
    return tuple((at, value) for at, value in pairs if value is not None and math.isfinite(value) and start <= at < end)


def _unit(units: tuple[wire.Unit | None, ...] | None) -> str:
    """``byte/second`` of the two that Datadog tells."""
    return "/".join(unit.name for unit in units or () if unit and unit.name)


def _link_of(site_url: str, query: MetricQuery) -> str:
    if query.metric is None:
        return service_link(site_url, query.service or "", query.window)
    groups = ",".join(groups_of(query))
    return metric_link(site_url, query.metric, scope_of(query), aggregator_of(query), groups, query.window)


def _notes(query: MetricQuery, series: list[Series]) -> Iterator[str]:
    if query.metric is None and not series:
        yield "APM has counted no requests of this service in the window; ask for a metric by name"
    if query.metric is not None and query.aggregate is None:
        yield "Datadog aggregates every query: these are averages over all series of a group"
