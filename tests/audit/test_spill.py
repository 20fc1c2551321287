"""Where records go while the log cannot be written, and how they come back."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest

from opsloom.audit.log import AuditLog
from opsloom.audit.record import Record, new_id
from opsloom.audit.verify import verify
from opsloom.model.errors import AuditUnavailableError
from opsloom.store.sqlite import SqliteStore
from tests.audit.logbook import ACTOR, beginning, edit, open_log, problems, texts
from tests.store.faulty_disk import FaultyDisk, faulty_disk


@pytest.fixture(autouse=True)
def state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    return tmp_path / "state"


@pytest.fixture
def disk() -> Iterator[FaultyDisk]:
    with faulty_disk() as opened:
        yield opened


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return tmp_path / "workspace"


def event(number: int) -> Record:
    return Record("test.event", ACTOR, details={"number": number})


def kinds(workspace: Path) -> list[str]:
    return [json.loads(text)["kind"] for text in texts(workspace)]


def numbers(workspace: Path) -> list[int]:
    return [record["number"] for record in map(json.loads, texts(workspace)) if "number" in record]


def spill_files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.jsonl"))


async def test_a_record_that_cannot_be_logged_is_kept_beside_the_log(workspace: Path, disk: FaultyDisk) -> None:
    with open_log(workspace, vfs=disk.name) as (_, log):
        disk.fail_writes()
        appended = await log.append(event(1))
        assert (appended.spilled, appended.seq) == (True, None)
        (file,) = spill_files(workspace / "spill")
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert json.loads(file.read_text())["id"] == appended.id
        disk.heal()


async def test_it_comes_back_behind_a_gap_record_as_soon_as_the_log_can_be_written(
    workspace: Path, disk: FaultyDisk
) -> None:
    with open_log(workspace, vfs=disk.name) as (_, log):
        await log.append(event(0))
        disk.fail_writes()
        spilled = [(await log.append(event(number))).id for number in (1, 2, 3)]
        disk.heal()
        await log.append(event(4))
        assert kinds(workspace) == ["test.event", "test.event", "audit.gap", *["test.event"] * 3]
    assert numbers(workspace) == [0, 4, 1, 2, 3]
    records = [json.loads(text) for text in texts(workspace)]
    gap = records[2]
    assert (gap["count"], [record["id"] for record in records[3:]]) == (3, spilled)
    assert (gap["first"], gap["last"]) == (records[3]["spilled"]["at"], records[5]["spilled"]["at"])
    assert "Full" in gap["reasons"][0]
    assert spill_files(workspace) == []
    report = verify(workspace)
    assert (report.ok, report.gaps) == (True, 1)


async def test_a_change_is_refused_instead_of_spilled(workspace: Path, disk: FaultyDisk) -> None:
    with open_log(workspace, vfs=disk.name) as (_, log):
        disk.fail_writes()
        with pytest.raises(AuditUnavailableError):
            await log.append(event(1), spill=False)
        assert spill_files(workspace) == []
        disk.heal()


async def test_without_room_beside_the_log_it_is_kept_in_the_state_of_the_user(
    workspace: Path, disk: FaultyDisk, state_home: Path
) -> None:
    with open_log(workspace, vfs=disk.name) as (_, log):
        (workspace / "spill").touch()
        disk.fail_writes()
        assert (await log.append(event(1))).spilled
        assert len(spill_files(state_home)) == 1
        disk.heal()
        await log.append(event(2))
    assert numbers(workspace) == [2, 1]
    assert spill_files(state_home) == []
    assert problems(workspace) == ""


async def test_without_any_room_the_call_is_refused(workspace: Path, disk: FaultyDisk, tmp_path: Path) -> None:
    with open_log(workspace, vfs=disk.name) as (_, log):
        for name in ("workspace/spill", "state", "temporary"):
            (tmp_path / name).touch()
        disk.fail_writes()
        with pytest.raises(AuditUnavailableError, match="nor can its spill"):
            await log.append(event(1))
        disk.heal()


async def test_a_caller_that_is_cancelled_while_the_disk_fails_is_spilled(workspace: Path, disk: FaultyDisk) -> None:
    with open_log(workspace, vfs=disk.name) as (_, log):
        disk.fail_writes()
        with anyio.CancelScope() as scope:
            scope.cancel()
            await log.append(event(1))
        disk.heal()
        await log.append(event(2))
    assert sorted(numbers(workspace)) == [1, 2]


async def test_many_callers_lose_nothing_while_the_disk_fails_now_and_then(workspace: Path, disk: FaultyDisk) -> None:
    async def append(log: AuditLog, caller: int) -> None:
        for number in range(20):
            await log.append(event(caller * 100 + number))

    async def trouble() -> None:
        for nth in range(8):
            disk.fail_writes(nth + 1)
            await anyio.sleep(0.002)
            disk.heal()
            await anyio.sleep(0.002)

    with open_log(workspace, vfs=disk.name) as (_, log):
        async with anyio.create_task_group() as tasks:
            for caller in range(8):
                tasks.start_soon(append, log, caller)
            tasks.start_soon(trouble)
        await log.append(event(9999))
    assert sorted(numbers(workspace)) == [c * 100 + n for c in range(8) for n in range(20)] + [9999]
    assert spill_files(workspace) == []
    assert problems(workspace) == ""


def test_the_next_start_merges_what_a_dead_server_left_and_only_once(workspace: Path, disk: FaultyDisk) -> None:
    with open_log(workspace, vfs=disk.name) as (_, log):
        disk.fail_writes()
        log.append_sync(beginning(new_id()))
        log.append_sync(event(2))
        (left,) = spill_files(workspace)
        content, name = left.read_bytes(), left.name
        left.unlink()  # the server dies before it can bring them back
        disk.heal()
    for _ in range(2):  # the second start finds the file as if the first had died before removing it
        left.with_name(name).write_bytes(content)
        with open_log(workspace):
            pass
        assert kinds(workspace) == ["audit.gap", "call.received", "test.event", "call.outcome_unknown"]
    assert spill_files(workspace) == []
    assert problems(workspace) == ""


def test_a_line_that_a_crash_cut_was_never_acknowledged_and_is_dropped(workspace: Path, disk: FaultyDisk) -> None:
    with open_log(workspace, vfs=disk.name) as (_, log):
        disk.fail_writes()
        log.append_sync(event(1))
        (left,) = spill_files(workspace)
        content = left.read_bytes()
        left.unlink()
        disk.heal()
    left.write_bytes(content + content[: len(content) // 2])
    with open_log(workspace):
        pass
    assert numbers(workspace) == [1]
    assert "unreadable" not in json.loads(texts(workspace)[0])
    assert problems(workspace) == ""


def test_a_record_whose_failed_commit_was_durable_after_all_is_not_doubled(workspace: Path) -> None:
    with open_log(workspace) as (_, log):
        log.append_sync(event(1))
    record = json.loads(texts(workspace)[0])
    line = {key: value for key, value in record.items() if key not in ("seq", "stream", "time")}
    line["spilled"] = {"at": record["time"], "reason": "the sync failed"}
    (workspace / "spill").mkdir()
    (workspace / "spill" / "some-dead-server.jsonl").write_text(json.dumps(line) + "\n")
    with open_log(workspace):
        pass
    assert numbers(workspace) == [1]
    assert json.loads(texts(workspace)[1])["already_logged"] == 1
    assert problems(workspace) == ""


async def test_text_with_other_line_ends_comes_back_whole(workspace: Path, disk: FaultyDisk) -> None:
    """Only a newline ends a line of the spill; Unicode knows more ends, and JSON leaves them as they are."""
    text = "one\u2028two\u2029three\x85four\x0bfive\x1csix"
    with open_log(workspace, vfs=disk.name) as (_, log):
        disk.fail_writes()
        await log.append(Record("test.event", ACTOR, details={"text": text}))
        disk.heal()
        await log.append(event(2))
    gap, record = (json.loads(line) for line in texts(workspace)[1:])
    assert (gap["count"], "unreadable" in gap, record["text"]) == (1, False, text)
    assert problems(workspace) == ""


def test_a_line_that_is_no_record_is_kept_as_it_is(workspace: Path) -> None:
    (workspace / "spill").mkdir(parents=True)
    (workspace / "spill" / "some-dead-server.jsonl").write_bytes(b'what is this?\n\xff\xfe\n{"kind": 3}\n')
    with open_log(workspace):
        pass
    (gap,) = map(json.loads, texts(workspace))
    assert gap["unreadable"] == ["what is this?", "\ufffd\ufffd", '{"kind": 3}']
    assert problems(workspace) == ""


def test_the_spill_of_a_living_server_is_left_to_it(workspace: Path, disk: FaultyDisk) -> None:
    with open_log(workspace, vfs=disk.name) as (_, log):
        disk.fail_writes()
        log.append_sync(event(1))
        disk.heal()
        with SqliteStore.open(workspace) as second_store:
            AuditLog.open(workspace, second_store).close()
        assert numbers(workspace) == []
        assert len(spill_files(workspace)) == 1
    assert numbers(workspace) == [1]
    assert edit(workspace, "SELECT count(*) FROM audit_merged_spill") == [(1,)]
