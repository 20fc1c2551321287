"""Metrics: what exists, what it was, when it stepped, and how it compares with an earlier time."""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from opsloom.adapter_api.capabilities import MetricReader
from opsloom.analysis.change_point import find_change_point
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import (
    METRIC_POINTS_MAX,
    METRIC_SERIES_MAX,
    METRIC_STEP_MIN_SECONDS,
    METRIC_WINDOW_MAX_SECONDS,
    PROVIDER_ROWS_MAX,
)
from opsloom.model.metrics import Aggregate, MetricCatalogQuery, MetricQuery, Series
from opsloom.model.window import Window, format_time, parse_duration, resolve_window
from opsloom.providers.operations import LIST_METRICS, QUERY_METRICS
from opsloom.tools.answer import Answer, Cell
from opsloom.tools.arguments import Service, Since, Until
from opsloom.tools.context import ToolContext
from opsloom.tools.gather import Gathered, collect, gather
from opsloom.tools.registry import tool

# Four times as many points as are shown: a step is dated to a quarter of what the reader sees.
FETCHED_POINTS = 4 * METRIC_POINTS_MAX
LISTED_COLUMNS = ("metric", "service", "kind", "unit", "help", "source")
SERIES_COLUMNS = (
    "metric", "service", "labels", "unit", "last", "min", "mean", "max", "stepped_at", "before", "after",
    "points_from", "points_step_seconds", "points", "source",
)  # fmt: skip
BASELINE_COLUMNS = ("baseline_mean", "change_ratio")


@tool(MetricReader, title="Query metrics")
async def query_metrics(
    context: ToolContext,
    metric: Annotated[str | None, Field(description="omit to list what exists", max_length=300)] = None,
    service: Service = None,
    promql: Annotated[str | None, Field(description="instead of metric", max_length=4_000)] = None,
    since: Since = None,
    until: Until = None,
    aggregate: Annotated[Aggregate | None, Field(description="rate: per second, of counters")] = None,
    group_by: Annotated[list[str] | None, Field(description="label names", max_length=5)] = None,
    baseline: Annotated[str | None, Field(description="compare with back then: -1d", max_length=16)] = None,
) -> Answer:
    """Series of a window (default -1h): summary, when it stepped and from what to what, and points (null: no data)."""
    if metric and promql:
        raise InvalidRequestError("give either metric or promql")
    window, defaulted = resolve_window(since, until, context.now)
    if window.seconds > METRIC_WINDOW_MAX_SECONDS:
        raise InvalidRequestError(f"the window is over {METRIC_WINDOW_MAX_SECONDS // 86_400} days; ask for less")
    if metric or promql:
        query = MetricQuery(
            window=window,
            step_seconds=max(METRIC_STEP_MIN_SECONDS, math.ceil(window.seconds / FETCHED_POINTS)),
            metric=metric,
            service=service,
            promql=promql,
            aggregate=aggregate,
            group_by=tuple(group_by or ()),
            limit=METRIC_SERIES_MAX,
        )
        earlier = None if baseline is None else window.shifted(-parse_duration(baseline, "baseline"))
        answer = await _series(context, query, earlier)
    else:
        answer = await _catalog(context, MetricCatalogQuery(window=window, service=service, limit=PROVIDER_ROWS_MAX))
    answer.window, answer.window_defaulted, answer.now = window, defaulted, context.now
    return answer


async def _catalog(context: ToolContext, query: MetricCatalogQuery) -> Answer:
    found = await gather(context, LIST_METRICS, query)
    rows = sorted(found.rows, key=lambda row: (row[1].service or "", row[1].name, row[0]))
    return Answer(
        columns=LISTED_COLUMNS,
        rows=[[one.name, one.service, one.kind, one.unit, one.help, source] for source, one in rows],
        sources=found.sources,
        total=len(rows) if found.complete else found.total,
        notes=[*found.notes, "pass one as metric; narrow the list with service"],
        evidence=found.evidence,
    )


async def _series(context: ToolContext, query: MetricQuery, baseline: Window | None) -> Answer:
    found = await gather(context, QUERY_METRICS, query)
    rows = sorted(found.rows, key=lambda row: (row[1].service or "", row[1].metric, _labels(row[1]), row[0]))
    columns, notes = list(SERIES_COLUMNS), list(found.notes)
    if not rows:
        notes.append("no series fits: a name may be wrong; without metric this tool lists what exists")
    points = max(6, METRIC_POINTS_MAX // max(1, len(rows)))
    cells: list[list[Cell]] = [_cells(source, series, query.window, points) for source, series in rows]
    if baseline is not None:
        earlier = await collect(context, QUERY_METRICS, query.model_copy(update={"window": baseline}))
        columns += BASELINE_COLUMNS
        cells = [row + _compared(own, earlier) for row, own in zip(cells, rows, strict=True)]
        notes.append(f"baseline is {format_time(baseline.start)} to {format_time(baseline.end)}")
        found.sources.extend(earlier.sources)
        found.evidence.extend(earlier.evidence)
    return Answer(
        columns=columns,
        rows=cells,
        sources=found.sources,
        total=len(rows) if found.complete else found.total,
        notes=notes,
        evidence=found.evidence,
    )


def _cells(source: str, series: Series, window: Window, shown_points: int) -> list[Cell]:
    values = [value for _, value in series.points]
    start, step, shown = _downsampled(series.points, window, shown_points)
    cells: list[Cell] = [series.metric, series.service, _labels(series), series.unit]
    if values:
        cells += [values[-1], min(values), math.fsum(values) / len(values), max(values)]
    else:
        cells += [None, None, None, None]
    change = find_change_point(values)
    if change is None:
        cells += [None, None, None]
    else:
        cells += [_time(series.points[change.index][0], window), change.before, change.after]
    return [*cells, start, step, shown, source]


def _compared(own: tuple[str, Series], earlier: Gathered[Series]) -> list[Cell]:
    source, series = own
    for there, past in earlier.rows:
        if (there, past.metric, past.service, past.labels) == (source, series.metric, series.service, series.labels):
            then, now = _mean(past), _mean(series)
            return [then, now / then if then and now is not None else None]
    return [None, None]


def _mean(series: Series) -> float | None:
    return math.fsum(value for _, value in series.points) / len(series.points) if series.points else None


def _labels(series: Series) -> str:
    return ",".join(f"{name}={value}" for name, value in sorted(series.labels.items()))


def _downsampled(points: Sequence[tuple[float, float]], window: Window, count: int) -> tuple[str, int, list[Cell]]:
    """Means of equal steps over the window, ``None`` where there is no data."""
    step = max(1, math.ceil(window.seconds / count))
    start = window.start.timestamp()
    buckets: dict[int, list[float]] = {}
    for at, value in points:
        buckets.setdefault(int((at - start) // step), []).append(value)
    size = math.ceil(window.seconds / step)
    shown: list[Cell] = [
        _rounded(math.fsum(buckets[i]) / len(buckets[i])) if i in buckets else None for i in range(size)
    ]
    return format_time(window.start), step, shown


def _rounded(value: float) -> float:
    """Four significant digits: enough to see a shape, and a third fewer tokens."""
    return float(f"{value:.4g}")


def _time(timestamp: float, window: Window) -> str:
    return format_time(datetime.fromtimestamp(timestamp, window.start.tzinfo))
