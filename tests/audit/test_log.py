"""Appending to the log."""

import json
import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import anyio
import pytest

from opsloom.audit.keys import PRIVATE_NAME, PUBLIC_NAME, ensure_key
from opsloom.audit.log import AuditLog
from opsloom.audit.record import Kind, Record, new_id, time_text
from opsloom.audit.tree import Tree
from opsloom.audit.verify import verify
from opsloom.model.errors import AuditUnavailableError, ConfigurationError, InvalidRequestError
from opsloom.model.limits import CHECKPOINT_EVERY_RECORDS
from opsloom.store.port import Transaction
from opsloom.store.sqlite import SqliteStore
from tests.audit.logbook import (
    ACTOR,
    SteppingClock,
    append_calls,
    beginning,
    edit,
    end,
    open_log,
    problems,
    texts,
    write_calls,
)


async def test_a_record_says_what_happened_and_the_log_numbers_and_times_it(tmp_path: Path) -> None:
    call = new_id()
    with open_log(tmp_path) as (_, log):
        first = await log.append(beginning(call, investigation="inv_1"))
        second = await log.append(end(call))
        server, origin = log.server, log.origin
    assert (first.seq, second.seq, first.spilled) == (0, 1, False)
    assert json.loads(texts(tmp_path)[0]) == {
        "id": first.id,
        "stream": origin,
        "seq": 0,
        "time": "2026-01-05T10:00:01.000000Z",
        "server": server,
        "kind": "call.received",
        "call": call,
        "actor": {
            "user": "oncall-a",
            "host": "laptop",
            "client": {"name": "assistant", "version": "1.4.2", "asserted": True},
        },
        "method": "tools/call",
        "target": "search_alerts",
        "protocol": "2026-07-28",
        "arguments": {"service": "checkout", "limit": 20},
        "arguments_digest": "5f" * 32,
        "tool_digest": "a7" * 32,
        "investigation": "inv_1",
    }


async def test_many_at_once_are_numbered_without_a_hole(tmp_path: Path) -> None:
    seqs: list[int | None] = []

    async def append(log: AuditLog) -> None:
        for _ in range(10):
            seqs.append((await log.append(Record("test.event", ACTOR))).seq)

    with open_log(tmp_path) as (_, log):
        async with anyio.create_task_group() as tasks:
            for _ in range(40):
                tasks.start_soon(append, log)
    assert sorted(seq for seq in seqs if seq is not None) == list(range(400))
    assert problems(tmp_path) == ""


async def test_a_caller_that_is_cancelled_is_logged_all_the_same(tmp_path: Path) -> None:
    with open_log(tmp_path) as (_, log):
        with anyio.CancelScope() as scope:
            scope.cancel()
            await log.append(Record("test.event", ACTOR))
        assert scope.cancelled_caught
    assert len(texts(tmp_path)) == 1


async def test_a_record_and_a_row_of_another_room_become_durable_together_or_not_at_all(tmp_path: Path) -> None:
    def unit(transaction: Transaction) -> None:
        log.append_in(transaction, Record("test.event", ACTOR))
        transaction.execute("INSERT INTO audit_merged_spill (sha256) VALUES ('row')")

    def failing(transaction: Transaction) -> None:
        unit(transaction)
        raise InvalidRequestError("refused")

    with open_log(tmp_path) as (store, log):
        with pytest.raises(InvalidRequestError):
            await store.write(failing)
        await store.write(unit)
        await log.append(Record("test.event", ACTOR))
    assert [json.loads(text)["seq"] for text in texts(tmp_path)] == [0, 1]
    assert problems(tmp_path) == ""


def test_a_refused_unit_in_one_commit_with_others_leaves_no_hole(tmp_path: Path) -> None:
    """The others of the commit share the state of the tree with the one that failed."""

    def refused(transaction: Transaction) -> None:
        log.append_in(transaction, Record("test.refused", ACTOR))
        raise InvalidRequestError("refused")

    async def refuse() -> None:
        with pytest.raises(InvalidRequestError):
            await store.write(refused)

    async def main() -> None:
        async with anyio.create_task_group() as tasks:
            for _ in range(30):
                tasks.start_soon(log.append, Record("test.event", ACTOR))
                tasks.start_soon(refuse)

    with open_log(tmp_path) as (store, log):
        anyio.run(main)
    assert [json.loads(text)["kind"] for text in texts(tmp_path)] == ["test.event"] * 30
    assert problems(tmp_path) == ""


def test_a_second_start_goes_on_where_the_first_ended(tmp_path: Path) -> None:
    for _ in range(3):
        write_calls(tmp_path, 5)
    assert [json.loads(text)["seq"] for text in texts(tmp_path)] == list(range(30))
    assert problems(tmp_path) == ""


def test_closing_signs_all_and_signs_nothing_twice(tmp_path: Path) -> None:
    write_calls(tmp_path, 3)
    with open_log(tmp_path):
        pass
    assert edit(tmp_path, "SELECT size FROM audit_checkpoint") == [(6,)]


async def test_many_records_are_signed_while_the_log_runs(tmp_path: Path) -> None:
    with open_log(tmp_path) as (store, log):
        append_calls(log, CHECKPOINT_EVERY_RECORDS)
        await store.write(lambda transaction: None)
        sizes = await store.read(lambda reader: [row[0] for row in reader.execute("SELECT size FROM audit_checkpoint")])
    assert sizes
    assert max(sizes) >= CHECKPOINT_EVERY_RECORDS


async def test_a_few_records_are_signed_soon_without_any_further_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("opsloom.audit.log.CHECKPOINT_AFTER_SECONDS", 0.01)
    with open_log(tmp_path) as (store, log):
        await log.append(Record("test.event", ACTOR))
        with anyio.fail_after(20):
            while not await store.read(lambda reader: list(reader.execute("SELECT * FROM audit_checkpoint"))):
                await anyio.sleep(0.01)


def test_the_secret_key_is_for_its_owner_only_and_is_made_once(tmp_path: Path) -> None:
    first = ensure_key(tmp_path)
    assert ensure_key(tmp_path) == first
    assert stat.S_IMODE((tmp_path / PRIVATE_NAME).stat().st_mode) == 0o600
    assert (tmp_path / PUBLIC_NAME).read_text() == f"{first.verifier()}\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == [PRIVATE_NAME, PUBLIC_NAME]


def test_a_checkpoint_covers_what_its_own_commit_appended(tmp_path: Path) -> None:
    """The writer puts a signature that is due into the same commit as the records that wait."""

    def unit(transaction: Transaction) -> None:
        tree.append(transaction, [{"kind": "test.event", "id": str(number)} for number in range(3)])
        assert tree.sign(transaction, key) == 3
        tree.append(transaction, [{"kind": "test.event", "id": "3"}])

    with open_log(tmp_path) as (store, log):
        key = ensure_key(tmp_path)
        tree = Tree(log.origin, SteppingClock())
        store.write_sync(unit)
    report = verify(tmp_path)
    assert (report.ok, report.checkpoints, report.signed) == (True, 2, 4)


def test_a_lost_key_stops_the_log_instead_of_going_on_under_another(tmp_path: Path) -> None:
    write_calls(tmp_path, 1)
    (tmp_path / PRIVATE_NAME).unlink()
    with SqliteStore.open(tmp_path) as store, pytest.raises(AuditUnavailableError, match=r"audit\.key"):
        AuditLog.open(tmp_path, store)


def test_a_damaged_key_is_named(tmp_path: Path) -> None:
    write_calls(tmp_path, 1)
    (tmp_path / PRIVATE_NAME).write_text("PRIVATE+KEY+nonsense\n")
    with SqliteStore.open(tmp_path) as store, pytest.raises(ConfigurationError, match="key"):
        AuditLog.open(tmp_path, store)


def test_a_damaged_state_of_the_log_is_never_written_on(tmp_path: Path) -> None:
    write_calls(tmp_path, 3)
    edit(tmp_path, "UPDATE audit_stream SET frontier = x'00'")
    with SqliteStore.open(tmp_path) as store, pytest.raises(AuditUnavailableError, match="damaged"):
        AuditLog.open(tmp_path, store)
    assert len(texts(tmp_path)) == 6


def test_hostile_arguments_are_logged_and_verify(tmp_path: Path) -> None:
    hostile = {
        "n": 10**40,
        "f": 0.1,
        "inf": float("inf"),
        "text": "a\ud800\x00\u202e",
        "\U0001f600": [1e-7, {"": None}],
    }
    with open_log(tmp_path) as (_, log):
        log.append_sync(Record("test.event", ACTOR, details={"arguments": hostile}))
    report = verify(tmp_path)
    assert (report.ok, report.records, report.signed) == (True, 1, 1)


def test_times_are_written_in_utc_with_microseconds() -> None:
    berlin = timezone(timedelta(hours=1))
    assert time_text(datetime(2026, 1, 5, 10, tzinfo=berlin)) == "2026-01-05T09:00:00.000000Z"
    assert time_text(datetime(2026, 1, 5, 10, 0, 0, 7, tzinfo=UTC)) == "2026-01-05T10:00:00.000007Z"


def test_every_kind_has_a_word_of_its_own() -> None:
    assert len({str(kind) for kind in Kind}) == len(Kind)
