"""Guarantee: no call touches a provider before its receipt is durable, and none ends unrecorded."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

from opsloom.audit.verify import verify
from opsloom.store.sqlite import SqliteStore
from tests.guarantee.faulty_provider import FaultyProvider, running
from tests.server.serving import ERAS, connected, demo, settings_of

Calls = Callable[[Client], Any]


def records(folder: Path) -> list[dict[str, Any]]:
    with SqliteStore.open_read_only(folder / "workspace") as store:
        rows = store.read_sync(lambda reader: list(reader.execute("SELECT record FROM audit_record ORDER BY seq")))
    return [json.loads(text) for (text,) in rows]


def calls(folder: Path) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Each call's receipt and end."""
    ends = {record["call"]: record for record in records(folder) if record["kind"] in ENDS}
    return [(record, ends[record["call"]]) for record in records(folder) if record["kind"] == "call.received"]


ENDS = ("call.finished", "call.cancelled", "call.outcome_unknown")

CASES: list[tuple[str, str, Calls, str]] = [
    ("tools/call", "overview", lambda client: client.call_tool("overview", {}), "ok"),
    ("tools/call", "search_alerts", lambda client: client.call_tool("search_alerts", {"service": "none"}), "empty"),
    ("tools/call", "overview", lambda client: client.call_tool("overview", {"x": 1}), "rejected"),
    ("tools/call", "drop_table", lambda client: client.call_tool("drop_table", {}), "unknown_tool"),
    ("tools/call", "get_record", lambda client: client.call_tool("get_record", {"ref": "alert:demo/no"}), "error"),
    ("resources/read", "ops://providers", lambda client: client.read_resource("ops://providers"), "ok"),
    ("resources/read", "ops://audit/none", lambda client: client.read_resource("ops://audit/none"), "rejected"),
    ("prompts/get", "handover", lambda client: client.get_prompt("handover", {}), "ok"),
    ("prompts/get", "no_prompt", lambda client: client.get_prompt("no_prompt", {}), "rejected"),
]


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(("method", "target", "call", "status"), CASES)
async def test_a_call_leaves_a_receipt_and_an_end(
    tmp_path: Path, era: str, method: str, target: str, call: Calls, status: str
) -> None:
    async with connected(demo(tmp_path), era) as client:
        try:
            await call(client)
        except MCPError:
            assert status == "rejected"
    [(received, ended)] = calls(tmp_path)
    assert (received["method"], received["target"], ended["status"]) == (method, target, status)
    assert received["actor"]["client"] == {"asserted": True, "name": "test-client", "version": "1"}
    assert verify(tmp_path / "workspace").ok


@pytest.mark.parametrize("era", ERAS)
async def test_the_receipt_is_durable_before_the_provider_is_asked(tmp_path: Path, era: str) -> None:
    """The provider looks into the workspace's file when it is asked."""
    seen: list[str] = []

    class Looking(FaultyProvider):
        def finish_request(self, *arguments: Any) -> None:
            seen.extend(record["kind"] for record in records(tmp_path))
            super().finish_request(*arguments)

    with running(Looking(200, b"[]")) as provider:
        instances = {"am": {"adapter": "alertmanager", "base_url": provider.url}}
        async with connected(settings_of(tmp_path, instances), era) as client:
            await client.call_tool("search_alerts", {})
    assert seen[:2] == ["server.started", "call.received"]
    assert "call.finished" not in seen


@pytest.mark.parametrize("era", ERAS)
async def test_a_cancelled_call_is_recorded_as_cancelled(tmp_path: Path, era: str) -> None:
    with running(FaultyProvider(None)) as provider:
        instances = {"am": {"adapter": "alertmanager", "base_url": provider.url}}
        async with connected(settings_of(tmp_path, instances), era) as client:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(client.call_tool, "search_alerts", {})
                with anyio.fail_after(10):
                    while not provider.requests:
                        await anyio.sleep(0.01)
                tasks.cancel_scope.cancel()
    [(_, ended)] = calls(tmp_path)
    assert ended["kind"] == "call.cancelled"


async def test_arguments_are_logged_redacted_beside_the_digest_of_what_came(tmp_path: Path) -> None:
    token = "glpat-" + "x" * 24
    async with connected(demo(tmp_path), ERAS[0]) as client:
        await client.call_tool("search_logs", {"query": f"token {token}"})
    [(received, _)] = calls(tmp_path)
    assert received["arguments"] == {"query": "token [redacted:gitlab_token]"}
    assert len(received["arguments_digest"]) == 64
    assert token not in json.dumps(records(tmp_path))


async def test_a_monstrous_argument_does_not_fill_the_log(tmp_path: Path) -> None:
    async with connected(demo(tmp_path), ERAS[0]) as client:
        await client.call_tool("search_logs", {"query": "x" * 3_000_000})
    [(received, ended)] = calls(tmp_path)
    assert received["arguments"] == {"omitted_characters": 3_000_012}
    assert ended["status"] == "rejected"


async def test_the_end_names_the_evidence_that_the_call_gathered(tmp_path: Path) -> None:
    async with connected(demo(tmp_path), ERAS[0]) as client:
        result = await client.call_tool("search_alerts", {})
    [(_, ended)] = calls(tmp_path)
    assert ended["evidence"] == result.structured_content["evidence"] != []
    assert ended["investigation"] == result.structured_content["investigation"]
