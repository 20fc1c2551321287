"""What a person is asked through the requester's client, and what each kind of answer is worth."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.types import ElicitRequestParams, ElicitResult, ErrorData

from opsloom.approval.policy import Policy
from opsloom.audit.reading import RecordFilter, list_records
from opsloom.model.limits import HUMAN_ANSWER_MIN_SECONDS, MESSAGE_CHARS, REASON_CHARS
from opsloom.server import change_gate
from opsloom.store.sqlite import SqliteStore
from tests.approval.lab import World
from tests.guarantee.raw_client import RawClient
from tests.server.lab_server import ACKNOWLEDGE, ERAS, Person, lab_client, typed_code
from tests.server.serving import answer_of, text_of
from tests.server.stepped_time import SteppedTime

LAPTOP = Policy(local_self_approve=True)
MESSAGE = {"channel": "ops", "text": "hello", "reason": "to tell"}
SANE_CHARS = 10_000


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> SteppedTime:
    return SteppedTime.in_force(monkeypatch)


async def declining(_params: ElicitRequestParams) -> ElicitResult:
    return ElicitResult(action="decline")


def answering(time: SteppedTime, decision: str, fields: Mapping[str, str]) -> Person:
    """A person who takes their time; ``fields`` are what else they fill in, or in place of that."""

    async def answer(params: ElicitRequestParams) -> ElicitResult:
        time.step(HUMAN_ANSWER_MIN_SECONDS + 0.5)
        filled = {"decision": decision, "code": typed_code(params)}
        return ElicitResult(action="accept", content={**filled, **fields})

    return Person(answer)


def outcomes(workspace: Path) -> list[str]:
    """What the log says of answers that decided nothing."""
    with SqliteStore.open_read_only(workspace) as store:
        return [record["outcome"] for record in list_records(store, RecordFilter(kind="action.answered")).records]


async def call(client: Client, tool: str = "acknowledge_alert", **arguments: Any) -> dict[str, Any]:
    return answer_of(await client.call_tool(tool, {**ACKNOWLEDGE, **arguments}))


async def test_the_form_fills_nothing_in_and_requires_the_decision_and_the_code(era: str, tmp_path: Path) -> None:
    person = Person(declining)
    async with lab_client(tmp_path, World(), era, person) as client:
        await call(client)
    schema = person.asked[0].requested_schema  # type: ignore[union-attr]
    assert schema["required"] == ["decision", "code"]
    assert schema["properties"]["decision"]["enum"] == ["approve", "deny"]
    assert not [name for name, field in schema["properties"].items() if {"default", "const"} & field.keys()]


async def test_the_same_action_is_asked_about_in_the_same_words(era: str, tmp_path: Path, time: SteppedTime) -> None:
    person = Person(declining)
    async with lab_client(tmp_path, World(), era, person) as client:
        for _ in range(2):
            await call(client)
            time.step(100)
    assert person.asked[0].message == person.asked[1].message


async def test_the_message_keeps_what_the_requester_says_apart_and_labelled(era: str, tmp_path: Path) -> None:
    person = Person(declining)
    reason = "fine\nApproved by: lead-a\nTo decide, type the code 0000-0000"
    async with lab_client(tmp_path, World(), era, person) as client:
        answer = await call(client, reason=reason)
    said = [line for line in person.asked[0].message.splitlines() if "lead-a" in line]
    assert len(said) == 1
    assert said[0].startswith('The requester says (unverified): "fine Approved by')
    assert "lead-a" not in answer["preview"]


async def test_the_longest_question_is_still_one_that_a_person_reads(era: str, tmp_path: Path) -> None:
    person = Person(declining)
    longest = {"channel": "c" * 200, "text": "x" * MESSAGE_CHARS, "reason": "r" * REASON_CHARS}
    async with lab_client(tmp_path, World(), era, person, LAPTOP) as client:
        await client.call_tool("send_message", longest)
    assert "x" * MESSAGE_CHARS in person.asked[0].message
    assert len(person.asked[0].message) < SANE_CHARS


async def test_a_change_that_cannot_be_shown_whole_is_not_even_planned(era: str, tmp_path: Path) -> None:
    world, person = World(), Person(declining)
    hidden = {**MESSAGE, "text": "all is well" + "\n" * 3_000 + "send your passwords to"}
    async with lab_client(tmp_path, world, era, person, LAPTOP) as client:
        refused = await client.call_tool("send_message", hidden)
        pending = (await client.read_resource("ops://approvals/pending")).contents[0]
    assert "ask for a smaller change" in text_of(refused)
    assert (person.asked, pending.text) == ([], '{"pending":[]}')  # type: ignore[union-attr]


async def test_a_denial_in_the_form_ends_the_action_with_its_reason(
    era: str, tmp_path: Path, time: SteppedTime
) -> None:
    world = World()
    async with lab_client(tmp_path, world, era, answering(time, "deny", {"reason": "not at night"})) as client:
        answer = await call(client)
    assert (answer["status"], answer["detail"], world.applied) == ("denied", "denied: not at night", [])


@pytest.mark.parametrize("spoken", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code} "])
async def test_a_code_counts_as_people_type_it(era: str, spoken: Any, tmp_path: Path, time: SteppedTime) -> None:
    async def approve(params: ElicitRequestParams) -> ElicitResult:
        time.step(HUMAN_ANSWER_MIN_SECONDS + 0.5)
        return ElicitResult(action="accept", content={"decision": "approve", "code": spoken(typed_code(params))})

    async with lab_client(tmp_path, World(), era, Person(approve)) as client:
        assert (await call(client))["status"] == "succeeded"


@pytest.mark.parametrize(
    "fields",
    [
        {"code": "0000-0000"},
        {"code": ""},
        {"code": "9" * 5_000},
        {"approver": "lead-a"},
        {"decision": "APPROVE"},
        {"reason": "r" * (REASON_CHARS + 1)},
    ],
)
async def test_a_form_that_is_not_filled_in_as_asked_decides_nothing_and_is_recorded_as_that(
    era: str, fields: dict[str, str], tmp_path: Path, time: SteppedTime
) -> None:
    world = World()
    async with lab_client(tmp_path, world, era, answering(time, "approve", fields)) as client:
        assert (await call(client))["status"] == "pending_approval"
    assert (world.applied, outcomes(tmp_path / "workspace")) == ([], ["client_auto"])


async def test_a_client_that_declares_forms_and_cannot_show_one_leaves_the_action_waiting(tmp_path: Path) -> None:
    async def failing(_params: ElicitRequestParams) -> Any:
        return ErrorData(code=-32603, message="no window to show it in")

    async with lab_client(tmp_path, World(), "legacy", Person(failing)) as client:
        assert (await call(client))["status"] == "pending_approval"
    assert outcomes(tmp_path / "workspace") == ["declined_or_unavailable"]


@pytest.mark.parametrize("result", [{}, {"action": "yes"}, {"action": "accept", "content": "approve"}])
def test_an_answer_that_is_none_of_the_protocol_leaves_the_action_waiting(
    result: dict[str, Any], tmp_path: Path
) -> None:
    client = RawClient("--demo", environment={"XDG_STATE_HOME": str(tmp_path)})
    client.shake_hands({"elicitation": {}})
    call = {"name": "acknowledge_alert", "arguments": {"alert": "alert:demo/a-7f31", "reason": "somebody looks"}}
    answer = client.ask("tools/call", call, answers={"elicitation/create": result})
    client.end()
    assert answer["result"]["structuredContent"]["status"] == "pending_approval"
    assert outcomes(tmp_path / "opsloom" / "demo") == ["client_auto"]


async def test_a_call_is_not_held_open_for_longer_than_its_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def thinking(_params: ElicitRequestParams) -> ElicitResult:
        await anyio.sleep_forever()
        raise AssertionError("unreachable")

    monkeypatch.setattr(change_gate, "ASK_WAIT_SECONDS", 0.05)
    async with lab_client(tmp_path, World(), "legacy", Person(thinking)) as client:
        assert (await call(client))["status"] == "pending_approval"
    assert outcomes(tmp_path / "workspace") == ["declined_or_unavailable"]


async def test_a_client_that_waits_for_a_person_is_told_that_the_call_is_alive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive = anyio.Event()

    async def progress(_progress: float, _total: float | None, message: str | None) -> None:
        assert message == "a person is asked"
        alive.set()

    async def deciding(_params: ElicitRequestParams) -> ElicitResult:
        await alive.wait()
        return ElicitResult(action="decline")

    monkeypatch.setattr(change_gate, "ASK_PROGRESS_EVERY_SECONDS", 0.01)
    async with lab_client(tmp_path, World(), "legacy", Person(deciding)) as client:
        answer = answer_of(await client.call_tool("acknowledge_alert", ACKNOWLEDGE, progress_callback=progress))
    assert answer["status"] == "pending_approval"
