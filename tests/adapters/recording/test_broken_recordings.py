"""A recording that is not as the layout says is an error that names the place; it is never a smaller answer."""

import gzip
from pathlib import Path

import pytest

from opsloom.model.alerts import AlertQuery
from opsloom.model.deploys import DeployQuery
from opsloom.model.errors import ConfigurationError, ProviderTimeoutError, UnexpectedAnswerError, UnsupportedError
from opsloom.model.logs import LogQuery
from opsloom.model.metrics import MetricQuery
from opsloom.model.ownership import OwnershipQuery, ServiceQuery
from opsloom.model.tickets import TicketQuery
from opsloom.model.topology import DependencyQuery
from opsloom_adapters.recording import folder as recorded_folder
from tests.adapters.recording.recordings import NOW, alert, call, csv_of, last, replay, write

HOUR = last(hours=1)
ALERTS = AlertQuery(window=HOUR, limit=10)
METRICS = MetricQuery(window=HOUR, step_seconds=60, service="web", limit=10)


async def test_a_folder_that_is_not_there_is_a_configuration_error_that_shows_the_setting() -> None:
    with pytest.raises(ConfigurationError, match=r"path = 'drills/nowhere' is no folder"):
        async with replay("drills/nowhere"):
            pass


async def test_a_folder_without_a_header_is_no_recording(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"holds no recording\.json"):
        async with replay(tmp_path):
            pass


@pytest.mark.parametrize("header", ["{", "[]", '{"id": "x"}', '{"id": "x", "now": "2026-03-03T09:21:00"}'])
async def test_a_header_without_id_or_clock_is_a_configuration_error(tmp_path: Path, header: str) -> None:
    with pytest.raises(ConfigurationError, match=r"must be JSON with id, and now"):
        async with replay(write(tmp_path, {"recording.json": header})):
            pass


@pytest.mark.parametrize("name", ["nowhere", "", "..", "../../recording", "/etc"])
async def test_a_builtin_that_is_not_there_is_refused_with_the_names_that_are(name: str) -> None:
    with pytest.raises(ConfigurationError, match="builtin:checkout"):
        async with replay(f"builtin:{name}"):
            pass


@pytest.mark.parametrize(
    "second",
    [
        b'{"id": "a-2", "na',
        b"\xff\xfe",
        b"[]",
        b'{"id": "a-2", "name": "no start"}',
        b'{"id": "a-2", "name": "n", "starts_at": "2026-03-03T09:00:00"}',
        b'{"id": "a-2", "name": "n", "starts_at": "2026-03-03T09:00:00Z", "observed": NaN}',
    ],
)
async def test_a_bad_line_is_an_error_with_file_and_line_and_is_kept(tmp_path: Path, second: bytes) -> None:
    write(tmp_path, {"alerts.jsonl": [alert()]})
    with (tmp_path / "alerts.jsonl").open("ab") as file:
        file.write(second + b"\n")
    async with replay(tmp_path) as adapter:
        asked = call()
        with pytest.raises(UnexpectedAnswerError, match=r"alerts\.jsonl line 2"):
            await adapter.search_alerts(ALERTS, asked)
    assert asked.exchanges[0].body == second


@pytest.mark.parametrize(
    "line", ["web,load,soon,1", "web,load,1772528400,", "web,1772528400,1", "a,b,c,1772528400,1", "nonsense"]
)
async def test_a_bad_sample_is_an_error_even_where_nobody_asks_for_its_series(tmp_path: Path, line: str) -> None:
    good = csv_of([("web", "load", 1772528400, 1)])
    async with replay(write(tmp_path, {"series.csv": good + line + "\n"})) as adapter:
        with pytest.raises(UnexpectedAnswerError, match=r"series\.csv line 3"):
            await adapter.query_metrics(METRICS, call())


async def test_a_series_file_without_its_header_is_an_error(tmp_path: Path) -> None:
    async with replay(write(tmp_path, {"series.csv": "web,load,1772528400,1\n"})) as adapter:
        with pytest.raises(UnexpectedAnswerError, match=r"series\.csv line 1"):
            await adapter.query_metrics(METRICS, call())


async def test_a_kind_of_change_that_the_layout_does_not_have_is_an_error(tmp_path: Path) -> None:
    change = {"id": "c-1", "kind": "prayer", "at": "2026-03-03T09:00:00Z"}
    async with replay(write(tmp_path, {"changes.jsonl": [change]})) as adapter:
        with pytest.raises(UnexpectedAnswerError, match=r"changes\.jsonl line 1"):
            await adapter.search_deploys(DeployQuery(window=HOUR, limit=10), call())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("services.json", "{"),
        ("services.json", '{"name": "web"}'),
        ("services.json", '[{"title": "no name"}]'),
        ("teams.json", "[]"),
        ("teams.json", '{"on_call": [{"team": "t", "user": "u"}]}'),
        ("links.json", '{"service": "javascript:alert(1)"}'),
        ("links.json", '{"service": 1}'),
    ],
)
async def test_a_bad_document_is_an_error_that_names_it(tmp_path: Path, name: str, content: str) -> None:
    files = {"services.json": [{"name": "web", "owner": "t"}], name: content}
    async with replay(write(tmp_path, files)) as adapter:
        with pytest.raises(UnexpectedAnswerError, match=name):
            await adapter.get_ownership(OwnershipQuery(at=NOW, service="web"), call())


@pytest.mark.parametrize("data", [b"no gzip at all", gzip.compress(b"{}\n" * 1_000, mtime=0)[:-20]])
async def test_a_packed_file_that_cannot_be_unpacked_is_an_error(tmp_path: Path, data: bytes) -> None:
    async with replay(write(tmp_path, {"alerts.jsonl.gz": data})) as adapter:
        with pytest.raises(UnexpectedAnswerError, match=r"alerts\.jsonl\.gz: cannot be read"):
            await adapter.search_alerts(ALERTS, call())


async def test_a_file_that_unpacks_to_too_much_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorded_folder, "RECORDING_FILE_MAX_BYTES", 1_000)
    async with replay(write(tmp_path, {"alerts.jsonl": b"\n" * 1_001}, packed=True)) as adapter:
        with pytest.raises(UnexpectedAnswerError, match="is over"):
            await adapter.search_alerts(ALERTS, call())


async def test_what_was_not_recorded_is_said_and_is_not_empty(tmp_path: Path) -> None:
    async with replay(write(tmp_path, {})) as adapter:
        for ask, name in (
            (adapter.search_alerts(ALERTS, call()), "alerts.jsonl"),
            (adapter.query_metrics(METRICS, call()), "series.csv"),
            (adapter.search_logs(LogQuery(window=HOUR, limit=10), call()), "logs.jsonl"),
            (adapter.search_deploys(DeployQuery(window=HOUR, limit=10), call()), "changes.jsonl"),
            (adapter.search_tickets(TicketQuery(window=HOUR, limit=10), call()), "tickets.jsonl"),
            (adapter.get_dependencies(DependencyQuery(window=HOUR, limit=10), call()), "topology.json"),
        ):
            with pytest.raises(UnsupportedError, match=f"drill replays a recording without {name}"):
                await ask


async def test_a_recording_without_services_knows_none_and_says_why(tmp_path: Path) -> None:
    async with replay(write(tmp_path, {})) as adapter:
        services = await adapter.search_services(ServiceQuery(limit=10), call())
        owners = await adapter.get_ownership(OwnershipQuery(at=NOW, service="web"), call())
    assert (services.rows, owners.rows) == ((), ())
    assert services.notes == owners.notes == ("the recording has no services.json",)


async def test_an_empty_file_is_an_empty_page(tmp_path: Path) -> None:
    async with replay(write(tmp_path, {"alerts.jsonl": ""})) as adapter:
        page = await adapter.search_alerts(ALERTS, call())
    assert (page.rows, page.total, page.complete) == ((), 0, True)


async def test_no_time_left_is_a_timeout(tmp_path: Path) -> None:
    async with replay(write(tmp_path, {"alerts.jsonl": [alert()]})) as adapter:
        asked = call()
        asked.deadline = 0.0
        with pytest.raises(ProviderTimeoutError):
            await adapter.search_alerts(ALERTS, asked)
