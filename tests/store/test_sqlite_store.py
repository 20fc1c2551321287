"""What the SQLite store promises beyond the contract: its file, its schema, its disk."""

from pathlib import Path

import anyio
import apsw
import pytest

from opsloom.model.errors import ConfigurationError, OpsloomError
from opsloom.store.database import DATABASE_NAME
from opsloom.store.migrations import MIGRATIONS
from opsloom.store.port import Reader, Transaction
from opsloom.store.sqlite import SqliteStore
from tests.store.faulty_disk import faulty_disk


def add(transaction: Transaction) -> None:
    transaction.execute("INSERT INTO audit_merged_spill (sha256) SELECT count(*) FROM audit_merged_spill")


def count(reader: Reader) -> int:
    return int(next(reader.execute("SELECT count(*) FROM audit_merged_spill"))[0])


def version(workspace: Path) -> int:
    return int(apsw.Connection(str(workspace / DATABASE_NAME)).pragma("user_version"))


def test_a_new_workspace_gets_the_newest_schema_and_a_second_start_changes_nothing(tmp_path: Path) -> None:
    for _ in range(2):
        SqliteStore.open(tmp_path / "new").close()
        assert version(tmp_path / "new") == len(MIGRATIONS)


def test_an_older_schema_is_brought_up_to_date_and_keeps_its_rows(tmp_path: Path) -> None:
    connection = apsw.Connection(str(tmp_path / DATABASE_NAME))
    connection.execute(MIGRATIONS[0])
    connection.pragma("user_version", 1)
    connection.execute("INSERT INTO audit_merged_spill VALUES ('kept')")
    connection.close()
    with SqliteStore.open(tmp_path) as store:
        assert store.read_sync(count) == 1
    assert version(tmp_path) == len(MIGRATIONS)


def test_a_migration_that_fails_leaves_the_schema_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = (*MIGRATIONS, "CREATE TABLE half (a); CREATE TABLE half (b);")
    monkeypatch.setattr("opsloom.store.database.MIGRATIONS", broken)
    with pytest.raises(apsw.SQLError):
        SqliteStore.open(tmp_path)
    assert version(tmp_path) == len(MIGRATIONS)
    assert not apsw.Connection(str(tmp_path / DATABASE_NAME)).table_exists(None, "half")


@pytest.mark.parametrize("opening", [SqliteStore.open, SqliteStore.open_read_only])
def test_a_file_of_a_newer_version_is_refused_by_name(tmp_path: Path, opening: type[SqliteStore]) -> None:
    SqliteStore.open(tmp_path).close()
    apsw.Connection(str(tmp_path / DATABASE_NAME)).pragma("user_version", 999)
    with pytest.raises(ConfigurationError, match=r"version 999.*newer opsloom"):
        opening(tmp_path)  # type: ignore[call-arg]


def test_a_file_that_is_no_database_is_a_plain_error(tmp_path: Path) -> None:
    (tmp_path / DATABASE_NAME).write_text("this is not a database, and it is long enough to be read as one" * 40)
    with pytest.raises(OpsloomError, match="cannot be written"):
        SqliteStore.open(tmp_path)


def test_a_workspace_that_does_not_exist_is_not_made_by_looking(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no workspace file"):
        SqliteStore.open_read_only(tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []


def test_looking_changes_no_byte_and_leaves_no_file_behind(tmp_path: Path) -> None:
    with SqliteStore.open(tmp_path) as store:
        store.write_sync(add)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with SqliteStore.open_read_only(tmp_path) as store:
        assert store.read_sync(count) == 1
        with pytest.raises(ConfigurationError, match="reading only"):
            store.write_sync(add)
    assert (tmp_path / DATABASE_NAME).read_bytes() == before[DATABASE_NAME]


def test_the_file_is_durable_at_every_commit(tmp_path: Path) -> None:
    with SqliteStore.open(tmp_path) as store:
        modes = store.write_sync(
            lambda tx: [next(tx.execute(f"PRAGMA {name}"))[0] for name in ("journal_mode", "synchronous")]
        )
    assert modes == ["wal", 2]


@pytest.mark.parametrize("operation", ["fail_writes", "fail_syncs"])
@pytest.mark.parametrize("nth", [1, 2, 3])
async def test_a_disk_that_fails_fails_the_write_and_later_ones_work(tmp_path: Path, operation: str, nth: int) -> None:
    with faulty_disk() as disk, SqliteStore.open(tmp_path, vfs=disk.name) as store:
        await store.write(add)
        getattr(disk, operation)(nth)
        errors: list[str] = []
        for _ in range(4):
            try:
                await store.write(add)
            except OpsloomError as error:
                errors.append(str(error))
        assert errors
        assert all("cannot be written" in error for error in errors)
        disk.heal()
        await store.write(add)
        assert await store.read(count) == 1 + (4 - len(errors)) + 1


async def test_a_failing_disk_fails_every_write_of_the_group_and_none_is_half_there(tmp_path: Path) -> None:
    failures = 0

    async def attempt(store: SqliteStore) -> None:
        nonlocal failures
        try:
            await store.write(add)
        except OpsloomError:
            failures += 1

    with faulty_disk() as disk, SqliteStore.open(tmp_path, vfs=disk.name) as store:
        disk.fail_writes()
        async with anyio.create_task_group() as tasks:
            for _ in range(16):
                tasks.start_soon(attempt, store)
        disk.heal()
        assert failures == 16
        assert await store.read(count) == 0


def test_a_folder_that_cannot_be_made_is_a_plain_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OpsloomError, match="cannot be made"):
        SqliteStore.open(tmp_path / "file" / "workspace")
