"""The real server behind a real client, in process, in either protocol era."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from mcp import Client
from mcp.types import CallToolResult, Implementation, TextContent

from opsloom.cli.configured import demo_settings
from opsloom.providers.settings import Settings, WorkspaceSettings
from opsloom.server.build import build_server
from opsloom.server.configuration import Configuration

ERAS = ("legacy", "2026-07-28")


def settings_of(folder: Path, instances: Mapping[str, Mapping[str, Any]], now: Any = None) -> Settings:
    """Settings with a workspace in ``folder``."""
    workspace = WorkspaceSettings(path=folder / "workspace", now=now)
    return Settings(workspace=workspace, instances={name: dict(options) for name, options in instances.items()})


def demo(folder: Path) -> Settings:
    """The recorded incident, with a workspace in ``folder``."""
    return demo_settings(workspace=folder / "workspace")


@asynccontextmanager
async def connected(settings: Settings, era: str, client_name: str = "test-client") -> AsyncIterator[Client]:
    """A client of the real server over ``settings``."""
    file = settings.workspace.path.parent / "opsloom.toml"
    info = Implementation(name=client_name, version="1")
    async with Client(build_server(Configuration.of(settings, file)), mode=era, client_info=info) as client:
        yield client


def text_of(result: CallToolResult) -> str:
    """What a model reads."""
    return "".join(block.text for block in result.content if isinstance(block, TextContent))


def answer_of(result: CallToolResult) -> dict[str, Any]:
    """The answer of a call that must have succeeded."""
    assert not result.is_error, text_of(result)
    answer: dict[str, Any] = result.structured_content
    return answer


def rows_of(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows as mappings."""
    return [dict(zip(answer["columns"], row, strict=True)) for row in answer["rows"]]


def everything(folder: Path) -> Settings:
    """The recorded incident, and beside it instances that serve what no recording has; nobody answers for them."""
    nowhere, secret = "http://127.0.0.1:9", {"env": "OPSLOOM_TEST_TOKEN"}
    both = {"base_url": nowhere, "token": secret, "write_token": secret}
    settings = demo(folder)
    others: dict[str, dict[str, Any]] = {
        "chat": {"adapter": "slack", **both},
        "flags": {"adapter": "unleash", **both},
        "cluster": {"adapter": "kubernetes", **both},
        "pager": {"adapter": "pagerduty", **both, "from_email": "opsloom@example.com"},
        "dashboards": {"adapter": "grafana", **both},
        "slos": {"adapter": "datadog", "base_url": nowhere, "api_key": secret, "app_key": secret},
    }
    return settings.model_copy(update={"instances": {**settings.instances, **others}})
