"""The ledger: how many may wait, what a question is good for, and who moves an action."""

from pathlib import Path

import pytest

from opsloom.approval.decision import Channel
from opsloom.approval.state import ARROWS, State
from opsloom.model.changes import SendMessage
from opsloom.model.errors import ApprovalError, InvalidRequestError
from opsloom.model.limits import ACTION_REPEAT_SECONDS, ACTIONS_OPEN_MAX
from tests.approval.lab import bench, by
from tests.approval.store_clock import StoreClock, records


def message(number: int) -> SendMessage:
    return SendMessage(channel="incidents", text=f"message {number}")


async def test_a_requester_cannot_bury_the_approvers(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        views = [await lab.propose(message(number)) for number in range(ACTIONS_OPEN_MAX)]
        with pytest.raises(ApprovalError, match="wait already"):
            await lab.propose(message(ACTIONS_OPEN_MAX))
        await lab.ledger.stop(views[0].action.id, State.CANCELLED, "no", by("test-client"))
        assert (await lab.propose(message(ACTIONS_OPEN_MAX))).state is State.AWAITING


async def test_a_question_is_answered_once_and_about_its_own_action(tmp_path: Path) -> None:
    clock = StoreClock()
    async with bench(tmp_path, time=clock.time()) as lab:
        first, second = await lab.propose(message(1)), await lab.propose(message(2))
        nonce = await lab.ledger.ask(first.action.id, Channel.CLIENT, by("test-client"))
        clock.pass_by(2.5)
        assert await lab.ledger.answer(nonce, second.action.id) is None
        assert await lab.ledger.answer(nonce + "x", first.action.id) is None
        assert await lab.ledger.answer(nonce, first.action.id) == pytest.approx(2.5)
        assert await lab.ledger.answer(nonce, first.action.id) is None


async def test_a_success_is_repeated_to_a_client_that_tries_again_and_later_it_is_a_new_action(tmp_path: Path) -> None:
    clock = StoreClock()
    async with bench(tmp_path, time=clock.time()) as lab:
        view = await lab.propose(message(1))
        assert (await lab.run((await lab.decide(view)).view)).state is State.SUCCEEDED
        clock.pass_by(ACTION_REPEAT_SECONDS)
        assert (await lab.propose(message(1))).action.id == view.action.id
        clock.pass_by(1)
        assert (await lab.propose(message(1))).action.id != view.action.id


async def test_who_looks_at_an_action_that_has_moved_does_not_move_it(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = (await lab.decide(await lab.propose())).view
        await lab.ledger.claim(view.action.id, lab.ledger.server, by("test-client"))
        with pytest.raises(ApprovalError, match="moved on meanwhile"):
            await lab.ledger.advance(view, State.EXECUTING)
        with pytest.raises(ApprovalError, match="cannot become SUCCEEDED"):
            await lab.ledger.advance(view, State.SUCCEEDED)
    assert len(records(tmp_path, "action.moved", to="EXECUTING")) == 1


async def test_there_is_no_action_by_a_wrong_name(tmp_path: Path) -> None:
    async with bench(tmp_path) as lab:
        view = await lab.propose()
        assert (await lab.ledger.get(view.action.code.lower())).action.id == view.action.id
        for key in ("", "00000000", view.action.id[:-1], "' OR 1=1 --"):
            with pytest.raises(InvalidRequestError, match="no such action"):
                await lab.ledger.get(key)


def test_nothing_is_sent_on_a_way_around_the_approval() -> None:
    assert [state for state, then in ARROWS.items() if State.EXECUTING in then] == [State.APPROVED]
    assert [state for state, then in ARROWS.items() if State.APPROVED in then] == [State.AWAITING]
    assert State.EXECUTING not in ARROWS[State.UNKNOWN]
