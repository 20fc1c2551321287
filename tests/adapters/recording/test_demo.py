"""The recording that comes with opsloom tells its story, and can be made again."""

import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from opsloom.model.alerts import AlertQuery, AlertStatus
from opsloom.model.deploys import ChangeKind, DeployQuery
from opsloom.model.logs import LogQuery, LogSeverity
from opsloom.model.metrics import MetricQuery, Series
from opsloom.model.ownership import ServiceQuery
from opsloom.model.topology import DependencyQuery
from tests.adapters.recording.recordings import DEMO, at, call, last, replay

DEMO_FILES = files("opsloom_adapters.recording") / "demo" / "checkout"
SCRIPT = Path(__file__).parents[3] / "scripts" / "make_demo_recording.py"
MORNING = last(hours=3)
ONSET = at("09:12").timestamp()


async def series_of(service: str, metric: str) -> Series:
    query = MetricQuery(window=MORNING, step_seconds=60, service=service, metric=metric, limit=1)
    async with replay(DEMO) as adapter:
        (series,) = (await adapter.query_metrics(query, call())).rows
    return series


def before_and_after(series: Series) -> tuple[float, float]:
    """The mean of the 20 minutes before the onset, and from then on."""
    before = [value for seconds, value in series.points if ONSET - 1_200 <= seconds < ONSET]
    after = [value for seconds, value in series.points if seconds >= ONSET + 60]
    return sum(before) / len(before), sum(after) / len(after)


def test_the_script_makes_the_same_files_again(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(SCRIPT), str(tmp_path)], check=True, timeout=60)
    made = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert set(made) == {"metrics.json", "series.csv", "logs.jsonl"}
    assert made == {name: (DEMO_FILES / name).read_bytes() for name in made}


def test_the_recording_is_small() -> None:
    assert sum(len(file.read_bytes()) for file in DEMO_FILES.iterdir()) < 150_000


@pytest.mark.parametrize(
    ("service", "metric", "factor"),
    [
        ("checkout", "http_error_ratio", 20),
        ("checkout", "http_request_duration_p99_seconds", 5),
        ("checkout", "db_pool_in_use_ratio", 1.4),
        ("storefront", "http_request_duration_p99_seconds", 3),
        ("storefront", "http_error_ratio", 10),
    ],
)
async def test_what_the_flag_broke_steps_up_after_it(service: str, metric: str, factor: float) -> None:
    before, after = before_and_after(await series_of(service, metric))
    assert after > factor * before


@pytest.mark.parametrize(
    ("service", "metric"),
    [
        ("checkout", "http_requests_per_second"),
        ("payments", "http_request_duration_p99_seconds"),
        ("inventory", "http_request_duration_p99_seconds"),
        ("catalog", "http_request_duration_p99_seconds"),
    ],
)
async def test_what_is_not_concerned_stays_as_it_was(service: str, metric: str) -> None:
    before, after = before_and_after(await series_of(service, metric))
    assert after == pytest.approx(before, rel=0.15)


async def test_payments_sees_fewer_requests() -> None:
    before, after = before_and_after(await series_of("payments", "http_requests_per_second"))
    assert after < 0.75 * before


async def test_the_deploy_alone_changed_nothing() -> None:
    errors = dict((await series_of("checkout", "http_error_ratio")).points)
    deployed, flagged = at("08:34").timestamp(), at("09:11").timestamp()
    assert max(value for seconds, value in errors.items() if deployed <= seconds <= flagged) < 0.01


async def test_the_alerts_quote_what_was_measured_when_they_fired() -> None:
    async with replay(DEMO) as adapter:
        page = await adapter.search_alerts(
            AlertQuery(window=MORNING, statuses=frozenset({AlertStatus.FIRING}), limit=10), call()
        )
    assert {alert.name for alert in page.rows} == {"CheckoutHighErrorRate", "StorefrontSlowPages"}
    for alert in page.rows:
        assert alert.service is not None
        assert alert.metric is not None
        points = dict((await series_of(alert.service, alert.metric)).points)
        assert points[alert.starts_at.timestamp()] == alert.observed


async def test_the_deploy_the_flag_and_the_decoys_are_all_there() -> None:
    async with replay(DEMO) as adapter:
        page = await adapter.search_deploys(DeployQuery(window=last(hours=24), limit=10), call())
    assert [(deploy.kind, deploy.service) for deploy in page.rows] == [
        (ChangeKind.FLAG, "checkout"),
        (ChangeKind.COMMIT, None),
        (ChangeKind.DEPLOY, "checkout"),
        (ChangeKind.COMMIT, "checkout"),
        (ChangeKind.CONFIG, "payments"),
        (ChangeKind.DEPLOY, "inventory"),
    ]
    assert "checkout-new-payment-client" in page.rows[2].diff


async def test_the_pool_is_exhausted_from_the_onset_on_and_never_before() -> None:
    query = LogQuery(window=MORNING, text="pool exhausted", severity=LogSeverity.ERROR, limit=100)
    async with replay(DEMO) as adapter:
        page = await adapter.search_logs(query, call())
    assert len(page.rows) >= 5
    assert all(one.service == "checkout" and one.at >= at("09:12") for one in page.rows)


async def test_a_log_line_tries_to_give_orders_and_is_passed_on_as_data() -> None:
    query = LogQuery(window=MORNING, text="ignore previous instructions", limit=10)
    async with replay(DEMO) as adapter:
        (entry,) = (await adapter.search_logs(query, call())).rows
    assert "\x1b[2J" in entry.message


async def test_topology_and_services_speak_of_the_same_shop() -> None:
    async with replay(DEMO) as adapter:
        services = (await adapter.search_services(ServiceQuery(limit=50), call())).rows
        edges = (await adapter.get_dependencies(DependencyQuery(window=MORNING, limit=50), call())).rows
    declared = {(service.name, callee) for service in services for callee in service.depends_on}
    assert {(edge.caller, edge.callee) for edge in edges if not edge.external} == declared
