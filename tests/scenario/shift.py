"""One shift of operations over the real bed: an assistant that asks for changes, and a person who decides on them."""

import argparse
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
from mcp import Client
from mcp.types import TextResourceContents

from opsloom.approval.decision import Channel, Decision, Verdict
from opsloom.approval.requirement import Assurance
from opsloom.audit.reading import RecordFilter, list_records
from opsloom.audit.verify import verify
from opsloom.cli.desk import open_desk
from opsloom.providers.settings import Settings, load_settings
from opsloom.store.sqlite import SqliteStore
from tests.bed.bed import PARTS, Bed
from tests.bed.settings import settings as toml_of
from tests.server.serving import answer_of, connected, rows_of, text_of

APPROVER = "lead-a"
UNDER_WAY = {"approved", "executing", "verifying"}
_ENDS_WITHIN_SECONDS = 25.0
_PAUSE_SECONDS = 0.1


@dataclass
class Shift:
    """``client`` is the assistant's; the person sits at a terminal of the same workspace."""

    client: Client
    file: Path

    async def ask(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The answer of a call that must succeed."""
        return answer_of(await self.client.call_tool(tool, arguments))

    async def refusal(self, tool: str, **arguments: Any) -> str:
        """The error of a call that must fail."""
        result = await self.client.call_tool(tool, arguments)
        assert result.is_error, result.structured_content
        return text_of(result)

    async def rows(self, tool: str, **arguments: Any) -> list[dict[str, Any]]:
        """The rows of a read that every source answered."""
        answer = await self.ask(tool, **arguments)
        assert answer["status"] in ("ok", "empty"), answer["sources"]
        return rows_of(answer)

    async def approve(self, asked: dict[str, Any]) -> None:
        """What ``opsloom approve`` does for another user of this machine: show the action, and record the decision."""
        assert asked["status"] == "pending_approval", asked
        async with open_desk(argparse.Namespace(config=str(self.file), demo=False)) as desk:
            view = await desk.ledger.get(asked["code"])
            await desk.show(view)
            decision = Decision(
                action=view.action.id,
                digest=view.action.digest,
                verdict=Verdict.APPROVE,
                person=APPROVER,
                channel=Channel.TERMINAL,
                assurance=Assurance.A1,
                at=view.action.planned_at,
            )
            ruling = await desk.ledger.decide(lambda now: decision.model_copy(update={"at": now}), desk.by)
            assert ruling.counted, ruling.why

    async def outcome(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The action, when it is not under way any more."""
        with anyio.fail_after(_ENDS_WITHIN_SECONDS):
            while (answer := await self.ask("action_status", action=asked["action"]))["status"] in UNDER_WAY:
                await anyio.sleep(_PAUSE_SECONDS)
        return answer

    async def seen_to_end(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The action at its end, by reading alone, which takes nothing on."""
        with anyio.fail_after(_ENDS_WITHIN_SECONDS):
            while (answer := await self._read(asked["action"]))["status"] in UNDER_WAY:
                await anyio.sleep(_PAUSE_SECONDS)
        return answer

    async def _read(self, action: str) -> dict[str, Any]:
        content = (await self.client.read_resource(f"ops://actions/{action}")).contents[0]
        assert isinstance(content, TextResourceContents)
        answer: dict[str, Any] = json.loads(content.text)
        return answer

    async def done(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """Ask for a change, have it approved, and return how it ended."""
        asked = await self.ask(tool, **arguments)
        await self.approve(asked)
        return await self.outcome(asked)


def settings_of(bed: Bed, folder: Path, policy: str = "") -> Settings:
    """The whole bed, with a workspace in ``folder``."""
    bed.need(*PARTS)
    return settings_in(folder, f"{toml_of(bed, PARTS, folder / 'workspace')}\n[policy]\n{policy}\n")


def settings_in(folder: Path, text: str) -> Settings:
    """``text`` as the settings file of ``folder``."""
    file = folder / "opsloom.toml"
    file.write_text(text, "utf-8")
    return load_settings(file)


def states_of(workspace: Path, action: str) -> list[str]:
    """The states that an action went through, from the log."""
    wanted = RecordFilter(kind="action.moved", action=action)
    with SqliteStore.open_read_only(workspace) as store:
        records = list_records(store, wanted, limit=50).records
    return [record["to"] for record in reversed(records)]


def intact(settings: Settings) -> None:
    """What ``opsloom audit verify`` says of the workspace."""
    report = verify(settings.workspace.path)
    assert report.ok, report.lines()
    assert not report.calls_without_end


@asynccontextmanager
async def shift(settings: Settings, era: str) -> AsyncIterator[Shift]:
    """A shift on the real server over ``settings``."""
    async with connected(settings, era) as client:
        yield Shift(client, settings.workspace.path.parent / "opsloom.toml")
