"""The store's time: at the machine's pace, the same for all processes, never stepped, never back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsloom.store.port import Transaction
from opsloom.store.sqlite import SqliteStore
from opsloom.store.time import StoreTime
from tests.approval.store_clock import StoreClock

HOUR = 3_600.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore.open(tmp_path) as opened:
        yield opened


def tell(store: SqliteStore, time: StoreTime) -> datetime:
    return store.write_sync(time.now)


def test_it_begins_with_the_wall_clock_and_goes_on_at_the_pace_of_the_machine(store: SqliteStore) -> None:
    clock = StoreClock()
    first = tell(store, clock.time())
    assert first == datetime.fromtimestamp(clock.wall, UTC)
    clock.pass_by(90.5)
    assert tell(store, clock.time()) - first == timedelta(seconds=90.5)


@pytest.mark.parametrize("step", [HOUR, -HOUR, 30 * 365 * 24 * HOUR])
def test_a_wall_clock_that_is_set_changes_nothing(store: SqliteStore, step: float) -> None:
    clock = StoreClock()
    first = tell(store, clock.time())
    clock.wall += step
    assert tell(store, clock.time()) == first
    clock.pass_by(1)
    assert tell(store, clock.time()) - first == timedelta(seconds=1)


def test_a_process_that_starts_after_the_clock_was_set_has_the_same_time(store: SqliteStore, tmp_path: Path) -> None:
    clock = StoreClock()
    first = tell(store, clock.time())
    clock.wall += HOUR
    with SqliteStore.open(tmp_path) as another:
        assert tell(another, clock.time()) == first


@pytest.mark.parametrize(("boot", "since_boot"), [("boot-2", 3.0), ("boot-2", 9_000.0), ("boot-1", 3.0)])
def test_after_a_reboot_it_goes_on_from_the_wall_clock(store: SqliteStore, boot: str, since_boot: float) -> None:
    clock = StoreClock()
    first = tell(store, clock.time())
    clock.wall += HOUR
    clock.boot, clock.since_boot = boot, since_boot
    assert tell(store, clock.time()) - first == timedelta(hours=1)
    clock.pass_by(5)
    assert tell(store, clock.time()) - first == timedelta(hours=1, seconds=5)


def test_a_reboot_with_a_clock_that_went_back_never_makes_it_go_back(store: SqliteStore) -> None:
    clock = StoreClock()
    tell(store, clock.time())
    clock.pass_by(HOUR)
    last = tell(store, clock.time())
    clock.boot, clock.since_boot, clock.wall = "boot-2", 3.0, clock.wall - 10 * HOUR
    assert tell(store, clock.time()) == last
    clock.pass_by(7)
    assert tell(store, clock.time()) - last == timedelta(seconds=7)


def test_who_only_looks_sees_the_same_and_leaves_nothing(store: SqliteStore) -> None:
    clock = StoreClock()
    assert store.read_sync(clock.time().peek) == datetime.fromtimestamp(clock.wall, UTC)
    assert store.read_sync(lambda reader: list(reader.execute("SELECT * FROM store_time"))) == []
    tell(store, clock.time())
    clock.wall += HOUR
    clock.pass_by(2)
    assert store.read_sync(clock.time().peek) == tell(store, clock.time())


def test_a_unit_that_fails_takes_what_it_remembered_back(store: SqliteStore) -> None:
    clock = StoreClock()

    def failing(transaction: Transaction) -> None:
        clock.time().now(transaction)
        raise LookupError

    with pytest.raises(LookupError):
        store.write_sync(failing)
    assert store.read_sync(lambda reader: list(reader.execute("SELECT * FROM store_time"))) == []


def test_the_real_clocks_are_told_in_utc_and_in_order(store: SqliteStore) -> None:
    moments = [tell(store, StoreTime()) for _ in range(3)]
    assert moments == sorted(moments)
    assert moments[0].tzinfo is UTC


Event = tuple[str, float]
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("pass"), st.floats(0, HOUR)),
        st.tuples(st.just("set"), st.floats(-5 * HOUR, 5 * HOUR)),
        st.tuples(st.just("reboot"), st.floats(0, HOUR)),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(EVENTS)
def test_whatever_happens_to_the_clocks_it_never_goes_back(
    tmp_path_factory: pytest.TempPathFactory, events: list[Event]
) -> None:
    clock = StoreClock()
    with SqliteStore.open(tmp_path_factory.mktemp("store")) as store:
        last = tell(store, clock.time())
        for number, (event, seconds) in enumerate(events):
            if event == "pass":
                clock.pass_by(seconds)
            elif event == "set":
                clock.wall += seconds
            else:
                clock.boot, clock.since_boot = f"boot-{number}", seconds
            now = tell(store, clock.time())
            if event != "reboot":
                expected = seconds if event == "pass" else 0.0
                assert abs((now - last).total_seconds() - expected) < 1e-3
            assert now >= last
            last = now
