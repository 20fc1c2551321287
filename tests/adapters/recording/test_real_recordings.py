"""Third-party recordings of real and staged incidents; they lie beside the repository, not in it."""

import gzip
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from opsloom.model.alerts import AlertQuery, AlertStatus, Severity
from opsloom.model.deploys import DeployQuery
from opsloom.model.errors import UnsupportedError
from opsloom.model.limits import METRIC_FETCH_POINTS_MAX
from opsloom.model.logs import LogQuery, LogSeverity
from opsloom.model.metrics import MetricCatalogQuery, MetricQuery
from opsloom.model.refs import Ref
from opsloom.model.topology import DependencyQuery
from opsloom.model.window import Window
from tests.adapters.recording.recordings import call, replay

CASES = Path(__file__).parents[4] / "shared" / "cases"
FOLDERS = sorted(CASES.glob("*/recording.json"))

pytestmark = pytest.mark.skipif(not FOLDERS, reason="the recordings in ../shared/cases are not here")


@pytest.fixture(params=FOLDERS, ids=lambda file: file.parent.name)
def folder(request: pytest.FixtureRequest) -> Path:
    return Path(request.param).parent


@pytest.fixture
def anyio_backend() -> str:
    """One is enough here: the same code runs on both in the other tests."""
    return "asyncio"


def clock_of(folder: Path) -> datetime:
    return datetime.fromisoformat(json.loads((folder / "recording.json").read_bytes())["now"])


def whole(folder: Path) -> Window:
    """Everything until the clock and beyond."""
    now = clock_of(folder)
    return Window(start=now - timedelta(days=30), end=now + timedelta(days=1))


def lines_of(file: Path) -> Iterator[dict[str, str]]:
    data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    yield from map(json.loads, data.splitlines())


async def test_each_alert_is_mapped_and_found_again(folder: Path) -> None:
    async with replay(folder) as adapter:
        now = clock_of(folder)
        page = await adapter.search_alerts(AlertQuery(window=whole(folder), limit=100), call(now))
        assert len(page.rows) == len(list(lines_of(folder / "alerts.jsonl")))
        for alert in page.rows:
            assert alert.status is AlertStatus.FIRING
            assert alert.severity in (Severity.CRITICAL, Severity.ERROR)
            assert alert.signal is not None
            assert await adapter.get_alert(Ref.parse(str(alert.ref)).native_id, call(now)) == alert


async def test_each_change_until_the_clock_is_mapped_and_found_again(folder: Path) -> None:
    async with replay(folder) as adapter:
        now = clock_of(folder)
        page = await adapter.search_deploys(DeployQuery(window=whole(folder), limit=1_000), call(now))
        until_now = [one for one in lines_of(folder / "changes.jsonl") if datetime.fromisoformat(one["at"]) <= now]
        assert {deploy.ref.native_id for deploy in page.rows} == {one["id"] for one in until_now}
        for deploy in page.rows:
            assert deploy.at <= now
            assert await adapter.get_deploy(Ref.parse(str(deploy.ref)).native_id, call(now)) == deploy


async def test_each_series_can_be_read_by_the_names_of_the_listing(folder: Path) -> None:
    async with replay(folder) as adapter:
        now, window = clock_of(folder), whole(folder)
        listing = await adapter.list_metrics(MetricCatalogQuery(window=window, limit=1_000), call(now))
        samples = gzip.decompress((folder / "series.csv.gz").read_bytes()).splitlines()[1:]
        assert len(listing.rows) == len({line.rsplit(b",", 2)[0] for line in samples})
        for told in listing.rows:
            query = MetricQuery(window=window, step_seconds=60, metric=told.name, service=told.service, limit=1)
            (series,) = (await adapter.query_metrics(query, call(now))).rows
            assert (series.metric, series.service, series.kind) == (told.name, told.service, told.kind)
            assert series.kind is not None
            assert 0 < len(series.points) <= METRIC_FETCH_POINTS_MAX
            assert series.points[-1][0] <= now.timestamp()


async def test_nothing_is_seen_after_an_earlier_clock(folder: Path) -> None:
    early, window = clock_of(folder) - timedelta(minutes=3), whole(folder)
    async with replay(folder) as adapter:
        alerts = await adapter.search_alerts(AlertQuery(window=window, limit=100), call(early))
        changes = await adapter.search_deploys(DeployQuery(window=window, limit=1_000), call(early))
        listing = await adapter.list_metrics(MetricCatalogQuery(window=window, limit=1_000), call(early))
        assert all(alert.starts_at <= early for alert in alerts.rows)
        assert all(deploy.at <= early for deploy in changes.rows)
        assert listing.rows
        for told in listing.rows[:5]:
            query = MetricQuery(window=window, step_seconds=1, metric=told.name, service=told.service, limit=1)
            (series,) = (await adapter.query_metrics(query, call(early))).rows
            assert series.points[-1][0] <= early.timestamp()


async def test_logs_until_the_clock_are_read_or_said_to_be_absent(folder: Path) -> None:
    now = clock_of(folder)
    query = LogQuery(window=whole(folder), limit=1_000)
    async with replay(folder) as adapter:
        if not (folder / "logs.jsonl.gz").exists():
            with pytest.raises(UnsupportedError, match=r"logs\.jsonl"):
                await adapter.search_logs(query, call(now))
            return
        page = await adapter.search_logs(query, call(now))
    until_now = [one for one in lines_of(folder / "logs.jsonl.gz") if datetime.fromisoformat(one["at"]) <= now]
    assert page.total == len(page.rows) == len(until_now)
    assert all(entry.severity is not LogSeverity.UNKNOWN for entry in page.rows)


async def test_each_edge_is_read_with_its_external_ends(folder: Path) -> None:
    topology = json.loads((folder / "topology.json").read_bytes())
    async with replay(folder) as adapter:
        query = DependencyQuery(window=whole(folder), limit=1_000)
        page = await adapter.get_dependencies(query, call(clock_of(folder)))
    assert [[edge.caller, edge.callee] for edge in page.rows] == topology["edges"]
    assert {edge.callee for edge in page.rows if edge.external} <= set(topology["external"])
