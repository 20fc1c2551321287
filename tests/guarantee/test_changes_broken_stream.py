"""A client that loses its stream and calls again gets the same action, which has one effect."""

from pathlib import Path

import anyio
import pytest
from mcp.types import ElicitRequestParams, ElicitResult

from opsloom.model.changes import Order
from opsloom.model.limits import HUMAN_ANSWER_MIN_SECONDS
from tests.approval.lab import World
from tests.server.lab_server import ACKNOWLEDGE, ERAS, Person, lab_client, typed_code
from tests.server.serving import answer_of
from tests.server.stepped_time import SteppedTime


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class SlowProvider:
    """Holds its answer back until it is let go."""

    def __init__(self) -> None:
        self.sent = anyio.Event()
        self.let_go = anyio.Event()

    async def __call__(self, _order: Order) -> None:
        self.sent.set()
        await self.let_go.wait()


def approver(time: SteppedTime) -> Person:
    async def approve(params: ElicitRequestParams) -> ElicitResult:
        time.step(HUMAN_ANSWER_MIN_SECONDS + 1)
        return ElicitResult(action="accept", content={"decision": "approve", "code": typed_code(params)})

    return Person(approve)


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_call_that_is_cut_off_while_it_runs_goes_on_and_its_repetition_finds_it(
    era: str, moment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, slow = approver(SteppedTime.in_force(monkeypatch)), SlowProvider()
    world = World(before=slow) if moment == "before" else World(after=slow)
    async with lab_client(tmp_path, world, era, person) as client, anyio.create_task_group() as tasks:
        stream = anyio.CancelScope()

        async def first() -> None:
            with stream:
                await client.call_tool("acknowledge_alert", ACKNOWLEDGE)

        tasks.start_soon(first)
        await slow.sent.wait()
        stream.cancel()
        repeated = [answer_of(await client.call_tool("acknowledge_alert", ACKNOWLEDGE)) for _ in range(3)]
        slow.let_go.set()
        ended = answer_of(await client.call_tool("action_status", {"action": repeated[0]["action"]}))
        after = answer_of(await client.call_tool("acknowledge_alert", ACKNOWLEDGE))
    assert [answer["status"] for answer in (*repeated, ended, after)] == ["executing"] * 3 + ["succeeded"] * 2
    assert len({answer["action"] for answer in (*repeated, ended, after)}) == 1
    assert (len(world.applied), len(person.asked)) == (1, 1)


async def test_eight_identical_calls_at_once_are_one_action_and_one_effect(
    era: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, person, answers = World(), approver(SteppedTime.in_force(monkeypatch)), []
    async with lab_client(tmp_path, world, era, person) as client:

        async def call() -> None:
            answers.append(answer_of(await client.call_tool("acknowledge_alert", ACKNOWLEDGE)))

        async with anyio.create_task_group() as tasks:
            for _ in range(8):
                tasks.start_soon(call)
        ended = answer_of(await client.call_tool("action_status", {"action": answers[0]["action"]}))
    assert len({answer["action"] for answer in answers}) == 1
    assert (ended["status"], len(world.applied), len(ended["decisions"])) == ("succeeded", 1, 1)


async def test_a_call_that_is_cut_off_while_a_person_thinks_changes_nothing_and_is_asked_again(
    era: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time, world, asked = SteppedTime.in_force(monkeypatch), World(), anyio.Event()

    async def think_for_ever(_params: ElicitRequestParams) -> ElicitResult:
        asked.set()
        await anyio.sleep_forever()
        raise AssertionError("unreachable")

    thinker, decider = Person(think_for_ever), approver(time)
    stream = anyio.CancelScope()
    async with lab_client(tmp_path, world, era, thinker) as client, anyio.create_task_group() as tasks:

        async def first() -> None:
            with stream:
                await client.call_tool("acknowledge_alert", ACKNOWLEDGE)

        tasks.start_soon(first)
        await asked.wait()
        stream.cancel()
    assert world.applied == []
    async with lab_client(tmp_path, world, era, decider) as client:
        answer = answer_of(await client.call_tool("acknowledge_alert", ACKNOWLEDGE))
    assert (answer["status"], len(world.applied)) == ("succeeded", 1)
    assert typed_code(thinker.asked[0]) == typed_code(decider.asked[0])
