"""Investigations hold together what belongs together, for one caller after another."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from opsloom.evidence.investigations import Investigations
from opsloom.model.errors import InvalidRequestError
from opsloom.model.findings import FindingKind
from opsloom.model.limits import INVESTIGATION_IDLE_SECONDS
from opsloom.store.sqlite import SqliteStore

IDLE = timedelta(seconds=INVESTIGATION_IDLE_SECONDS)


class Processes:
    """Several processes on one workspace, and the time that they all see."""

    def __init__(self, workspace: Path, stack: ExitStack) -> None:
        self._workspace = workspace
        self._stack = stack
        self._now = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def pass_time(self, by: timedelta) -> None:
        self._now += by

    def start(self) -> Investigations:
        """One more process."""
        return Investigations(self._stack.enter_context(SqliteStore.open(self._workspace)), self)


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    with ExitStack() as stack:
        yield Processes(tmp_path, stack)


async def test_a_first_call_opens_an_investigation_and_the_next_goes_on_with_it(processes: Processes) -> None:
    investigations = processes.start()
    ident = await investigations.resolve("a", None)
    assert ident.startswith("inv_")
    assert await investigations.resolve("a", None) == ident


async def test_each_caller_has_its_own(processes: Processes) -> None:
    investigations = processes.start()
    assert await investigations.resolve("a", None) != await investigations.resolve("b", None)


async def test_a_handle_hands_the_investigation_over(processes: Processes) -> None:
    investigations = processes.start()
    of_a, of_b = await investigations.resolve("a", None), await investigations.resolve("b", None)
    assert await investigations.resolve("b", of_a) == of_a
    assert await investigations.resolve("b", None) == of_a
    assert await investigations.resolve("a", None) == of_a
    assert of_b != of_a


async def test_an_unknown_handle_is_refused_and_opens_nothing(processes: Processes) -> None:
    investigations = processes.start()
    ident = await investigations.resolve("a", None)
    with pytest.raises(InvalidRequestError, match="investigation is not known here"):
        await investigations.resolve("a", "inv_0000000000")
    assert await investigations.resolve("a", None) == ident
    assert await investigations.starting_with("inv_", 5) == [ident]


@pytest.mark.parametrize("restarted", [False, True])
async def test_an_investigation_ends_when_it_was_idle_for_too_long(processes: Processes, restarted: bool) -> None:
    investigations = processes.start()
    ident = await investigations.resolve("a", None)
    processes.pass_time(IDLE)
    investigations = processes.start() if restarted else investigations
    assert await investigations.resolve("a", None) == ident
    processes.pass_time(IDLE + timedelta(seconds=1))
    investigations = processes.start() if restarted else investigations
    assert await investigations.resolve("a", None) != ident


async def test_calls_keep_an_investigation_alive(processes: Processes) -> None:
    investigations = processes.start()
    ident = await investigations.resolve("a", None)
    for _ in range(4):
        processes.pass_time(IDLE / 2)
        assert await investigations.resolve("a", None) == ident


async def test_an_idle_investigation_is_taken_up_again_by_its_handle(processes: Processes) -> None:
    investigations = processes.start()
    ident = await investigations.resolve("a", None)
    processes.pass_time(IDLE * 3)
    assert await investigations.resolve("a", ident) == ident
    assert await investigations.resolve("a", None) == ident


async def test_the_next_process_goes_on_with_what_its_caller_did_last(processes: Processes) -> None:
    ident = await processes.start().resolve("a", None)
    processes.pass_time(timedelta(minutes=5))
    other = processes.start()
    assert await other.resolve("a", None) == ident
    assert await other.resolve("b", None) != ident


async def test_two_processes_at_once_share_one_investigation_by_its_handle(processes: Processes) -> None:
    one, other = processes.start(), processes.start()
    ident = await one.resolve("a", None)
    await other.resolve("b", ident)
    await one.record_evidence(ident, "call-1", ["ev_1", "ev_2"])
    await other.record_evidence(ident, "call-2", ["ev_2", "ev_3"])
    assert await one.evidence_of(ident) == await other.evidence_of(ident) == ["ev_1", "ev_2", "ev_3"]


async def test_findings_are_kept_in_order_with_who_said_it_when_and_on_what(processes: Processes) -> None:
    investigations = processes.start()
    ident = await investigations.resolve("a", None)
    said = [
        ("errors rose at 09:12", FindingKind.OBSERVED, 0.9, ("ev_1", "ev_2")),
        ("it was the deploy", FindingKind.RULED_OUT, None, ("ev_3",)),
        ("why the pool is so small", FindingKind.UNKNOWN, None, ()),
    ]
    for claim, kind, confidence, evidence in said:
        await investigations.record_finding(
            investigation=ident, claim=claim, kind=kind, confidence=confidence, evidence=evidence, author="a"
        )
    found = await processes.start().findings_of(ident)
    assert [(one.claim, one.kind, one.confidence, one.evidence) for one in found] == said
    assert {(one.investigation, one.author, one.at) for one in found} == {(ident, "a", processes.now())}
    assert len({one.id for one in found}) == 3


async def test_the_content_of_an_unknown_investigation_is_refused_and_not_empty(processes: Processes) -> None:
    investigations = processes.start()
    with pytest.raises(InvalidRequestError):
        await investigations.evidence_of("inv_0000000000")
    with pytest.raises(InvalidRequestError):
        await investigations.findings_of("inv_0000000000")


async def test_handles_are_completed_latest_first(processes: Processes) -> None:
    investigations = processes.start()
    first = await investigations.resolve("a", None)
    processes.pass_time(timedelta(minutes=5))
    second = await investigations.resolve("b", None)
    assert await investigations.starting_with("inv_", 5) == [second, first]
    assert await investigations.starting_with(first[:9], 5) == [first]
