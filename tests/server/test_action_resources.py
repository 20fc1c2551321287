"""Actions as resources."""

import json
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, MCPError

from tests.approval.lab import World
from tests.server.lab_server import ACKNOWLEDGE, ERAS, ROLLBACK, lab_client
from tests.server.serving import answer_of

PENDING = "ops://approvals/pending"


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def read(client: Client, uri: str) -> dict[str, Any]:
    """The one JSON object of a resource."""
    (contents,) = (await client.read_resource(uri)).contents
    read: dict[str, Any] = json.loads(contents.text)  # type: ignore[union-attr]
    return read


async def test_an_action_reads_the_same_by_id_and_by_code_and_as_its_status_says(era: str, tmp_path: Path) -> None:
    async with lab_client(tmp_path, World(), era) as client:
        proposed = answer_of(await client.call_tool("rollback_deploy", ROLLBACK))
        by_id = await read(client, f"ops://actions/{proposed['action']}")
        by_code = await read(client, f"ops://actions/{proposed['code']}")
        status = answer_of(await client.call_tool("action_status", {"action": proposed["code"]}))
    assert by_id == by_code == status == proposed


async def test_the_pending_list_says_who_wants_what_until_when_and_how_to_decide(era: str, tmp_path: Path) -> None:
    async with lab_client(tmp_path, World(), era) as client:
        proposed = answer_of(await client.call_tool("rollback_deploy", ROLLBACK))
        await client.call_tool("acknowledge_alert", ACKNOWLEDGE)
        oldest, newest = (await read(client, PENDING))["pending"]
    assert (oldest["tool"], newest["tool"]) == ("rollback_deploy", "acknowledge_alert")
    assert {name: oldest[name] for name in ("code", "state", "risk", "approve_with", "expires_at")} == {
        "code": proposed["code"],
        "state": "AWAITING",
        "risk": "R2",
        "approve_with": f"opsloom approve {proposed['code']}",
        "expires_at": proposed["expires_at"],
    }
    assert "via test-client" in oldest["requester"]


async def test_reading_runs_nothing_and_what_has_ended_waits_no_more(era: str, tmp_path: Path) -> None:
    world = World()
    async with lab_client(tmp_path, world, era) as client:
        proposed = answer_of(await client.call_tool("rollback_deploy", ROLLBACK))
        await client.call_tool("action_status", {"action": proposed["code"], "cancel": True})
        assert (await read(client, f"ops://actions/{proposed['action']}"))["status"] == "cancelled"
        assert await read(client, PENDING) == {"pending": []}
    assert world.applied == []


async def test_an_action_that_there_is_not_is_an_error_and_no_empty_page(era: str, tmp_path: Path) -> None:
    async with lab_client(tmp_path, World(), era) as client:
        for key in ("00000000", "x", "' OR 1=1 --", "%00"):
            with pytest.raises(MCPError, match="no such action"):
                await client.read_resource(f"ops://actions/{key}")


async def test_a_read_only_server_says_that_it_has_no_actions_and_none_pending(era: str, tmp_path: Path) -> None:
    async with lab_client(tmp_path, World(), era) as client:
        proposed = answer_of(await client.call_tool("rollback_deploy", ROLLBACK))
    async with lab_client(tmp_path, World(), era, read_only=True) as client:
        with pytest.raises(MCPError, match="read only"):
            await client.read_resource(f"ops://actions/{proposed['action']}")
        with pytest.raises(MCPError, match="read only"):
            await client.read_resource(PENDING)
        listed = [str(one.uri) for one in (await client.list_resources()).resources]
        assert listed == ["ops://providers", "ui://opsloom/incident"]
