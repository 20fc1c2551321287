"""Metrics: a gap stays a gap, a step is dated, and a series fits into the answer."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from opsloom.adapter_api.call import Call
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import METRIC_POINTS_MAX, METRIC_WINDOW_MAX_SECONDS
from opsloom.model.metrics import MetricDescriptor, MetricKind, MetricQuery, Series
from opsloom.model.page import Page
from opsloom.model.window import format_time
from opsloom.providers.instance import Instance
from tests.providers.scripted import scripted
from tests.tools.house import NOW, column, demo, house, record

START = (NOW - timedelta(hours=1)).timestamp()


class Meters:
    """A provider of the given series, cut to the window that is asked for."""

    def __init__(self, *series: Series) -> None:
        self.queries: list[MetricQuery] = []
        self._series = series

    def named(self, name: str) -> Instance:
        return scripted(name, self._answer)

    async def _answer(self, _method: str, query: Any, _call: Call) -> Page[Any]:
        if not isinstance(query, MetricQuery):
            described = [MetricDescriptor(name=one.metric, service=one.service) for one in self._series]
            return Page[Any](rows=tuple(described))
        self.queries.append(query)
        start, end = query.window.start.timestamp(), query.window.end.timestamp()
        inside = [
            one.model_copy(update={"points": tuple(point for point in one.points if start <= point[0] < end)})
            for one in self._series
        ]
        return Page[Any](rows=tuple(inside))


def series(*minutes_and_values: tuple[float, float], **fields: Any) -> Series:
    """Points by the minute of the hour before the present."""
    points = tuple((START + 60 * minute, value) for minute, value in minutes_and_values)
    return Series(**{"metric": "up", "points": points, **fields})


def every_minute(value: float, first: int = 0, last: int = 60) -> list[tuple[float, float]]:
    return [(minute, value) for minute in range(first, last)]


async def test_a_gap_is_null_and_never_zero(tmp_path: Path) -> None:
    meters = Meters(series(*every_minute(5, 0, 10), *every_minute(7, 50, 60)))
    async with house(tmp_path, meters.named("prom")) as asked:
        row = record(await asked.ask("query_metrics", metric="up"))
    assert row["points"] == [5.0] * 10 + [None] * 40 + [7.0] * 10
    assert (row["min"], row["mean"], row["max"], row["last"]) == (5, 6, 7, 7)


async def test_a_series_without_points_has_no_figures(tmp_path: Path) -> None:
    async with house(tmp_path, Meters(series()).named("prom")) as asked:
        row = record(await asked.ask("query_metrics", metric="up"))
    assert [row[name] for name in ("last", "min", "mean", "max", "stepped_at", "before", "after")] == [None] * 7
    assert set(row["points"]) == {None}


async def test_a_value_of_zero_is_a_value(tmp_path: Path) -> None:
    async with house(tmp_path, Meters(series((0, 0.0), (1, 0.0))).named("prom")) as asked:
        row = record(await asked.ask("query_metrics", metric="up"))
    assert row["points"][:3] == [0.0, 0.0, None]
    assert (row["last"], row["mean"]) == (0, 0)


@pytest.mark.parametrize("since", ["-90s", "-7m", "-61m", "-1d", "-31d"])
@pytest.mark.parametrize("count", [1, 3, 20])
async def test_a_series_has_at_most_60_points_that_cover_the_window(tmp_path: Path, since: str, count: int) -> None:
    meters = Meters(*(series(*every_minute(1), service=f"s{number}") for number in range(count)))
    async with house(tmp_path, meters.named("prom")) as asked:
        answer = await asked.answer("query_metrics", metric="up", since=since)
    assert answer.window is not None
    for row in answer.rows:
        cells = dict(zip(answer.columns, row, strict=True))
        assert isinstance(cells["points"], list)
        assert len(cells["points"]) <= METRIC_POINTS_MAX
        assert cells["points_from"] == format_time(answer.window.start)
        assert len(cells["points"]) * cells["points_step_seconds"] >= answer.window.seconds  # type: ignore[operator]


async def test_many_series_share_the_points(tmp_path: Path) -> None:
    meters = Meters(*(series(*every_minute(1), service=f"s{number}") for number in range(20)))
    async with house(tmp_path, meters.named("prom")) as asked:
        answer = await asked.ask("query_metrics", metric="up")
    assert {len(points) for points in column(answer, "points")} == {6}
    assert (answer["shown"], answer["total"]) == (20, 20)


async def test_a_step_is_dated_with_both_levels(tmp_path: Path) -> None:
    meters = Meters(series(*every_minute(1, 0, 40), *every_minute(9, 40, 60)))
    async with house(tmp_path, meters.named("prom")) as asked:
        row = record(await asked.ask("query_metrics", metric="up"))
    assert (row["stepped_at"], row["before"], row["after"]) == ("2026-03-03T09:01:00Z", 1, 9)


async def test_the_incident_of_the_demo_is_dated(tmp_path: Path) -> None:
    async with house(tmp_path, demo()) as asked:
        row = record(await asked.ask("query_metrics", metric="http_error_ratio", service="checkout", baseline="-1h"))
    assert row["stepped_at"] in {"2026-03-03T09:12:00Z", "2026-03-03T09:13:00Z"}
    assert row["after"] > 20 * row["before"]
    assert row["change_ratio"] == pytest.approx(row["mean"] / row["baseline_mean"], rel=0.01)
    assert row["change_ratio"] > 5


async def test_a_baseline_compares_with_the_same_window_back_then(tmp_path: Path) -> None:
    doubled, new = series(*every_minute(4), *every_minute(2, -1440, -1380), service="a"), series((5, 1), service="b")
    meters = Meters(doubled, new)
    async with house(tmp_path, meters.named("prom")) as asked:
        answer = await asked.ask("query_metrics", metric="up", baseline="-1d")
    assert list(zip(column(answer, "baseline_mean"), column(answer, "change_ratio"), strict=True)) == [
        (2, 2),
        (None, None),
    ]
    assert "baseline is 2026-03-02T08:21:00Z to 2026-03-02T09:21:00Z" in answer["notes"]
    assert [query.window.seconds for query in meters.queries] == [3_600, 3_600]


async def test_a_baseline_of_zero_has_no_ratio(tmp_path: Path) -> None:
    meters = Meters(series(*every_minute(4), *every_minute(0, -60, 0)))
    async with house(tmp_path, meters.named("prom")) as asked:
        row = record(await asked.ask("query_metrics", metric="up", baseline="-1h"))
    assert (row["baseline_mean"], row["change_ratio"]) == (0, None)


async def test_a_source_that_is_silent_about_the_baseline_makes_the_answer_partial(tmp_path: Path) -> None:
    async def act(_method: str, query: MetricQuery, _call: Call) -> Page[Series]:
        if query.window.end < NOW:
            raise InvalidRequestError("too far back")
        return Page[Series](rows=(series(*every_minute(1)),))

    async with house(tmp_path, scripted("prom", act)) as asked:
        answer = await asked.ask("query_metrics", metric="up", baseline="-1d")
    assert answer["status"] == "partial"
    assert record(answer)["baseline_mean"] is None


@pytest.mark.parametrize("baseline", ["yesterday", "1d", "", "-999999w"])
async def test_a_wrong_baseline_is_refused_before_anybody_is_asked(tmp_path: Path, baseline: str) -> None:
    meters = Meters(series(*every_minute(1)))
    async with house(tmp_path, meters.named("prom")) as asked:
        with pytest.raises(InvalidRequestError):
            await asked.ask("query_metrics", metric="up", baseline=baseline)
    assert meters.queries == []


async def test_metric_and_promql_exclude_each_other(tmp_path: Path) -> None:
    async with house(tmp_path, demo()) as asked:
        with pytest.raises(InvalidRequestError, match="give either metric or promql"):
            await asked.ask("query_metrics", metric="up", promql="up")


async def test_a_window_too_long_for_metrics_is_refused(tmp_path: Path) -> None:
    since = format_time(NOW - timedelta(seconds=METRIC_WINDOW_MAX_SECONDS + 1))
    async with house(tmp_path, demo()) as asked:
        with pytest.raises(InvalidRequestError, match="over 31 days"):
            await asked.ask("query_metrics", metric="up", since=since)


async def test_without_a_metric_those_that_exist_are_listed(tmp_path: Path) -> None:
    async with house(tmp_path, demo()) as asked:
        answer = await asked.ask("query_metrics", service="checkout")
    assert "http_error_ratio" in column(answer, "metric")
    assert set(column(answer, "service")) == {"checkout"}
    assert set(column(answer, "kind")) >= {MetricKind.ERRORS, MetricKind.LATENCY}


async def test_the_question_reaches_the_provider_with_a_step_that_fits_the_window(tmp_path: Path) -> None:
    meters = Meters(series(*every_minute(1)))
    async with house(tmp_path, meters.named("prom")) as asked:
        await asked.ask("query_metrics", metric="up", service="web", aggregate="p99", group_by="pod,zone", since="-1d")
    (query,) = meters.queries
    assert (query.metric, query.service, query.aggregate, query.group_by) == ("up", "web", "p99", ("pod", "zone"))
    assert query.step_seconds == 360


async def test_points_lie_in_the_step_of_their_time(tmp_path: Path) -> None:
    meters = Meters(series((0, 1.0), (59.999, 2.0)))
    async with house(tmp_path, meters.named("prom")) as asked:
        row = record(await asked.ask("query_metrics", metric="up"))
    assert (row["points"][0], row["points"][-1]) == (1.0, 2.0)
    assert datetime.fromisoformat(row["points_from"]) == NOW - timedelta(hours=1)


async def test_no_series_is_a_hint_that_a_name_may_be_wrong(tmp_path: Path) -> None:
    async with house(tmp_path, demo()) as asked:
        answer = await asked.ask("query_metrics", metric="http_eror_ratio", service="checkout")
    assert answer["status"] == "empty"
    assert any("lists what exists" in note for note in answer["notes"])
