"""The real server over one recording, in process, at the clock of the recording."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from mcp import Client

from opsloom.providers.settings import Settings, WorkspaceSettings
from opsloom.server.build import build_server
from opsloom.server.configuration import Configuration

INSTANCE = "recorded"


@asynccontextmanager
async def recorded_client(recording: Path, workspace: Path) -> AsyncIterator[Client]:
    """A client of a server whose only instance replays the folder ``recording``."""
    header = json.loads((recording / "recording.json").read_text("utf-8"))
    settings = Settings(
        workspace=WorkspaceSettings(path=workspace, now=header["now"]),
        instances={INSTANCE: {"adapter": "recording", "path": str(recording.resolve())}},
    )
    async with Client(build_server(Configuration.of(settings, workspace / "opsloom.toml"))) as client:
        yield client
