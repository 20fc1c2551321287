"""The golden signals of services, computed by a real Prometheus: of the shop, and of what others publish."""

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest

from opsloom.model.metrics import MetricKind, Series
from opsloom.model.page import Page
from opsloom.model.window import Window
from opsloom_adapters.prometheus import PrometheusAdapter
from tests.adapters.prometheus.asking import HOSTILE, call_at, connected, metric_query
from tests.bed.debian import DebianPackages, cache_folder
from tests.bed.loopback import HOST
from tests.bed.processes import Processes
from tests.bed.prometheus import PACKAGE
from tests.bed.shop.world import NEXT_VERSIONS

ILL_WITHIN_SECONDS = 30
SCRAPE_SECONDS = 15
RECORDED = Window(
    start=datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=4),
    end=datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=3),
)

# Series of counters and how much each grows per second; ``!`` before a value marks a gauge.
GROWTH = """
grpc_server_handled_total{service="ledger",grpc_code="OK"} 7
grpc_server_handled_total{service="ledger",grpc_code="NotFound"} 2
grpc_server_handled_total{service="ledger",grpc_code="Unavailable"} 1
grpc_server_handling_seconds_bucket{service="ledger",le="0.1"} 9
grpc_server_handling_seconds_bucket{service="ledger",le="0.5"} 10
grpc_server_handling_seconds_bucket{service="ledger",le="+Inf"} 10
grpc_server_handling_seconds_sum{service="ledger"} 1
grpc_server_handling_seconds_count{service="ledger"} 10
istio_requests_total{app="mesh",reporter="destination",destination_canonical_service="mesh",response_code="200"} 9
istio_requests_total{app="mesh",reporter="destination",destination_canonical_service="mesh",response_code="503"} 1
istio_requests_total{app="front",reporter="source",destination_canonical_service="mesh",response_code="200"} 9
istio_requests_total{app="front",reporter="source",destination_canonical_service="mesh",response_code="503"} 1
istio_requests_total{app="front",reporter="source",destination_canonical_service="mesh",response_code="0"} 2
istio_requests_total{app="mesh",reporter="source",destination_canonical_service="other",response_code="503"} 50
traces_spanmetrics_calls_total{service="traced",span_kind="SPAN_KIND_SERVER",status_code="STATUS_CODE_UNSET"} 6
traces_spanmetrics_calls_total{service="traced",span_kind="SPAN_KIND_SERVER",status_code="STATUS_CODE_ERROR"} 2
traces_spanmetrics_calls_total{service="traced",span_kind="SPAN_KIND_CLIENT",status_code="STATUS_CODE_ERROR"} 40
http_server_requests_seconds_count{service="spring",outcome="SUCCESS",status="200"} 8
http_server_requests_seconds_sum{service="spring",outcome="SUCCESS",status="200"} 2
jobs_requests_total{service="foreign",result="gelungen"} 8
jobs_requests_total{service="foreign",result="misslungen"} 2
rpc_requests_total{service="connect",code="ok"} 3
rpc_requests_total{service="connect",code="Unavailable"} 1
hikaricp_connections_active{service="spring",pool="a"} !9
hikaricp_connections_max{service="spring",pool="a"} !10
hikaricp_connections_active{service="spring",pool="b"} !1
hikaricp_connections_max{service="spring",pool="b"} !0
process_cpu_seconds_total{service="spring",instance="a"} 0.5
process_cpu_seconds_total{service="spring",instance="b"} 1.5
"""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Prometheus that holds an hour of :data:`GROWTH`."""
    folder = tmp_path_factory.mktemp("recorded")
    programs = DebianPackages(cache_folder()).unpacked(PACKAGE) / "usr/bin"
    data = folder / "data"
    told = folder / "told.om"
    told.write_text("".join(_samples()) + "# EOF\n", "utf-8")
    convert: list[str | Path] = [programs / "promtool", "tsdb", "create-blocks-from", "openmetrics", told, data]
    subprocess.run(convert, check=True, capture_output=True, timeout=60)
    configuration = folder / "prometheus.yml"
    configuration.write_text("{}", "utf-8")

    def command(port: int) -> list[str | Path]:
        return [
            programs / "prometheus",
            f"--config.file={configuration}",
            f"--storage.tsdb.path={data}",
            f"--web.listen-address={HOST}:{port}",
        ]

    processes = Processes(folder)
    try:
        yield processes.start_on_free_port("prometheus", command, ready="/-/ready", cwd=folder)
    finally:
        processes.stop_all()


def _samples() -> Iterator[str]:
    """The OpenMetrics text, series by series."""
    for line in GROWTH.split("\n")[1:-1]:
        series, _, told = line.rpartition(" ")
        for second in range(0, round(RECORDED.seconds) + 1, SCRAPE_SECONDS):
            value = float(told[1:]) if told.startswith("!") else 1_000 + second * float(told)
            yield f"{series} {value} {RECORDED.start.timestamp() + second}\n"


async def signals(url: str, service: str) -> dict[str, float]:
    """The last value of each signal."""
    async with connected(base_url=url) as adapter:
        page = await adapter.query_metrics(metric_query(window=RECORDED, service=service), call_at())
    assert len({row.metric for row in page.rows}) == len(page.rows)
    return {row.metric: row.points[-1][1] for row in page.rows}


async def test_a_failed_grpc_call_counts_and_one_that_the_client_got_wrong_does_not(recorded: str) -> None:
    assert await signals(recorded, "ledger") == pytest.approx(
        {
            "grpc_server_handled_total:error_ratio": 0.1,
            "grpc_server_handling_seconds:p95": 0.3,
            "grpc_server_handled_total:rate": 10,
        }
    )


async def test_of_a_mesh_the_requests_to_the_service_count_as_the_end_that_saw_more(recorded: str) -> None:
    assert await signals(recorded, "mesh") == pytest.approx(
        {
            "istio_requests_total:error_ratio": 0.25,
            "istio_requests_total:rate": 12,
        }
    )
    assert await signals(recorded, "front") == {}


async def test_of_spans_only_those_count_in_which_the_service_answered(recorded: str) -> None:
    assert await signals(recorded, "traced") == pytest.approx(
        {
            "traces_spanmetrics_calls_total:error_ratio": 0.25,
            "traces_spanmetrics_calls_total:rate": 8,
        }
    )


async def test_no_failure_is_zero_and_the_fullest_instance_is_shown_without_limits_that_are_none(
    recorded: str,
) -> None:
    assert await signals(recorded, "spring") == pytest.approx(
        {
            "http_server_requests_seconds:error_ratio": 0,
            "http_server_requests_seconds:mean": 0.25,
            "http_server_requests_seconds:rate": 8,
            "hikaricp_connections_active:limit_ratio": 0.9,
            "process_cpu_seconds_total:rate": 1.5,
        }
    )


async def test_outcomes_in_words_that_nobody_knows_do_not_read_as_no_failures(recorded: str) -> None:
    assert await signals(recorded, "foreign") == pytest.approx({"jobs_requests_total:rate": 10})
    assert await signals(recorded, "connect") == pytest.approx(
        {"rpc_requests_total:error_ratio": 0.25, "rpc_requests_total:rate": 4}
    )


async def ask_shop(adapter: PrometheusAdapter, service: str) -> Page[Series]:
    now = datetime.now(UTC)
    window = Window(start=now - timedelta(minutes=1), end=now)
    return await adapter.query_metrics(metric_query(window=window, step_seconds=1, service=service), call_at(now))


async def test_a_bad_deploy_shows_in_failures_and_latency_of_the_service(bed: Any) -> None:
    bed.need("prometheus")
    await anyio.to_thread.run_sync(bed.shop.deploy, "checkout", NEXT_VERSIONS["checkout"])
    try:
        async with connected(base_url=bed.prometheus.url, scrape_interval_seconds=1) as adapter:
            with anyio.fail_after(ILL_WITHIN_SECONDS):
                while True:
                    page = await ask_shop(adapter, "checkout")
                    told = {row.metric: row for row in page.rows}
                    if {"http_requests_total:error_ratio", "http_request_duration_seconds:p95"} <= told.keys():
                        failing = told["http_requests_total:error_ratio"]
                        slow = told["http_request_duration_seconds:p95"]
                        if failing.points[-1][1] > 0.5 and slow.points[-1][1] > 0.4:
                            break
                    await anyio.sleep(0.2)
    finally:
        await anyio.to_thread.run_sync(bed.shop.restore)
    assert {(row.metric, row.kind) for row in page.rows} == {
        ("http_requests_total:error_ratio", MetricKind.ERRORS),
        ("http_request_duration_seconds:p95", MetricKind.LATENCY),
        ("http_requests_total:rate", MetricKind.TRAFFIC),
        ("up", MetricKind.SUCCESS),
    }
    assert {row.service for row in page.rows} == {"checkout"}
    assert told["up"].points[-1][1] == 1


@pytest.mark.parametrize("service", [HOSTILE, "no-such-service", "a\nb\\"])
async def test_an_unknown_service_has_no_metrics_and_the_note_says_so(recorded: str, service: str) -> None:
    async with connected(base_url=recorded) as adapter:
        page = await adapter.query_metrics(metric_query(window=RECORDED, service=service), call_at())
    assert (page.rows, page.total, page.complete) == ((), 0, True)
    assert page.notes == ("no metric has this service in one of its service labels",)
