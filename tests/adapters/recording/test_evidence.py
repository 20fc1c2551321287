"""What is kept of an answer: the very lines that it stands on, the same for the same question."""

from pathlib import Path

import pytest

from opsloom.model.alerts import AlertQuery, Severity
from opsloom.model.deploys import ChangeKind, DeployQuery
from opsloom.model.errors import InvalidRequestError, NotFoundError
from opsloom.model.logs import LogQuery
from opsloom.model.metrics import MetricCatalogQuery, MetricQuery
from opsloom.model.ownership import OwnershipQuery
from opsloom.model.topology import DependencyQuery
from opsloom_adapters import recording
from opsloom_adapters.recording import source
from tests.adapters.recording.recordings import DEMO, NOW, alert, call, last, replay, write

DEMO_FOLDER = Path(recording.__file__).parent / "demo" / "checkout"


async def test_the_evidence_is_the_lines_of_the_file_and_no_others() -> None:
    query = AlertQuery(window=last(hours=3), severity=Severity.CRITICAL, limit=10)
    async with replay(DEMO) as adapter:
        asked = call()
        await adapter.search_alerts(query, asked)
    (exchange,) = asked.exchanges
    lines = (DEMO_FOLDER / "alerts.jsonl").read_bytes().splitlines()
    assert exchange.body == next(line for line in lines if b"CheckoutHighErrorRate" in line)
    assert (exchange.method, exchange.url) == ("READ", "recording:checkout/alerts.jsonl")
    window = ("from", "2026-03-03T06:21:00Z"), ("to", "2026-03-03T09:21:00Z")
    assert exchange.parameters == (("severity", "critical"), ("limit", "10"), *window)
    assert exchange.window == query.window


async def test_lines_that_were_cut_are_no_evidence() -> None:
    async with replay(DEMO) as adapter:
        asked = call()
        page = await adapter.search_logs(LogQuery(window=last(hours=3), limit=3), asked)
    assert page.total is not None
    assert page.total > 3
    assert len(asked.exchanges[0].body.splitlines()) == 3


async def test_the_evidence_of_series_is_their_samples_and_their_descriptions() -> None:
    query = MetricQuery(
        window=last(hours=0.05), step_seconds=60, metric="http_error_ratio", service="checkout", limit=5
    )
    async with replay(DEMO) as adapter:
        asked = call()
        await adapter.query_metrics(query, asked)
    samples, described = asked.exchanges
    assert described.url == "recording:checkout/metrics.json"
    assert b'"kind":"errors"' in described.body
    assert samples.url == "recording:checkout/series.csv"
    lines = (DEMO_FOLDER / "series.csv").read_bytes().splitlines()
    assert (
        samples.body.splitlines()
        == [
            line
            for line in lines
            if line.startswith(b"checkout,http_error_ratio,") and line.split(b",")[2] >= b"1772529480"
        ][:3]
    )


async def test_the_evidence_of_a_listing_is_the_newest_sample_of_each_metric() -> None:
    async with replay(DEMO) as adapter:
        asked = call()
        page = await adapter.list_metrics(MetricCatalogQuery(window=last(hours=1), limit=4), asked)
    assert len(asked.exchanges[1].body.splitlines()) == len(page.rows) == 4


async def test_the_evidence_of_an_owner_is_what_each_file_says_of_it() -> None:
    async with replay(DEMO) as adapter:
        asked = call()
        await adapter.get_ownership(OwnershipQuery(at=NOW, service="checkout"), asked)
    told = {exchange.url: exchange.body for exchange in asked.exchanges}
    assert set(told) == {"recording:checkout/services.json", "recording:checkout/teams.json"}
    assert b"oncall-a" in told["recording:checkout/teams.json"]
    assert b"oncall-b" not in told["recording:checkout/teams.json"].splitlines()[1]


async def test_the_same_question_has_the_same_evidence() -> None:
    bodies = []
    for _ in range(2):
        async with replay(DEMO) as adapter:
            asked = call()
            kinds = frozenset({ChangeKind.FLAG, ChangeKind.DEPLOY, ChangeKind.CONFIG})
            await adapter.search_deploys(DeployQuery(window=last(hours=3), kinds=kinds, limit=9), asked)
            await adapter.get_dependencies(DependencyQuery(window=last(hours=3), service="checkout", limit=9), asked)
            bodies.append([(one.url, one.parameters, one.body) for one in asked.exchanges])
    assert bodies[0] == bodies[1]
    assert ("kinds", "config,deploy,flag") in bodies[0][0][1]


async def test_a_gzipped_file_has_the_same_evidence_as_a_plain_one(tmp_path: Path) -> None:
    seen = []
    for name, packed in (("plain", False), ("packed", True)):
        folder = tmp_path / name
        folder.mkdir()
        async with replay(write(folder, {"alerts.jsonl": [alert()]}, packed=packed)) as adapter:
            asked = call()
            await adapter.get_alert("a-1", asked)
            seen.append((asked.exchanges[0].url, asked.exchanges[0].body))
    assert seen[0] == seen[1]


async def test_nothing_found_is_evidence_too() -> None:
    async with replay(DEMO) as adapter:
        asked = call()
        with pytest.raises(NotFoundError):
            await adapter.get_ticket("0", asked)
    assert (asked.exchanges[0].parameters, asked.exchanges[0].body) == ((("id", "0"),), b"")


async def test_an_answer_that_stands_on_too_much_is_refused_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "HTTP_BODY_MAX_BYTES", 1_000)
    query = MetricQuery(window=last(hours=3), step_seconds=60, service="checkout", limit=5)
    async with replay(DEMO) as adapter:
        with pytest.raises(InvalidRequestError, match=r"series\.csv; ask for less"):
            await adapter.query_metrics(query, call())
