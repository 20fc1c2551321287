"""The real server over the lab of tests/approval, behind a real client of either era that may answer forms."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from mcp import Client
from mcp.types import ElicitRequestParams, ElicitResult, Implementation

from opsloom.approval.policy import Policy
from opsloom.approval.policy_load import PolicySource
from opsloom.providers.settings import Settings, WorkspaceSettings
from opsloom.server.build import build_server
from opsloom.server.configuration import Configuration
from tests.approval.lab import CAPABILITIES, NOW, World
from tests.providers.scripted import scripted

ERAS = ("legacy", "2026-07-28")
ROLLBACK = {"service": "checkout", "reason": "errors since the deploy"}
ACKNOWLEDGE = {"alert": "alert:lab/a1", "reason": "somebody looks at it"}
Answer = Callable[[ElicitRequestParams], Awaitable[ElicitResult]]


class Person:
    """Answers forms as told; keeps what was asked."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.asked: list[ElicitRequestParams] = []

    async def __call__(self, _context: Any, params: ElicitRequestParams) -> ElicitResult:
        self.asked.append(params)
        return await self._answer(params)


def configuration(
    folder: Path, world: World, policy: Policy | None = None, *, read_only: bool = False
) -> Configuration:
    """The lab as the only instance."""
    settings = Settings(workspace=WorkspaceSettings(path=folder / "workspace", now=NOW))
    instance = scripted("lab", world.act, capabilities=CAPABILITIES)
    return Configuration(settings, (instance,), (), PolicySource(policy or Policy()), read_only)


@asynccontextmanager
async def lab_client(
    folder: Path,
    world: World,
    era: str,
    person: Person | None = None,
    policy: Policy | None = None,
    *,
    read_only: bool = False,
    name: str = "test-client",
) -> AsyncIterator[Client]:
    """A client of the real server; without ``person`` it declares that it has no forms."""
    server = build_server(configuration(folder, world, policy, read_only=read_only))
    info = Implementation(name=name, version="1")
    async with Client(server, mode=era, client_info=info, elicitation_callback=person) as client:
        yield client


def typed_code(params: ElicitRequestParams) -> str:
    """The code, as a person reads it from the message."""
    return params.message.split("opsloom asks: action ")[1].split("\n")[0]
