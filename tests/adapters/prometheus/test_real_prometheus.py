"""Against the Prometheus of the test bed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import pytest

from opsloom.model.errors import InvalidRequestError
from opsloom.model.metrics import Aggregate, Series
from opsloom.model.page import Page
from opsloom.model.window import Window
from opsloom_adapters.prometheus import PrometheusAdapter
from tests.adapters.prometheus.asking import HOSTILE, call_at, catalog_query, connected, metric_query

FIRST_SCRAPES_SECONDS = 20


def last_minute() -> Window:
    now = datetime.now(UTC)
    return Window(start=now - timedelta(minutes=1), end=now)


async def ask(adapter: PrometheusAdapter, **asked: Any) -> Page[Series]:
    query = metric_query(**{"window": last_minute(), "step_seconds": 1, **asked})
    return await adapter.query_metrics(query, call_at(datetime.now(UTC)))


async def until_scraped(adapter: PrometheusAdapter, **asked: Any) -> Page[Series]:
    """The first page that has rows."""
    with anyio.fail_after(FIRST_SCRAPES_SECONDS):
        while True:
            page = await ask(adapter, **asked)
            if page.rows:
                return page
            await anyio.sleep(0.2)


async def test_points_are_numbers_inside_the_window_in_ascending_order(bed: Any) -> None:
    async with connected(base_url=bed.prometheus.url) as adapter:
        await until_scraped(adapter, metric="up")
        window = last_minute()
        page = await ask(adapter, metric="up", window=window)
    for series in page.rows:
        times = [at for at, _ in series.points]
        assert times == sorted(times)
        assert window.start.timestamp() <= times[0]
        assert times[-1] < window.end.timestamp()
        assert {value for _, value in series.points} <= {0.0, 1.0}


async def test_a_service_is_found_by_whatever_label_names_it(bed: Any) -> None:
    async with connected(base_url=bed.prometheus.url, scrape_interval_seconds=1) as adapter:
        page = await until_scraped(adapter, metric="up")
        service = page.rows[0].service
        assert service is not None
        mine = await ask(adapter, metric="up", service=service)
        assert {series.service for series in mine.rows} == {service}
        counted = await ask(adapter, promql="count(up)", step_seconds=60)
        assert counted.rows[0].points[0][1] >= len(mine.rows)
        summed = await ask(adapter, metric="up", service=service, aggregate=Aggregate.SUM, step_seconds=60)
        assert [len(series.points) for series in summed.rows] == [1]


@pytest.mark.parametrize("service", [HOSTILE, "a\nb\\", "\x00\x1f\t", "--output=/etc/x", "../../etc/passwd"])
@pytest.mark.parametrize("aggregate", [None, Aggregate.RATE, Aggregate.MAX, Aggregate.P99])
async def test_a_hostile_service_is_a_service_that_does_not_exist(
    bed: Any, service: str, aggregate: Aggregate | None
) -> None:
    async with connected(base_url=bed.prometheus.url) as adapter:
        await until_scraped(adapter, metric="up")
        page = await ask(adapter, metric="up", service=service, aggregate=aggregate)
        assert (page.rows, page.complete, page.notes) == ((), True, ())
        catalog = catalog_query(window=last_minute(), service=service)
        assert (await adapter.list_metrics(catalog, call_at(datetime.now(UTC)))).rows == ()


async def test_a_metric_is_found_by_a_part_of_its_name_in_any_case(bed: Any) -> None:
    async with connected(base_url=bed.prometheus.url) as adapter:
        await until_scraped(adapter, metric="up")
        catalog = catalog_query(window=last_minute(), text="SCRAPE_DURATION")
        page = await adapter.list_metrics(catalog, call_at(datetime.now(UTC)))
    assert "scrape_duration_seconds" in {metric.name for metric in page.rows}
    assert all("scrape_duration" in metric.name for metric in page.rows)


@pytest.mark.parametrize("promql", ["up{", "rate(up)", "sum by (", "up == ", '"text"'])
@pytest.mark.parametrize("step_seconds", [1, 60], ids=["range", "instant"])
async def test_promql_that_prometheus_refuses_comes_back_with_its_reason(
    bed: Any, promql: str, step_seconds: int
) -> None:
    async with connected(base_url=bed.prometheus.url) as adapter:
        with pytest.raises(InvalidRequestError) as caught:
            await ask(adapter, promql=promql, step_seconds=step_seconds)
    assert "promql" in str(caught.value)


async def test_a_quotient_without_value_is_absent_and_not_zero(bed: Any) -> None:
    async with connected(base_url=bed.prometheus.url) as adapter:
        await until_scraped(adapter, metric="up")
        page = await ask(adapter, promql="up * 0 / 0")
    assert page.rows == ()
    assert "without any finite value" in page.notes[0]


async def test_the_probe_tells_the_version_and_the_server_s_own_time(bed: Any) -> None:
    async with connected(base_url=bed.prometheus.url) as adapter:
        probe = await adapter.probe(call_at(datetime.now(UTC)))
    assert probe.version[0].isdigit()
    assert probe.server_time is not None
