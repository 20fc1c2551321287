"""An approver at a terminal, beside a server of the test that runs in the same process."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import anyio
import anyio.to_thread

from opsloom.approval.policy import Policy
from tests.cli.command import Done, opsloom
from tests.cli.terminal import CTRL_C, WITHIN_SECONDS, Terminal
from tests.server.lab_server import ROLLBACK
from tests.server.serving import answer_of

LAPTOP = Policy(local_self_approve=True)
T = TypeVar("T")


async def aside(work: Callable[[], T]) -> T:
    """In a thread, so that the server of the test goes on."""
    return await anyio.to_thread.run_sync(work)


async def at_terminal(folder: Path, *arguments: str, types: str = "", after: str = "") -> tuple[int, str]:
    """Run a command, type ``types`` once ``after`` is shown; its exit code and all that was shown."""

    def work() -> tuple[int, str]:
        terminal = Terminal(*arguments, folder=folder)
        try:
            if types:
                terminal.until(after)
                if types == CTRL_C:
                    terminal.interrupt()
                else:
                    terminal.type(types)
        finally:
            code = terminal.end()
        return code, terminal.shown

    return await aside(work)


async def approve(folder: Path, code: str, *options: str, types: str | None = None) -> tuple[int, str]:
    return await at_terminal(folder, "approve", code, *options, types=types or f"{code}\n", after="to leave it: ")


async def command(folder: Path, *arguments: str) -> Done:
    """Run a command without any terminal."""
    return await aside(partial(opsloom, *arguments, home=folder))


async def proposed(client: Any, tool: str = "rollback_deploy", **arguments: Any) -> dict[str, Any]:
    answer = answer_of(await client.call_tool(tool, arguments or ROLLBACK))
    assert answer["status"] == "pending_approval"
    return answer


async def status(client: Any, action: dict[str, Any]) -> dict[str, Any]:
    return answer_of(await client.call_tool("action_status", {"action": action["action"]}))


async def comes_to(client: Any, action: dict[str, Any], wanted: str) -> None:
    """Wait until the resource, whose reading runs nothing, says ``wanted``."""
    with anyio.fail_after(WITHIN_SECONDS):
        while True:
            (contents,) = (await client.read_resource(f"ops://actions/{action['action']}")).contents
            if json.loads(contents.text)["status"] == wanted:
                return
            await anyio.sleep(0.02)
