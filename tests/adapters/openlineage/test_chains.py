"""Runs become edges: a job needs what it reads, a data set needs the job that writes it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from opsloom.model.topology import Dependency, DependencyKind, DependencySource, NodeKind
from opsloom.model.window import Window
from tests.adapters.openlineage.events import DAY, SCHEDULER, WAREHOUSE, edges, ends, nightly_chain, run_event, write

SECONDS = DAY.seconds


def at(hour: int, minute: int) -> datetime:
    return datetime(2026, 3, 3, hour, minute, tzinfo=UTC)


async def one(file: Path, caller: str, **settings: Any) -> Dependency:
    [edge] = [row for row in (await edges(file, **settings)).rows if row.caller == caller]
    return edge


async def test_jobs_become_a_chain_through_the_data_sets_between_them(tmp_path: Path) -> None:
    page = await edges(write(tmp_path, *nightly_chain()))
    assert ends(page) == [
        ("orders", "orders.load"),
        ("prices", "prices.make"),
        ("prices.make", "orders"),
        ("storefront.refresh", "prices"),
    ]
    assert {row.kind for row in page.rows} == {DependencyKind.DATA}
    assert {row.source for row in page.rows} == {DependencySource.OBSERVED}
    assert (page.total, page.complete, page.notes) == (4, True, ())


async def test_an_edge_tells_how_often_its_runs_happened_and_failed_and_when(tmp_path: Path) -> None:
    second = run_event("prices.make", "05:00", run="again", reads=["orders"])
    edge = await one(write(tmp_path, *nightly_chain(), second), "prices.make")
    assert edge.request_rate == pytest.approx(2 / SECONDS)
    assert edge.error_rate == pytest.approx(1 / SECONDS)
    assert (edge.first_seen, edge.last_seen) == (at(2, 0), at(5, 0))


@pytest.mark.parametrize(
    ("type_", "failed"),
    [("START", 0), ("RUNNING", 0), ("COMPLETE", 0), ("OTHER", 0), ("invented", 0), ("FAIL", 1), ("ABORT", 1)],
)
async def test_only_a_run_that_failed_or_was_stopped_counts_as_failed(tmp_path: Path, type_: str, failed: int) -> None:
    edge = await one(write(tmp_path, run_event("prices.make", "02:00", type_=type_, reads=["orders"])), "prices.make")
    assert edge.error_rate == pytest.approx(failed / SECONDS)


async def test_the_events_of_a_run_add_up_in_any_order_and_a_repeated_one_counts_once(tmp_path: Path) -> None:
    whole = await edges(write(tmp_path, *nightly_chain()))
    shuffled = await edges(write(tmp_path, *reversed(nightly_chain()), nightly_chain()[0]))
    assert shuffled.rows == whole.rows


async def test_each_end_says_what_it_is(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        run_event("a", "01:00", reads=["x"], processing="batch"),
        run_event("b", "01:00", reads=["x"], processing="STREAMING"),
        run_event("c", "01:00", reads=["x"], processing="SERVICE"),
        run_event("d", "01:00", reads=["x"]),
    )
    page = await edges(file)
    kinds = {row.caller: row.caller_kind for row in page.rows}
    assert kinds == {"a": NodeKind.BATCH, "b": NodeKind.JOB, "c": NodeKind.SERVICE, "d": NodeKind.JOB}
    assert {row.callee_kind for row in page.rows} == {NodeKind.DATASTORE}


async def test_a_data_set_that_nobody_was_seen_to_write_is_external(tmp_path: Path) -> None:
    page = await edges(write(tmp_path, *nightly_chain(), run_event("orders.load", "01:00", reads=["shop"])))
    assert {row.callee for row in page.rows if row.external} == {"shop"}


async def test_a_parent_waits_for_the_runs_that_it_starts(tmp_path: Path) -> None:
    edge = await one(write(tmp_path, run_event("prices.make", "02:00", parent="prices", type_="FAIL")), "prices")
    assert (edge.callee, edge.kind, edge.callee_kind) == ("prices.make", DependencyKind.SYNC, NodeKind.JOB)
    assert edge.error_rate == pytest.approx(1 / SECONDS)


@pytest.mark.parametrize("glob", ["storefront.*", f"{SCHEDULER}/storefront.*", "*refresh"])
async def test_a_job_of_a_service_bears_its_name(tmp_path: Path, glob: str) -> None:
    edge = await one(write(tmp_path, *nightly_chain()), "storefront", services={glob: "storefront", "*": "rest"})
    assert (edge.callee, edge.caller_kind) == ("prices", NodeKind.SERVICE)


async def test_jobs_of_one_service_are_one_node_and_no_data_set_is_taken_for_it(tmp_path: Path) -> None:
    file = write(tmp_path, *nightly_chain(), run_event("prices.check", "04:00", reads=["orders"], parent="prices.make"))
    page = await edges(file, services={"prices.*": "prices"})
    assert ends(page) == [
        ("orders", "orders.load"),
        (f"{WAREHOUSE}/prices", "prices"),
        ("prices", "orders"),
        ("storefront.refresh", f"{WAREHOUSE}/prices"),
    ]
    [both] = [row for row in page.rows if row.callee == "orders"]
    assert both.request_rate == pytest.approx(2 / SECONDS)


async def test_equal_names_are_told_apart_by_namespace_and_if_need_be_by_type(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        run_event("load", "01:00", reads=["x"], namespace="eu"),
        run_event("load", "01:00", reads=["x"], namespace="us"),
        run_event("y", "01:00", writes=["y"], namespace=WAREHOUSE),
    )
    assert ends(await edges(file)) == [
        (f"dataset:{WAREHOUSE}/y", f"job:{WAREHOUSE}/y"),
        ("eu/load", "x"),
        ("us/load", "x"),
    ]


async def test_only_the_edges_of_the_service_that_was_asked_for_are_told(tmp_path: Path) -> None:
    page = await edges(write(tmp_path, *nightly_chain()), asked={"service": "prices"})
    assert ends(page) == [("prices", "prices.make"), ("storefront.refresh", "prices")]
    assert page.total == 2


async def test_the_busiest_edges_survive_a_limit_and_the_cut_is_said(tmp_path: Path) -> None:
    busy = [run_event("hourly", f"0{hour}:30", run=str(hour), reads=["orders"]) for hour in range(4)]
    page = await edges(write(tmp_path, *nightly_chain(), *busy), asked={"limit": 1})
    assert (ends(page), page.total, page.complete) == ([("hourly", "orders")], 5, False)


async def test_only_events_of_the_window_count_and_its_end_is_not_in_it(tmp_path: Path) -> None:
    window = Window(start=at(1, 40), end=at(2, 30))
    page = await edges(write(tmp_path, *nightly_chain()), asked={"window": window})
    assert ends(page) == [("orders", "orders.load"), ("prices.make", "orders")]
    assert [row.request_rate for row in page.rows] == [pytest.approx(1 / 3_000)] * 2
