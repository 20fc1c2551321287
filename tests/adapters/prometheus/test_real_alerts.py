"""A bad deploy in the shop of the test bed, as Prometheus tells of it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import anyio
import httpx
import pytest

from opsloom.model.alerts import Alert, AlertStatus, Severity
from opsloom.model.metrics import Aggregate, MetricKind
from opsloom_adapters.prometheus import PrometheusAdapter
from tests.adapters.prometheus.asking import alert_query, call_at, connected, hour_until, metric_query
from tests.bed.shop.world import NEXT_VERSIONS

FIRES_WITHIN_SECONDS = 30


@pytest.fixture
async def bad_checkout(bed: Any) -> AsyncIterator[None]:
    bed.need("prometheus")
    await anyio.to_thread.run_sync(bed.shop.deploy, "checkout", NEXT_VERSIONS["checkout"])
    yield
    await anyio.to_thread.run_sync(bed.shop.restore)


async def until_firing(adapter: PrometheusAdapter, name: str) -> Alert:
    with anyio.fail_after(FIRES_WITHIN_SECONDS):
        while True:
            now = datetime.now(UTC)
            query = alert_query(window=hour_until(now), service="checkout", statuses={AlertStatus.FIRING})
            page = await adapter.search_alerts(query, call_at(now))
            firing = [alert for alert in page.rows if alert.name == name]
            if firing:
                return firing[0]
            await anyio.sleep(0.2)


async def until_alertmanager_shows(url: str, fingerprint: str) -> None:
    with anyio.fail_after(FIRES_WITHIN_SECONDS):
        async with httpx.AsyncClient() as client:
            while True:
                reply = await client.get(f"{url}/api/v2/alerts")
                if fingerprint in {alert["fingerprint"] for alert in reply.raise_for_status().json()}:
                    return
                await anyio.sleep(0.2)


@pytest.mark.usefixtures("bad_checkout")
async def test_the_alert_fires_with_its_condition_and_has_the_fingerprint_that_alertmanager_shows(bed: Any) -> None:
    async with connected(base_url=bed.prometheus.url) as adapter:
        alert = await until_firing(adapter, "HighErrorRatio")
        again = await adapter.get_alert(alert.ref.native_id, call_at(datetime.now(UTC)))
        assert (again.ref, again.starts_at) == (alert.ref, alert.starts_at)
    assert (alert.severity, alert.team) == (Severity.CRITICAL, "checkout")
    assert (alert.metric, alert.signal, alert.threshold) == ("http_requests_total", MetricKind.ERRORS, 0.05)
    assert alert.observed is not None
    assert alert.observed > 0.05
    await until_alertmanager_shows(bed.alertmanager.url, alert.fingerprint)


@pytest.mark.usefixtures("bad_checkout")
async def test_the_rates_of_failed_requests_and_the_quantiles_of_their_duration_are_there(bed: Any) -> None:
    async with connected(base_url=bed.prometheus.url, scrape_interval_seconds=1) as adapter:
        await until_firing(adapter, "HighErrorRatio")
        now = datetime.now(UTC)
        checkout = {"window": hour_until(now), "step_seconds": 2, "service": "checkout"}
        by_code = {"metric": "http_requests_total", "aggregate": Aggregate.RATE, "group_by": ("code",)}
        rates = await adapter.query_metrics(metric_query(**checkout, **by_code), call_at(now))
        failing = next(series for series in rates.rows if series.labels == {"code": "500"})
        assert (failing.kind, failing.service, failing.unit) == (MetricKind.ERRORS, "checkout", "1/s")
        assert max(value for _, value in failing.points) > 0
        slowest = {"metric": "http_request_duration_seconds", "aggregate": Aggregate.P90}
        quantiles = await adapter.query_metrics(metric_query(**checkout, **slowest), call_at(now))
        (series,) = quantiles.rows
        assert (series.kind, series.unit) == (MetricKind.LATENCY, "seconds")
        raw = await adapter.query_metrics(metric_query(**checkout, metric="http_requests_total"), call_at(now))
        assert "is a counter" in raw.notes[0]
