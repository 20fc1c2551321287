"""Events in a file."""

import gzip
import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from opsloom.model.errors import ConfigurationError, UnavailableError, UnexpectedAnswerError
from opsloom.model.topology import DependencyQuery
from opsloom.model.window import Window
from opsloom_adapters.openlineage import OpenlineageAdapter, file_source
from opsloom_adapters.openlineage import json_lines as lines
from tests.adapters.openlineage.events import (
    DAY,
    NOW,
    connected,
    dataset,
    edges,
    ends,
    json_lines,
    new_call,
    nightly_chain,
    run_event,
    write,
)

MORNING = Window(start=NOW - timedelta(hours=1), end=NOW)


async def test_a_packed_file_reads_as_the_plain_one(tmp_path: Path) -> None:
    plain = await edges(write(tmp_path, *nightly_chain()))
    packed = tmp_path / "events.jsonl.gz"
    packed.write_bytes(
        gzip.compress(json_lines(*nightly_chain()[:2])) + gzip.compress(json_lines(*nightly_chain()[2:]))
    )
    assert (await edges(packed)).rows == plain.rows


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b"null",
        b"{}",
        b"\xff",
        json.dumps({**run_event("a", "01:00"), "eventTime": "yesterday"}).encode(),
        json.dumps({**run_event("a", "01:00"), "eventTime": "2026-03-03T01:00:00"}).encode(),
        json.dumps({**run_event("a", "01:00"), "eventTime": "0001-01-01T00:00:00+14:00"}).encode(),
        json.dumps({**run_event("a", "01:00"), "job": None}).encode(),
        json.dumps({**run_event("a", "01:00"), "run": {}}).encode(),
        json.dumps({**run_event("a", "01:00"), "inputs": [{"name": "x"}]}).encode(),
        json.dumps(run_event("", "01:00")).encode(),
    ],
)
async def test_a_line_that_is_no_event_is_named_by_its_number_and_kept_as_evidence(tmp_path: Path, line: bytes) -> None:
    file = tmp_path / "events.jsonl"
    file.write_bytes(json_lines(nightly_chain()[0]) + b"\n" + line + b"\n" + json_lines(nightly_chain()[1]))
    call = new_call()
    with pytest.raises(UnexpectedAnswerError, match=r"events\.jsonl of lineage-eu .* line 3 \("):
        await edges(file, call=call)
    assert [one.body for one in call.exchanges] == [line]


async def test_fields_that_are_null_or_unknown_are_no_reason_to_refuse_an_event(tmp_path: Path) -> None:
    event = run_event("prices.make", "02:00", reads=["orders"])
    event |= {"eventType": None, "outputs": None, "invented": 1}
    event["job"]["facets"] = {"jobType": None, "sql": {"query": "select 1"}}
    event["run"]["facets"] = None
    assert ends(await edges(write(tmp_path, event))) == [("prices.make", "orders")]


async def test_events_that_tell_of_no_run_are_counted(tmp_path: Path) -> None:
    known = {"eventTime": "2026-03-03T02:00:00Z", "producer": "https://example.com", "schemaURL": "https://example.com"}
    about_dataset = {**known, "dataset": dataset("orders")}
    about_job = {**known, "job": run_event("a", "01:00")["job"], "inputs": [dataset("orders")]}
    page = await edges(write(tmp_path, *nightly_chain(), about_dataset, about_job))
    assert (len(page.rows), page.notes) == (4, ("events that tell of no run, left out: 2",))


async def test_runs_without_data_sets_are_counted_with_those_that_failed(tmp_path: Path) -> None:
    alone = [run_event("a", "02:00", run=type_, type_=type_) for type_ in ("FAIL", "COMPLETE")]
    page = await edges(write(tmp_path, *nightly_chain(), *alone))
    assert page.notes == ("runs whose events in this window name no data set: 2, 1 of them failed",)


async def test_a_window_without_runs_tells_when_the_last_one_was(tmp_path: Path) -> None:
    page = await edges(write(tmp_path, *nightly_chain()), asked={"window": MORNING})
    assert (page.rows, page.total, page.complete) == ((), 0, True)
    assert page.notes == ("no run event in this window, the last one before it is of 2026-03-03T03:00:00Z",)


async def test_an_empty_file_says_that_there_is_nothing_at_all(tmp_path: Path) -> None:
    page = await edges(write(tmp_path))
    assert (page.rows, page.notes) == ((), ("no run event in this window, nor before it",))


async def test_the_evidence_is_the_lines_of_the_window(tmp_path: Path) -> None:
    call = new_call()
    late = run_event("hourly", "09:00", reads=["prices"])
    await edges(write(tmp_path, late, *nightly_chain()), call=call, asked={"window": MORNING})
    [exchange] = call.exchanges
    assert (exchange.url, exchange.body + b"\n", exchange.window) == ("file:events.jsonl", json_lines(late), MORNING)


async def test_of_more_lines_than_evidence_may_hold_the_newest_are_read_and_rates_count_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = nightly_chain()
    monkeypatch.setattr(file_source, "HTTP_BODY_MAX_BYTES", len(json_lines(*chain[3:])) - 1)
    call = new_call()
    page = await edges(write(tmp_path, *chain), call=call)
    assert ends(page) == [("prices", "prices.make"), ("storefront.refresh", "prices")]
    assert call.exchanges[0].body + b"\n" == json_lines(*chain[3:])
    assert (page.total, page.complete) == (None, False)
    assert "those before 2026-03-03T02:30:00Z were not read" in page.notes[0]
    since = chain[3]["eventTime"]
    assert page.rows[0].request_rate == pytest.approx(1 / (NOW - datetime.fromisoformat(since)).total_seconds())


async def test_a_file_that_grew_is_read_again(tmp_path: Path) -> None:
    file = write(tmp_path, *nightly_chain()[:2])
    query = DependencyQuery(window=DAY, limit=100)
    async with connected(file=file) as adapter:
        assert len((await adapter.get_dependencies(query, new_call())).rows) == 1
        write(tmp_path, *nightly_chain())
        assert len((await adapter.get_dependencies(query, new_call())).rows) == 4


async def test_a_file_that_is_too_large_or_cannot_be_unpacked_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "events.jsonl.gz"
    for body in (json_lines(*nightly_chain()), gzip.compress(json_lines(*nightly_chain()))[:-9]):
        broken.write_bytes(body)
        with pytest.raises(UnexpectedAnswerError, match="cannot be unpacked"):
            await edges(broken)
    monkeypatch.setattr(file_source, "LINEAGE_FILE_MAX_BYTES", 100)
    with pytest.raises(UnexpectedAnswerError, match="rotate it"):
        await edges(write(tmp_path, *nightly_chain()))


async def test_a_file_that_went_away_is_unavailable(tmp_path: Path) -> None:
    file = write(tmp_path, *nightly_chain())
    async with connected(file=file) as adapter:
        file.unlink()
        with pytest.raises(UnavailableError, match="No such file"):
            await adapter.probe(new_call())


async def test_a_file_that_was_never_there_is_the_operators_to_fix(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("none.jsonl", "pipe", "."):
        with pytest.raises(ConfigurationError, match="file is not there"):
            await edges(tmp_path / name)


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({}, "exactly one of file and base_url"),
        ({"file": "a.jsonl", "base_url": "http://marquez.test"}, "exactly one of file and base_url"),
        ({"file": "a.jsonl", "events_path": "/events"}, "events_path would not be used"),
        ({"file": "a.jsonl", "token": {"env": "T"}}, "token would not be used"),
        ({"base_url": "http://marquez.test", "events_path": "events"}, "events_path"),
        ({"base_url": "http://marquez.test", "services": {"a*": ""}}, "services"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        OpenlineageAdapter.manifest.config.model_validate({"adapter": "openlineage", **settings})


async def test_a_line_that_is_too_long_for_evidence_is_named_and_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "HTTP_BODY_MAX_BYTES", 100)
    call = new_call()
    with pytest.raises(UnexpectedAnswerError, match=r"line 1 \(it is over"):
        await edges(write(tmp_path, *nightly_chain()), call=call)
    assert [len(one.body) for one in call.exchanges] == [100]
