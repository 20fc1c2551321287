"""Changes as a client sees them, in both protocol eras."""

from pathlib import Path

import anyio
import pytest
from mcp.types import ElicitRequestParams, ElicitResult

from opsloom.approval.policy import Policy
from opsloom.model import limits
from tests.approval.lab import World
from tests.server.lab_server import ACKNOWLEDGE, ERAS, ROLLBACK, Person, lab_client, typed_code
from tests.server.serving import answer_of, text_of


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def approving(params: ElicitRequestParams) -> ElicitResult:
    await anyio.sleep(limits.HUMAN_ANSWER_MIN_SECONDS + 0.05)
    return ElicitResult(action="accept", content={"decision": "approve", "code": typed_code(params)})


async def test_a_routine_change_is_approved_in_the_client_and_runs(era: str, tmp_path: Path) -> None:
    world, person = World(), Person(approving)
    async with lab_client(tmp_path, world, era, person) as client:
        answer = answer_of(await client.call_tool("acknowledge_alert", ACKNOWLEDGE))
    assert answer["status"] == "succeeded", answer
    assert len(world.applied) == 1
    assert len(person.asked) == 1
    assert "NOT inspected" in person.asked[0].message


async def test_a_rollback_is_not_asked_of_the_requesters_own_client(era: str, tmp_path: Path) -> None:
    world, person = World(), Person(approving)
    async with lab_client(tmp_path, world, era, person) as client:
        answer = answer_of(await client.call_tool("rollback_deploy", ROLLBACK))
    assert (answer["status"], person.asked, world.applied) == ("pending_approval", [], [])
    assert answer["approve_with"] == f"opsloom approve {answer['code']}"


async def test_on_a_laptop_of_one_the_client_may_approve_a_rollback(era: str, tmp_path: Path) -> None:
    world, person, policy = World(), Person(approving), Policy(local_self_approve=True)
    async with lab_client(tmp_path, world, era, person, policy) as client:
        answer = answer_of(await client.call_tool("rollback_deploy", ROLLBACK))
    assert answer["status"] == "succeeded"
    assert any("SELF-APPROVED" in one for one in answer["decisions"])


async def test_without_forms_the_answer_says_at_once_how_to_approve(era: str, tmp_path: Path) -> None:
    world = World()
    async with lab_client(tmp_path, world, era) as client:
        answer = answer_of(await client.call_tool("acknowledge_alert", ACKNOWLEDGE))
        assert (answer["status"], world.applied) == ("pending_approval", [])
        status = answer_of(await client.call_tool("action_status", {"action": answer["action"]}))
        assert status["status"] == "pending_approval"
        gone = answer_of(await client.call_tool("action_status", {"action": answer["code"], "cancel": True}))
        assert gone["status"] == "cancelled"


@pytest.mark.parametrize(
    ("result", "seconds"),
    [
        (ElicitResult(action="accept", content={"decision": "approve", "code": "CODE"}), 0.0),
        (ElicitResult(action="accept", content={}), 1.1),
        (ElicitResult(action="accept"), 1.1),
        (ElicitResult(action="accept", content={"decision": "approve", "code": "00000000"}), 1.1),
        (ElicitResult(action="accept", content={"decision": "yes", "code": "CODE"}), 1.1),
        (ElicitResult(action="accept", content={"approve": True}), 1.1),
        (ElicitResult(action="decline"), 1.1),
        (ElicitResult(action="cancel"), 0.0),
    ],
)
async def test_an_answer_that_no_person_gave_is_neither_approval_nor_denial(
    era: str, result: ElicitResult, seconds: float, tmp_path: Path
) -> None:
    async def answering(params: ElicitRequestParams) -> ElicitResult:
        await anyio.sleep(seconds)
        content = {
            name: typed_code(params) if value == "CODE" else value for name, value in (result.content or {}).items()
        }
        return result.model_copy(update={"content": content} if result.content else {})

    world = World()
    async with lab_client(tmp_path, world, era, Person(answering)) as client:
        answer = answer_of(await client.call_tool("acknowledge_alert", ACKNOWLEDGE))
        assert (answer["status"], world.applied) == ("pending_approval", [])
        pending = (await client.read_resource("ops://approvals/pending")).contents[0]
        assert answer["action"] in pending.text  # type: ignore[union-attr]


async def test_a_dry_run_shows_the_plan_and_keeps_nothing(era: str, tmp_path: Path) -> None:
    world = World()
    async with lab_client(tmp_path, world, era) as client:
        answer = answer_of(await client.call_tool("rollback_deploy", {**ROLLBACK, "dry_run": True}))
        pending = (await client.read_resource("ops://approvals/pending")).contents[0]
    assert answer["status"] == "dry_run"
    assert '"v42" -> "v41"' in answer["preview"]
    assert pending.text == '{"pending":[]}'  # type: ignore[union-attr]


async def test_a_read_only_server_has_no_tool_that_changes_anything(era: str, tmp_path: Path) -> None:
    async with lab_client(tmp_path, World(), era, read_only=True) as client:
        names = [tool.name for tool in (await client.list_tools()).tools]
        refused = await client.call_tool("rollback_deploy", ROLLBACK)
    assert not {"rollback_deploy", "acknowledge_alert", "send_message", "action_status"} & set(names)
    assert "there is no tool 'rollback_deploy'" in text_of(refused)


async def test_evidence_that_is_not_held_is_refused_before_anything_is_planned(era: str, tmp_path: Path) -> None:
    async with lab_client(tmp_path, World(), era) as client:
        refused = await client.call_tool("rollback_deploy", {**ROLLBACK, "evidence": ["ev_aaaaaaaaaaaaaaaa"]})
    assert refused.is_error
    assert "holds no evidence" in text_of(refused)
