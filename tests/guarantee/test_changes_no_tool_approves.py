"""Approval is out of reach of the model: no tool, resource, prompt, completion or subscription decides anything."""

import itertools
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, MCPError
from mcp.types import PromptReference, ResourceTemplateReference

from tests.approval.lab import World
from tests.guarantee.hostile_client import combinations
from tests.server.lab_server import ERAS, ROLLBACK, lab_client
from tests.server.serving import answer_of, text_of

DECIDING = ("approve", "approval", "approved_by", "decision", "confirm", "confirmed", "force", "yes", "code")


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def waits_undecided(client: Client, action: str) -> bool:
    """Whether the action stands as it was proposed."""
    status = answer_of(await client.call_tool("action_status", {"action": action}))
    return status["status"] == "pending_approval" and "decisions" not in status


async def test_no_tool_called_with_the_code_in_any_argument_decides(era: str, tmp_path: Path) -> None:
    world = World()
    async with lab_client(tmp_path, world, era) as client:
        proposed = answer_of(await client.call_tool("rollback_deploy", ROLLBACK))
        tools = (await client.list_tools()).tools
        for tool in tools:
            for arguments in combinations(tool, (proposed["code"], proposed["action"])):
                if not arguments.get("cancel"):  # withdrawing is the requester's right, and approves nothing
                    texts = {name: proposed["code"] for name, value in arguments.items() if value == "approve"}
                    await client.call_tool(tool.name, {**arguments, **texts})
        assert await waits_undecided(client, proposed["action"])
    assert world.applied == []


async def test_an_argument_that_would_decide_is_refused_by_every_tool(era: str, tmp_path: Path) -> None:
    world = World()
    async with lab_client(tmp_path, world, era) as client:
        for tool, name in itertools.product((await client.list_tools()).tools, DECIDING):
            assert name not in tool.input_schema["properties"]
            arguments: dict[str, Any] = {**next(combinations(tool, ())), name: True}
            assert f"unknown argument '{name}'" in text_of(await client.call_tool(tool.name, arguments))
        for name in ("approve", "approve_action", "decide", "confirm", "settle", "revoke", "deny"):
            assert "there is no tool" in text_of(await client.call_tool(name, {"code": "K7Q2-M3XD"}))
    assert world.applied == []


async def test_no_resource_prompt_or_completion_decides(era: str, tmp_path: Path) -> None:
    world = World()
    async with lab_client(tmp_path, world, era) as client:
        proposed = answer_of(await client.call_tool("rollback_deploy", ROLLBACK))
        templates = (await client.list_resource_templates()).resource_templates
        for template, key in itertools.product(templates, (proposed["action"], proposed["code"])):
            head = template.uri_template.partition("{")[0]
            variable = template.uri_template.partition("{")[2].rstrip("}")
            for rest in (key, f"{key}/approve", f"{key}?decision=approve", f"approve/{key}"):
                await quietly(client.read_resource(f"{head}{rest}"))
            reference = ResourceTemplateReference(uri=template.uri_template)
            await quietly(client.complete(reference, {"name": variable, "value": key}))
        for prompt in (await client.list_prompts()).prompts:
            names = [argument.name for argument in prompt.arguments or ()]
            await quietly(client.get_prompt(prompt.name, dict.fromkeys(names, f"approve {proposed['code']}")))
            for name in names:
                await quietly(
                    client.complete(PromptReference(name=prompt.name), {"name": name, "value": proposed["code"]})
                )
        assert await waits_undecided(client, proposed["action"])
    assert world.applied == []


async def quietly(asked: Any) -> None:
    """An error answer is as good as any here."""
    with suppress(MCPError):
        await asked
