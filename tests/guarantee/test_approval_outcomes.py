"""Guarantee: what a provider's answer means for an action is found out by looking, never assumed, never by a retry."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from opsloom.approval.progress import Effectiveness
from opsloom.approval.state import State
from opsloom.audit.verify import verify
from opsloom.model.changes import Order, SendMessage
from opsloom.model.errors import (
    AuthenticationError,
    OpsloomError,
    OutcomeUnknownError,
    ProviderError,
    ProviderTimeoutError,
    RateLimitedError,
    UnexpectedAnswerError,
)
from tests.approval.lab import Bench, World, bench, by
from tests.approval.store_clock import records

Fault = Callable[[Order], Awaitable[None]]
MESSAGE = SendMessage(channel="incidents", text="all is well")
NOBODY_KNOWS: list[BaseException] = [
    ProviderTimeoutError("lab did not answer in time", instance="lab"),
    OutcomeUnknownError("the connection broke", instance="lab"),
    UnexpectedAnswerError("this is a login page", instance="lab"),
    ProviderError("lab is failing", instance="lab", status=502),
    TypeError("a bug of the adapter"),
]


def failing_with(error: BaseException) -> Fault:
    async def fail(_order: Order) -> None:
        raise error

    return fail


async def executed(lab: Bench, change: Any = None) -> Any:
    return await lab.run((await lab.decide(await lab.propose(change))).view)


async def test_a_200_after_which_nothing_has_changed_is_no_success(tmp_path: Path) -> None:
    async with bench(tmp_path, World(swallows=True)) as lab:
        ended = await executed(lab)
    assert (ended.state, ended.progress.effectiveness) == (State.INEFFECTIVE, Effectiveness.INEFFECTIVE)
    assert "the provider shows the change: NOT seen" in ended.progress.detail
    assert len(lab.world.applied) == 1


@pytest.mark.parametrize("error", NOBODY_KNOWS, ids=lambda error: type(error).__name__)
async def test_a_failure_after_the_effect_is_found_to_be_a_success(tmp_path: Path, error: BaseException) -> None:
    async with bench(tmp_path, World(after=failing_with(error))) as lab:
        ended = await executed(lab)
        assert (ended.state, ended.progress.reconciled) == (State.SUCCEEDED, True)
        assert lab.world.applied == [ended.action.marker]
    ways = [(one["from"], one["to"]) for one in records(tmp_path, "action.moved")][-3:]
    assert ways == [("EXECUTING", "UNKNOWN"), ("UNKNOWN", "VERIFYING"), ("VERIFYING", "SUCCEEDED")]
    assert verify(tmp_path).ok


@pytest.mark.parametrize("error", NOBODY_KNOWS, ids=lambda error: type(error).__name__)
async def test_a_failure_without_an_effect_is_found_to_be_one_and_is_not_sent_again(
    tmp_path: Path, error: BaseException
) -> None:
    attempts = []

    async def fail(order: Order) -> None:
        attempts.append(order.marker)
        raise error

    async with bench(tmp_path, World(before=fail)) as lab:
        ended = await executed(lab)
        assert (ended.state, ended.progress.reconciled) == (State.FAILED, True)
        assert (await lab.run(ended)).state is State.FAILED
    assert (attempts, lab.world.applied) == ([ended.action.marker], [])


@pytest.mark.parametrize(
    "error",
    [
        AuthenticationError("the credential was refused", instance="lab", status=401),
        RateLimitedError("lab asks for patience", instance="lab", status=429),
        ProviderError("lab says no", instance="lab", status=422),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_refusal_in_so_many_words_has_failed_at_once(tmp_path: Path, error: OpsloomError) -> None:
    async with bench(tmp_path, World(before=failing_with(error))) as lab:
        ended = await executed(lab)
    assert (ended.state, ended.progress.reconciled, lab.world.applied) == (State.FAILED, False, [])
    assert "nothing was done" in ended.progress.detail


async def test_while_the_provider_is_dead_it_stays_unknown_and_is_looked_for_again(tmp_path: Path) -> None:
    world = World(after=failing_with(ProviderTimeoutError("lab did not answer in time", instance="lab")))
    world.answers = False
    async with bench(tmp_path, world) as lab:
        ended = await executed(lab)
        assert ended.state is State.UNKNOWN
        assert (await lab.run(ended)).state is State.UNKNOWN
        world.answers = True
        assert (await lab.run(ended)).state is State.SUCCEEDED
    assert len(world.applied) == 1


async def test_what_cannot_be_observed_stays_unknown_until_a_person_settles_it(tmp_path: Path) -> None:
    world = World(after=failing_with(ProviderTimeoutError("lab did not answer in time", instance="lab")))
    async with bench(tmp_path, world) as lab:
        ended = await executed(lab, MESSAGE)
        assert (await lab.run(ended)).state is State.UNKNOWN
        assert "a person has to find out" in (await lab.ledger.get(ended.action.id)).progress.detail
        assert (await lab.propose(MESSAGE)).action.id == ended.action.id, "an identical call must not send it again"
        view = await lab.ledger.get(ended.action.id)
        await lab.ledger.advance(view, State.VERIFYING, by("opsloom-cli"), {"settled": "it happened"})
        assert (await lab.run(view)).state is State.SUCCEEDED
    assert world.messages == ["all is well"]


async def test_an_outcome_unknown_while_the_reconciler_looks_is_moved_by_one_of_two(tmp_path: Path) -> None:
    """A person settles it while the reconciler looks: the first one counts, and the end does not change."""
    world = World(before=failing_with(ProviderTimeoutError("lab did not answer in time", instance="lab")))
    world.answers = False
    async with bench(tmp_path, world) as lab:
        view = await executed(lab)
        view = await lab.ledger.get(view.action.id)
        await lab.ledger.advance(view, State.FAILED, by("opsloom-cli"), {"settled": "it did not happen"})
        world.answers, world.revision = True, "v41"
        assert (await lab.run(view)).state is State.FAILED


async def test_a_caller_who_goes_away_while_it_is_sent_does_not_change_that_its_outcome_is_recorded(
    tmp_path: Path,
) -> None:
    sending, gone = anyio.Event(), anyio.Event()

    async def slow(_order: Order) -> None:
        sending.set()
        await gone.wait()

    async with bench(tmp_path, World(before=slow)) as lab:
        view = (await lab.decide(await lab.propose())).view
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(lab.run, view)
            await sending.wait()
            tasks.cancel_scope.cancel()
        gone.set()
        assert (await lab.run(view)).state is State.SUCCEEDED
    assert len(lab.world.applied) == 1
