"""What can be asked about recorded metrics, and how points are thinned."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from opsloom.model.errors import InvalidRequestError, UnsupportedError
from opsloom.model.limits import METRIC_FETCH_POINTS_MAX
from opsloom.model.metrics import Aggregate, MetricCatalogQuery, MetricKind, MetricQuery, Series
from opsloom.model.page import Page
from tests.adapters.recording.recordings import DEMO, at, call, csv_of, last, replay, write

NINE = int(at("09:00").timestamp())


def samples_of(service: str, metric: str, values: Mapping[int, object]) -> list[tuple[str, str, float, object]]:
    """Values by seconds after 09:00."""
    return [(service, metric, NINE + seconds, value) for seconds, value in values.items()]


def query(**fields: Any) -> MetricQuery:
    return MetricQuery(**{"window": last(hours=1), "step_seconds": 60, "limit": 10, **fields})


async def ask(folder: Path, **fields: Any) -> Page[Series]:
    async with replay(folder) as adapter:
        return await adapter.query_metrics(query(**fields), call())


def points_of(series: Series) -> dict[float, float]:
    """Values by seconds after 09:00."""
    return {seconds - NINE: value for seconds, value in series.points}


async def test_points_finer_than_the_step_become_their_mean_at_the_time_of_the_last(tmp_path: Path) -> None:
    write(tmp_path, {"series.csv": csv_of(samples_of("web", "load", {0: 1, 20: 2, 40: 6, 60: 8}))})
    (series,) = (await ask(tmp_path, metric="load")).rows
    assert points_of(series) == {40: 3, 60: 8}


async def test_steps_without_points_stay_gaps(tmp_path: Path) -> None:
    write(tmp_path, {"series.csv": csv_of(samples_of("web", "load", {0: 1, 600: 0}))})
    (series,) = (await ask(tmp_path, metric="load")).rows
    assert points_of(series) == {0: 1, 600: 0}


async def test_what_is_not_a_number_is_a_gap(tmp_path: Path) -> None:
    values = {0: 1, 60: "NaN", 120: "+Inf", 180: 2}
    write(tmp_path, {"series.csv": csv_of(samples_of("web", "p99", values))})
    (series,) = (await ask(tmp_path, metric="p99")).rows
    assert points_of(series) == {0: 1, 180: 2}


async def test_a_step_that_would_make_too_many_points_is_coarsened(tmp_path: Path) -> None:
    seconds = range(2 * METRIC_FETCH_POINTS_MAX)
    write(tmp_path, {"series.csv": csv_of(samples_of("web", "load", dict.fromkeys(seconds, 1)))})
    window = last(hours=2 * METRIC_FETCH_POINTS_MAX / 3600)
    (series,) = (await ask(tmp_path, metric="load", window=window, step_seconds=1)).rows
    assert 600 <= len(series.points) <= METRIC_FETCH_POINTS_MAX


async def test_points_outside_the_half_open_window_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, {"series.csv": csv_of(samples_of("web", "load", {0: 1, 60: 2, 120: 3}))})
    window = last(hours=1 / 60, until=at("09:02"))
    (series,) = (await ask(tmp_path, metric="load", window=window)).rows
    assert points_of(series) == {60: 2}


async def test_points_that_are_not_in_order_are_put_in_order(tmp_path: Path) -> None:
    write(tmp_path, {"series.csv": csv_of(samples_of("web", "load", {120: 3, 0: 1, 60: 2}))})
    window = last(hours=1, until=at("09:01:30"))
    (series,) = (await ask(tmp_path, metric="load", window=window)).rows
    assert series.points == ((NINE, 1), (NINE + 60, 2))


@pytest.mark.parametrize(
    ("aggregate", "value"),
    [
        (Aggregate.AVG, 4),
        (Aggregate.SUM, 12),
        (Aggregate.MIN, 1),
        (Aggregate.MAX, 9),
        (Aggregate.P50, 2),
        (Aggregate.P90, 7.6),
    ],
)
async def test_several_services_become_one_series(tmp_path: Path, aggregate: Aggregate, value: float) -> None:
    samples = [sample for i, one in enumerate((1, 2, 9)) for sample in samples_of(f"web-{i}", "load", {0: one})]
    write(tmp_path, {"series.csv": csv_of(samples)})
    (series,) = (await ask(tmp_path, metric="load", aggregate=aggregate)).rows
    assert series.service is None
    assert points_of(series) == {0: pytest.approx(value)}


async def test_grouping_by_service_keeps_them_apart_and_names_them(tmp_path: Path) -> None:
    samples = samples_of("a", "load", {0: 1}) + samples_of("b", "load", {0: 3})
    write(tmp_path, {"series.csv": csv_of(samples)})
    page = await ask(tmp_path, metric="load", aggregate=Aggregate.SUM, group_by=("service",))
    assert [(series.service, points_of(series)) for series in page.rows] == [("a", {0: 1}), ("b", {0: 3})]


async def test_two_metrics_never_become_one_series(tmp_path: Path) -> None:
    samples = samples_of("web", "load", {0: 1}) + samples_of("web", "errors", {0: 3})
    write(tmp_path, {"series.csv": csv_of(samples)})
    page = await ask(tmp_path, service="web", aggregate=Aggregate.SUM)
    assert [(series.metric, points_of(series)) for series in page.rows] == [("errors", {0: 3}), ("load", {0: 1})]


async def test_the_rate_of_a_counter_is_per_second_and_survives_a_restart(tmp_path: Path) -> None:
    samples = samples_of("web", "errors_total", {0: 100, 60: 160, 120: 30})
    write(tmp_path, {"series.csv": csv_of(samples)})
    (series,) = (await ask(tmp_path, metric="errors_total", aggregate=Aggregate.RATE)).rows
    assert points_of(series) == {60: 1.0, 120: 0.5}


async def test_the_rate_of_no_counter_is_refused_with_what_is_valid() -> None:
    async with replay(DEMO) as adapter:
        with pytest.raises(InvalidRequestError, match=r"_total.*avg, sum, min, max, p50"):
            await adapter.query_metrics(query(service="checkout", aggregate=Aggregate.RATE), call())


async def test_promql_is_refused() -> None:
    async with replay(DEMO) as adapter:
        with pytest.raises(UnsupportedError, match="PromQL"):
            await adapter.query_metrics(query(promql="vector(1)"), call())


async def test_neither_metric_nor_service_is_refused() -> None:
    async with replay(DEMO) as adapter:
        with pytest.raises(InvalidRequestError, match="metric, service or both"):
            await adapter.query_metrics(query(), call())


async def test_grouping_by_a_label_that_no_recording_has_is_refused() -> None:
    async with replay(DEMO) as adapter:
        with pytest.raises(InvalidRequestError, match="only be service"):
            await adapter.query_metrics(query(metric="http_error_ratio", group_by=("pod",)), call())


async def test_a_metric_that_is_not_there_is_an_empty_page_that_says_how_to_go_on() -> None:
    async with replay(DEMO) as adapter:
        page = await adapter.query_metrics(query(metric="no_such_metric"), call())
    assert (page.rows, page.total, page.complete) == ((), 0, True)
    assert "list the metrics" in page.notes[0]


async def test_more_series_than_asked_for_are_cut_and_counted() -> None:
    async with replay(DEMO) as adapter:
        page = await adapter.query_metrics(query(metric="http_error_ratio", limit=2), call())
    assert (len(page.rows), page.total, page.complete) == (2, 5, False)


async def test_kind_unit_and_help_come_from_the_description() -> None:
    async with replay(DEMO) as adapter:
        catalog = MetricCatalogQuery(window=last(hours=1), service="checkout", text="P99", limit=10)
        (told,) = (await adapter.list_metrics(catalog, call())).rows
        (series,) = (await adapter.query_metrics(query(metric=told.name, service="checkout"), call())).rows
    assert (told.kind, told.unit, told.help) == (MetricKind.LATENCY, "s", "99th percentile of the time to answer")
    assert (series.kind, series.unit) == (MetricKind.LATENCY, "s")


async def test_a_series_without_a_description_is_listed_with_the_unit_of_its_name(tmp_path: Path) -> None:
    write(tmp_path, {"series.csv": csv_of(samples_of("web", "LatencyP90(ms)", {0: 1}))})
    async with replay(tmp_path) as adapter:
        (told,) = (await adapter.list_metrics(MetricCatalogQuery(window=last(hours=1), limit=5), call())).rows
    assert (told.name, told.unit, told.kind) == ("LatencyP90(ms)", "ms", None)


async def test_a_name_with_commas_and_quotes_is_read_as_csv_has_it(tmp_path: Path) -> None:
    write(tmp_path, {"series.csv": f'service,metric,ts,value\n"a ""b"", c",load,{NINE},1\n'})
    (series,) = (await ask(tmp_path, service='a "b", c')).rows
    assert (series.service, points_of(series)) == ('a "b", c', {0: 1})
