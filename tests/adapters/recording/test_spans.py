"""Calls between services, read from spans."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from opsloom.model.errors import UnexpectedAnswerError, UnsupportedError
from opsloom.model.page import Page
from opsloom.model.topology import Dependency, DependencyQuery, DependencySource
from opsloom_adapters.recording import topology
from tests.adapters.recording.recordings import NOW, at, call, last, replay, write


def span(ident: str, service: str, parent: str | None = None, **more: Any) -> dict[str, Any]:
    """A line of ``spans.jsonl``."""
    named = {"trace_id": "t-1", "span_id": ident, "parent_id": parent, "service": service}
    return {**named, "start": "2026-03-03T09:00:00Z", "status": "OK", **more}


async def edges_in(folder: Path, **asked: Any) -> Page[Dependency]:
    async with replay(folder) as adapter:
        query = DependencyQuery(**{"window": last(hours=1), "limit": 50, **asked})
        return await adapter.get_dependencies(query, call())


async def test_an_edge_that_only_spans_tell_has_its_times_and_rates(tmp_path: Path) -> None:
    spans = [
        span("a", "web"),
        span("b", "web", "a"),
        span("c", "cart", "b", start="2026-03-03T09:01:00Z"),
        span("d", "cart", "b", start="2026-03-03T09:05:00Z", status="ERROR"),
    ]
    page = await edges_in(write(tmp_path, {"spans.jsonl": spans, "topology.json": {"edges": [["web", "stock"]]}}))
    drawn, called = page.rows
    assert (drawn.caller, drawn.callee, drawn.request_rate, drawn.first_seen) == ("web", "stock", None, None)
    assert (called.caller, called.callee, called.source) == ("web", "cart", DependencySource.OBSERVED)
    assert (called.first_seen, called.last_seen) == (at("09:01"), at("09:05"))
    assert (called.request_rate, called.error_rate) == (2 / 3_600, 1 / 3_600)
    assert "may be a sample" in page.notes[0]


async def test_an_edge_of_the_topology_is_told_once_and_with_what_spans_measured(tmp_path: Path) -> None:
    files = {
        "spans.jsonl": [span("a", "web"), span("b", "bank", "a")],
        "topology.json": {"edges": [["web", "bank"]], "external": ["bank"]},
    }
    (row,) = (await edges_in(write(tmp_path, files, packed=True))).rows
    assert (row.request_rate, row.external, row.last_seen) == (1 / 3_600, True, at("09:00"))


async def test_calls_outside_the_window_do_not_count(tmp_path: Path) -> None:
    files = {"spans.jsonl": [span("a", "web"), span("b", "cart", "a")]}
    early = last(hours=1, until=NOW - timedelta(hours=1))
    page = await edges_in(write(tmp_path, files), window=early)
    assert (page.rows, page.total, page.complete) == ((), 0, True)


async def test_rates_are_those_of_the_time_that_was_recorded(tmp_path: Path) -> None:
    files = {"spans.jsonl": [span("a", "web"), span("b", "cart", "a")]}
    window = last(hours=2, until=NOW + timedelta(hours=1))
    (row,) = (await edges_in(write(tmp_path, files), window=window)).rows
    assert row.request_rate == 1 / 3_600


async def test_span_ids_repeat_between_traces_and_a_missing_parent_is_no_call(tmp_path: Path) -> None:
    spans = [span("a", "web"), span("a", "job", trace_id="t-2"), span("b", "cart", "a"), span("c", "stock", "lost")]
    page = await edges_in(write(tmp_path, {"spans.jsonl": spans}))
    assert [(row.caller, row.callee) for row in page.rows] == [("web", "cart")]


async def test_the_evidence_is_exactly_the_lines_that_the_edges_stand_on(tmp_path: Path) -> None:
    files = {
        "spans.jsonl": [span("a", "web"), span("b", "cart", "a"), span("c", "stock", "b"), span("d", "cart", "a")],
        "topology.json": {"edges": [["web", "cart"], ["job", "db"]]},
        "services.json": [{"name": "web", "depends_on": ["cart"]}, {"name": "job", "depends_on": ["db"]}],
    }
    recording = write(tmp_path, files)
    lines = (recording / "spans.jsonl").read_bytes().splitlines()
    asked = call()
    async with replay(recording) as adapter:
        query = DependencyQuery(window=last(hours=1), service="web", limit=50)
        page = await adapter.get_dependencies(query, asked)
    assert [(row.callee, row.source) for row in page.rows] == [("cart", "observed"), ("cart", "declared")]
    assert [(one.url, one.body) for one in asked.exchanges] == [
        ("recording:r-1/topology.json", b'["web","cart"]'),
        ("recording:r-1/spans.jsonl", b"\n".join((lines[0], lines[1], lines[3]))),
        ("recording:r-1/services.json", b'{"name":"web","depends_on":["cart"]}'),
    ]


async def test_spans_that_are_too_many_for_evidence_are_left_out_with_a_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topology, "HTTP_BODY_MAX_BYTES", 50)
    files = {"spans.jsonl": [span("a", "web"), span("b", "cart", "a")], "topology.json": {"edges": [["web", "cart"]]}}
    page = await edges_in(write(tmp_path, files))
    assert [(row.caller, row.callee, row.request_rate) for row in page.rows] == [("web", "cart", None)]
    assert "were left out" in page.notes[0]


async def test_a_recording_that_tells_nothing_of_calls_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedError, match=r"without topology\.json"):
        await edges_in(write(tmp_path, {}))


async def test_a_broken_span_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnexpectedAnswerError, match=r"spans\.jsonl line 2"):
        await edges_in(write(tmp_path, {"spans.jsonl": [span("a", "web"), {"trace_id": "t-1"}]}))
