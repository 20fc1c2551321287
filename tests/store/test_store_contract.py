"""What every store promises, whatever it is made of."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import anyio
import pytest

from opsloom.model.errors import InvalidRequestError, OpsloomError
from opsloom.store.port import Reader, Store, Transaction
from opsloom.store.sqlite import SqliteStore

IMPLEMENTATIONS: list[Callable[[Path], Store]] = [SqliteStore.open]


@pytest.fixture(params=IMPLEMENTATIONS, ids=["sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened: Store = request.param(tmp_path)
    opened.write_sync(lambda tx: list(tx.execute("CREATE TABLE word (text TEXT PRIMARY KEY)")))
    yield opened
    opened.close()


def adding(word: str) -> Callable[[Transaction], str]:
    def unit(transaction: Transaction) -> str:
        transaction.execute("INSERT INTO word (text) VALUES (?)", (word,))
        return word

    return unit


def refusing(word: str) -> Callable[[Transaction], str]:
    def unit(transaction: Transaction) -> str:
        adding(word)(transaction)
        raise InvalidRequestError(f"not {word}")

    return unit


def words(reader: Reader) -> list[str]:
    return [text for (text,) in reader.execute("SELECT text FROM word ORDER BY text")]


async def test_a_write_returns_what_its_unit_returned_and_can_be_read(store: Store) -> None:
    assert await store.write(adding("alpha")) == "alpha"
    assert await store.read(words) == ["alpha"]


def test_without_an_event_loop_it_works_the_same(store: Store) -> None:
    assert store.write_sync(adding("alpha")) == "alpha"
    assert store.read_sync(words) == ["alpha"]


async def test_a_failing_unit_takes_only_its_own_changes_with_it(store: Store) -> None:
    outcomes: dict[str, object] = {}

    async def attempt(name: str, unit: Callable[[Transaction], str]) -> None:
        try:
            outcomes[name] = await store.write(unit)
        except InvalidRequestError as error:
            outcomes[name] = str(error)

    async with anyio.create_task_group() as tasks:
        for number in range(20):
            tasks.start_soon(attempt, f"good{number}", adding(f"good{number}"))
            tasks.start_soon(attempt, f"bad{number}", refusing(f"bad{number}"))
    assert outcomes == {f"good{n}": f"good{n}" for n in range(20)} | {f"bad{n}": f"not bad{n}" for n in range(20)}
    assert await store.read(words) == sorted(f"good{n}" for n in range(20))


async def test_a_unit_that_breaks_a_constraint_gets_the_error_and_the_next_one_works(store: Store) -> None:
    await store.write(adding("alpha"))
    with pytest.raises(Exception, match="UNIQUE"):
        await store.write(adding("alpha"))
    await store.write(adding("beta"))
    assert await store.read(words) == ["alpha", "beta"]


async def test_shared_state_of_a_failed_unit_is_taken_back(store: Store) -> None:
    """Whoever waits in one commit shares what was read; a unit that failed must not leave its view behind."""
    seen: list[object] = []
    entered, release = threading.Event(), threading.Event()

    def hold(transaction: Transaction) -> None:
        entered.set()
        release.wait()

    def remember(transaction: Transaction) -> None:
        transaction.state["last"] = "kept"

    def forget(transaction: Transaction) -> None:
        transaction.state["last"] = "never"
        raise InvalidRequestError("no")

    def look(transaction: Transaction) -> None:
        seen.append(transaction.state.get("last"))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(store.write, hold)
        await anyio.to_thread.run_sync(entered.wait)
        tasks.start_soon(store.write, remember)
        tasks.start_soon(_expect_refusal, store, forget)
        tasks.start_soon(store.write, look)
        await anyio.wait_all_tasks_blocked()
        release.set()
    assert seen == ["kept"]


async def _expect_refusal(store: Store, unit: Callable[[Transaction], None]) -> None:
    with pytest.raises(InvalidRequestError):
        await store.write(unit)


async def test_a_hook_runs_once_for_a_commit_after_all_its_units(store: Store) -> None:
    def unit(transaction: Transaction) -> None:
        for _ in range(3):
            transaction.before_commit("count", lambda tx: adding("hook")(tx) and None)
        adding("unit")(transaction)

    await store.write(unit)
    assert await store.read(words) == ["hook", "unit"]


async def test_a_cancelled_waiter_does_not_take_its_write_back(store: Store) -> None:
    entered, release = threading.Event(), threading.Event()

    def unit(transaction: Transaction) -> None:
        entered.set()
        release.wait()
        adding("alpha")(transaction)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(store.write, unit)
        await anyio.to_thread.run_sync(entered.wait)
        tasks.cancel_scope.cancel()
        release.set()
    assert await store.read(words) == ["alpha"]


async def test_a_delayed_unit_runs_in_a_later_commit(store: Store) -> None:
    ran = threading.Event()

    def later(transaction: Transaction) -> None:
        adding("later")(transaction)
        ran.set()

    await store.write(lambda tx: store.write_after(0.01, later))
    assert await anyio.to_thread.run_sync(ran.wait, 10)
    await store.write(adding("alpha"))
    assert await store.read(words) == ["alpha", "later"]


async def test_a_read_sees_one_moment_while_others_write(store: Store) -> None:
    def question(reader: Reader) -> tuple[list[str], list[str]]:
        before = words(reader)
        store.write_sync(adding("meanwhile"))
        return before, words(reader)

    assert await store.read(question) == ([], [])
    assert await store.read(words) == ["meanwhile"]


async def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(OpsloomError):
        await store.read(lambda reader: list(reader.execute("INSERT INTO word (text) VALUES ('alpha')")))
    assert await store.read(words) == []


def test_a_task_that_blocks_its_event_loop_in_a_write_is_answered(store: Store) -> None:
    async def main() -> None:
        async with anyio.create_task_group() as tasks:
            for number in range(10):
                tasks.start_soon(store.write, adding(f"async{number}"))
            await anyio.lowlevel.checkpoint()
            for number in range(10):
                store.write_sync(adding(f"sync{number}"))

    anyio.run(main)
    assert len(store.read_sync(words)) == 20


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_one_store_serves_event_loops_that_come_and_go(store: Store, backend: str) -> None:
    for number in range(3):
        anyio.run(store.write, adding(f"{backend}{number}"), backend=backend)
    assert len(store.read_sync(words)) == 3


def test_close_writes_what_is_queued_and_then_refuses(store: Store) -> None:
    threads = [threading.Thread(target=store.write_sync, args=(adding(f"w{n}"),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.read_sync(words)) == 8
    store.close()
    with pytest.raises(OpsloomError, match="closed"):
        store.write_sync(adding("late"))
