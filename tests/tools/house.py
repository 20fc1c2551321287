"""A small house for tools: a workspace, a hub over instances of the test, and calls as the server makes them."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from opsloom.evidence.evidence_store import EvidenceStore
from opsloom.evidence.investigations import Investigations
from opsloom.evidence.provider_text import clean
from opsloom.evidence.redaction import Redactor
from opsloom.model.clock import StoppedClock
from opsloom.providers.hub import Hub, open_hub
from opsloom.providers.instance import BrokenInstance, Instance, build_instance
from opsloom.store.sqlite import SqliteStore
from opsloom.tools import TOOLS
from opsloom.tools.answer import Answer, render
from opsloom.tools.context import ToolContext

NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
Rendered = dict[str, Any]


@dataclass(frozen=True)
class House:
    """What is open during a test; ``ask`` is one call of a tool."""

    hub: Hub
    evidence: EvidenceStore
    investigations: Investigations
    redactor: Redactor

    async def context(self, investigation: str | None = None) -> ToolContext:
        """The context of one call."""
        ident = await self.investigations.resolve("oncall-a", investigation)
        return ToolContext(self.hub, self.evidence, self.investigations, ident, "oncall-a")

    async def answer(self, tool: str, /, **raw: Any) -> Answer:
        """What the tool found, before it is made fit to show."""
        arguments = TOOLS[tool].parse(raw)
        return await TOOLS[tool].run(await self.context(arguments["investigation"]), arguments)

    async def ask(self, tool: str, /, **raw: Any) -> Rendered:
        """What a client gets."""
        arguments = TOOLS[tool].parse(raw)
        context = await self.context(arguments["investigation"])
        answer = await TOOLS[tool].run(context, arguments)
        await self.investigations.record_evidence(context.investigation, f"call-of-{tool}", context.seen)
        return render(answer, investigation=context.investigation, demo=self.hub.recorded, safe=self.safe)

    def safe(self, text: str, max_chars: int) -> str:
        """As the server shows a provider's text."""
        return clean(self.redactor.redact(text), max_chars)


@asynccontextmanager
async def house(
    workspace: Path, *instances: Instance, broken: Collection[BrokenInstance] = (), now: datetime = NOW
) -> AsyncIterator[House]:
    """Open for one test."""
    redactor, clock = Redactor(), StoppedClock(now)
    with SqliteStore.open(workspace) as store:
        evidence = EvidenceStore(store, redactor)
        async with open_hub(instances, broken, evidence, clock) as hub:
            yield House(hub, evidence, Investigations(store, clock), redactor)


def demo(name: str = "demo") -> Instance:
    """The recorded incident that comes with opsloom; its clock stands at ``NOW``."""
    return build_instance(name, {"adapter": "recording", "path": "builtin:checkout"}, Path("opsloom.toml"))


def column(answer: Rendered, name: str) -> list[Any]:
    """The cells of one column, top down."""
    index = answer["columns"].index(name)
    return [row[index] for row in answer["rows"]]


def record(answer: Rendered, row: int = 0) -> dict[str, Any]:
    """One row by the names of its columns."""
    return dict(zip(answer["columns"], answer["rows"][row], strict=True))
