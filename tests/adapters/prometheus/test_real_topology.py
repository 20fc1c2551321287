"""Who calls whom, from the Prometheus of the test bed: the shop counts its calls as a tracing back end does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import pytest

from opsloom.model.page import Page
from opsloom.model.topology import Dependency
from opsloom.model.window import Window
from opsloom_adapters.prometheus import PrometheusAdapter
from tests.adapters.prometheus.asking import HOSTILE, call_at, connected, dependency_query
from tests.bed.shop.world import CALLS

FIRST_CALLS_SECONDS = 30


async def ask(adapter: PrometheusAdapter, window: Window, service: str | None = None) -> Page[Dependency]:
    query = dependency_query(window=window, service=service)
    return await adapter.get_dependencies(query, call_at(datetime.now(UTC)))


def last_seconds(seconds: int) -> Window:
    now = datetime.now(UTC)
    return Window(start=now - timedelta(seconds=seconds), end=now)


async def test_the_calls_of_the_shop_are_its_edges(bed: Any) -> None:
    _ = bed.shop  # makes load from its start on
    expected = {(caller, callee) for caller, callees in CALLS.items() for callee in callees}
    async with connected(base_url=bed.prometheus.url, scrape_interval_seconds=1) as adapter:
        with anyio.fail_after(FIRST_CALLS_SECONDS):
            while True:
                window = last_seconds(60)
                page = await ask(adapter, window)
                if {(row.caller, row.callee) for row in page.rows} == expected and all(
                    row.first_seen and row.last_seen for row in page.rows
                ):
                    break
                await anyio.sleep(0.2)
        near = await ask(adapter, window, "checkout")
    for row in page.rows:
        assert row.request_rate is not None
        assert row.error_rate is not None
        assert 0 <= row.error_rate <= row.request_rate
        assert row.request_rate > 0
        assert row.first_seen is not None
        assert row.last_seen is not None
        assert window.start <= row.first_seen <= row.last_seen <= window.end
    assert {(row.caller, row.callee) for row in near.rows} == {ends for ends in expected if "checkout" in ends}


@pytest.mark.parametrize("service", [HOSTILE, "no-such-service"])
async def test_a_service_that_nobody_calls_has_no_edges_and_is_told_apart_from_a_server_that_cannot_tell(
    bed: Any, service: str
) -> None:
    async with connected(base_url=bed.prometheus.url, scrape_interval_seconds=1) as adapter:
        page = await ask(adapter, last_seconds(60), service)
        before = Window(start=datetime(2020, 1, 1, tzinfo=UTC), end=datetime(2020, 1, 1, 1, tzinfo=UTC))
        untold = await ask(adapter, before, service)
    assert (page.rows, page.complete) == ((), True)
    assert untold.rows == ()
    assert "none of the metrics" in untold.notes[0]
