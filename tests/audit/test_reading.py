"""Looking things up in the log."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from opsloom.audit.reading import RecordFilter, get_records, list_records
from opsloom.audit.record import Record
from opsloom.model.errors import InvalidRequestError
from opsloom.store.sqlite import SqliteStore
from tests.audit.logbook import ACTOR, beginning, end, open_log


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Records 0 to 7; the clock says 10:00:01 at the first and goes on by a second."""
    with open_log(tmp_path) as (_, log):
        log.append_sync(beginning("a", target="search_alerts", investigation="inv_1"))
        log.append_sync(beginning("b", target="query_metrics", investigation="inv_2"))
        log.append_sync(end("a"))
        log.append_sync(end("b"))
        log.append_sync(Record("server.stopped"))
        spilled = {"at": "2026-01-05T09:00:00.000000Z", "reason": "disk full"}
        log.append_sync(Record("test.event", ACTOR, details={"spilled": spilled}))
        told = {"action": "a1", "code": "K7Q2M3XD", "investigation": "inv_3"}
        log.append_sync(Record("action.planned", details=told))
        log.append_sync(Record("action.moved", details=told))
    return tmp_path


def seqs(workspace: Path, **wanted: Any) -> list[int]:
    with SqliteStore.open_read_only(workspace) as store:
        return [record["seq"] for record in list_records(store, RecordFilter(**wanted)).records]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, [7, 6, 5, 4, 3, 2, 1, 0]),
        ({"kind": "call.finished"}, [3, 2]),
        ({"call": "a"}, [2, 0]),
        ({"target": "query_metrics"}, [3, 1]),
        ({"investigation": "inv_1"}, [2, 0]),
        ({"user": "oncall-a"}, [5, 3, 2, 1, 0]),
        ({"user": "' OR 1=1 --"}, []),
        ({"since": datetime(2026, 1, 5, 10, 0, 3, tzinfo=UTC)}, [7, 6, 4, 3, 2]),
        ({"until": datetime(2026, 1, 5, 10, 0, 3, tzinfo=UTC)}, [5, 1, 0]),
        ({"kind": "call.received", "investigation": "inv_2"}, [1]),
        ({"action": "a1"}, [7, 6]),
        ({"action": "K7Q2M3XD"}, [7, 6]),
        ({"action": "a1", "kind": "action.moved", "investigation": "inv_3"}, [7]),
    ],
)
def test_each_filter_finds_its_records_the_newest_first(
    workspace: Path, wanted: dict[str, Any], expected: list[int]
) -> None:
    assert seqs(workspace, **wanted) == expected


def test_pages_give_every_record_once(workspace: Path) -> None:
    found: list[int] = []
    before: int | None = None
    with SqliteStore.open_read_only(workspace) as store:
        while True:
            page = list_records(store, limit=4, before=before)
            found += [record["seq"] for record in page.records]
            if page.next is None:
                break
            before = page.next
    assert found == [7, 6, 5, 4, 3, 2, 1, 0]


@pytest.mark.parametrize("limit", [0, -1, 100_000])
def test_a_limit_out_of_range_is_refused_with_the_range(workspace: Path, limit: int) -> None:
    with SqliteStore.open_read_only(workspace) as store, pytest.raises(InvalidRequestError, match="between 1 and"):
        list_records(store, limit=limit)


def test_a_call_gives_its_records_in_order_and_a_number_gives_one(workspace: Path) -> None:
    with SqliteStore.open_read_only(workspace) as store:
        assert [record["kind"] for record in get_records(store, "a")] == ["call.received", "call.finished"]
        assert [record["seq"] for record in get_records(store, 4)] == [4]
        assert get_records(store, "nobody") == get_records(store, 99) == []
