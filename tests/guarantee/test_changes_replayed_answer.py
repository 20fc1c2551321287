"""An answer to a question counts once, for the action that it was asked about, while that action waits."""

from pathlib import Path

import anyio
import pytest
from mcp.types import ElicitRequestParams, ElicitResult

from opsloom.approval.policy import Policy
from opsloom.audit import local_actor
from opsloom.model.limits import ACTION_REPEAT_SECONDS, APPROVAL_MINUTES_DEFAULT, HUMAN_ANSWER_MIN_SECONDS
from tests.approval.lab import World
from tests.guarantee.forms import answer, ask, status_of
from tests.server.lab_server import ACKNOWLEDGE, ROLLBACK, Person, lab_client
from tests.server.stepped_time import SteppedTime

MODERN = "2026-07-28"
LAPTOP = Policy(local_self_approve=True)
THINKING_SECONDS = HUMAN_ANSWER_MIN_SECONDS + 1
ACKNOWLEDGE_ANOTHER = {**ACKNOWLEDGE, "alert": "alert:lab/a2"}


async def nobody(_params: ElicitRequestParams) -> ElicitResult:
    raise AssertionError("these tests answer by themselves")


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> SteppedTime:
    return SteppedTime.in_force(monkeypatch)


async def test_eight_answers_at_once_and_a_ninth_later_are_one_execution(tmp_path: Path, time: SteppedTime) -> None:
    world, statuses = World(), []
    async with lab_client(tmp_path, world, MODERN, Person(nobody)) as client:
        form = await ask(client, "acknowledge_alert", ACKNOWLEDGE)
        time.step(THINKING_SECONDS)

        async def replay() -> None:
            result = await answer(client, "acknowledge_alert", ACKNOWLEDGE, form.approval, form.state)
            statuses.append(status_of(result))

        async with anyio.create_task_group() as tasks:
            for _ in range(8):
                tasks.start_soon(replay)
        assert "succeeded" in statuses
        assert len(world.applied) == 1
        time.step(ACTION_REPEAT_SECONDS + 1)
        late = await answer(client, "acknowledge_alert", ACKNOWLEDGE, form.approval, form.state)
    assert status_of(late) == "pending_approval"
    assert len(world.applied) == 1


async def test_another_users_replay_is_a_request_of_their_own(
    tmp_path: Path, time: SteppedTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World()
    async with lab_client(tmp_path, world, MODERN, Person(nobody), LAPTOP) as client:
        form = await ask(client, "rollback_deploy", ROLLBACK)
        time.step(THINKING_SECONDS)
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr(local_actor, "local_user", lambda: "oncall-b")
            replayed = await answer(client, "rollback_deploy", ROLLBACK, form.approval, form.state)
            assert (status_of(replayed), world.applied) == ("pending_approval", [])
        own = await answer(client, "rollback_deploy", ROLLBACK, form.approval, form.state)
    assert (status_of(own), len(world.applied)) == ("succeeded", 1)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("rollback_deploy", ROLLBACK),
        ("acknowledge_alert", ACKNOWLEDGE_ANOTHER),
        ("acknowledge_alert", {**ACKNOWLEDGE, "reason": "another reason"}),
        ("send_message", {"channel": "ops", "text": "hello", "reason": "to tell"}),
    ],
)
async def test_an_answer_is_worth_nothing_for_another_tool_or_other_arguments(
    tool: str, arguments: dict[str, str], tmp_path: Path, time: SteppedTime
) -> None:
    world = World()
    async with lab_client(tmp_path, world, MODERN, Person(nobody), LAPTOP) as client:
        form = await ask(client, "acknowledge_alert", ACKNOWLEDGE)
        other = await ask(client, tool, arguments)
        time.step(THINKING_SECONDS)
        for response in (form.approval, other.approval):
            crossed = await answer(client, tool, arguments, response, form.state)
            assert (status_of(crossed), world.applied) == ("pending_approval", [])


async def test_an_answer_after_the_life_of_its_action_is_worth_nothing(tmp_path: Path, time: SteppedTime) -> None:
    world = World()
    async with lab_client(tmp_path, world, MODERN, Person(nobody)) as client:
        form = await ask(client, "acknowledge_alert", ACKNOWLEDGE)
        time.step(APPROVAL_MINUTES_DEFAULT * 60)
        late = await answer(client, "acknowledge_alert", ACKNOWLEDGE, form.approval, form.state)
        assert (status_of(late), world.applied) == ("pending_approval", [])
        first = await client.call_tool("action_status", {"action": form.code})
    assert status_of(first) == "expired"


async def test_an_answer_about_an_action_that_has_ended_is_worth_nothing(tmp_path: Path, time: SteppedTime) -> None:
    world = World()
    async with lab_client(tmp_path, world, MODERN, Person(nobody)) as client:
        form = await ask(client, "acknowledge_alert", ACKNOWLEDGE)
        await client.call_tool("action_status", {"action": form.code, "cancel": True})
        time.step(THINKING_SECONDS)
        replayed = await answer(client, "acknowledge_alert", ACKNOWLEDGE, form.approval, form.state)
        assert (status_of(replayed), world.applied) == ("pending_approval", [])
        first = await client.call_tool("action_status", {"action": form.code})
    assert status_of(first) == "cancelled"


async def test_a_forged_answer_without_a_question_is_asked_and_one_with_a_made_up_state_is_not_heard(
    tmp_path: Path, time: SteppedTime
) -> None:
    world = World()
    async with lab_client(tmp_path, world, MODERN, Person(nobody)) as client:
        form = await ask(client, "acknowledge_alert", ACKNOWLEDGE)
        time.step(THINKING_SECONDS)
        without = await answer(client, "acknowledge_alert", ACKNOWLEDGE, form.approval, None)
        assert status_of(without) == "asked"
        for state in ("", "x" * 32, form.state[:-1], form.state.swapcase(), "' OR 1=1 --"):
            forged = await answer(client, "acknowledge_alert", ACKNOWLEDGE, form.approval, state)
            assert status_of(forged) == "pending_approval"
    assert world.applied == []


async def test_a_question_is_used_up_by_its_first_answer_even_if_that_decided_nothing(
    tmp_path: Path, time: SteppedTime
) -> None:
    world = World()
    async with lab_client(tmp_path, world, MODERN, Person(nobody)) as client:
        form = await ask(client, "acknowledge_alert", ACKNOWLEDGE)
        hasty = await answer(client, "acknowledge_alert", ACKNOWLEDGE, form.approval, form.state)
        time.step(THINKING_SECONDS)
        patient = await answer(client, "acknowledge_alert", ACKNOWLEDGE, form.approval, form.state)
    assert [status_of(hasty), status_of(patient), *world.applied] == ["pending_approval", "pending_approval"]
