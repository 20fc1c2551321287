"""Guarantee: a path or an address in an argument opens no file and no connection."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp.shared.exceptions import MCPError

from opsloom.cli.configured import DEMO_NOW
from opsloom.tools import TOOLS
from tests.guarantee.faulty_provider import FaultyProvider, running
from tests.server.serving import ERAS, connected, settings_of, text_of

SECRET = "canary-that-must-stay-in-its-file"


@pytest.fixture(scope="module")
def trap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FaultyProvider, Path]]:
    """A server that nobody may call, and a file that nobody may read."""
    file = tmp_path_factory.mktemp("trap") / "secret.txt"
    file.write_text(SECRET)
    with running(FaultyProvider(200, SECRET.encode())) as server:
        yield server, file


def baits(server: FaultyProvider, file: Path) -> list[str]:
    return [
        f"{server.url}/x", f"//127.0.0.1:{server.server_address[1]}/x", f"file://{file}", str(file),
        f"../../../../../../../../../..{file}", f"--output={file}.out", f"$(cat {file})", f"`cat {file}`",
        f"| cat {file}", f"alert:demo/..{file}", f"deploy:shop/{file}", f"deploy:shop/--output={file}.out",
        f"ticket:demo/{server.url}", "@/etc/hostname", "%2e%2e%2f%2e%2e%2fetc%2fhostname", "\r\nHost: evil\r\n",
    ]  # fmt: skip


@pytest.fixture
def instances(tmp_path: Path) -> dict[str, dict[str, Any]]:
    """Everything that reads files or runs programs."""
    repository, catalog = tmp_path / "shop", tmp_path / "catalog"
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-C", str(repository)]
    subprocess.run(["git", "init", "-q", str(repository)], check=True)
    (repository / "CODEOWNERS").write_text("* @team\n")
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-qm", "first"], check=True)
    catalog.mkdir()
    (catalog / "a.yaml").write_text(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: checkout}\nspec: {owner: team}\n"
    )
    return {
        "demo": {"adapter": "recording", "path": "builtin:checkout"},
        "shop": {"adapter": "git", "repository": str(repository)},
        "catalog": {"adapter": "catalog", "root": str(catalog), "paths": ["*.yaml"]},
    }


@pytest.mark.parametrize("tool", TOOLS)
async def test_no_text_argument_opens_anything(
    tmp_path: Path, trap: tuple[FaultyProvider, Path], instances: dict[str, dict[str, Any]], tool: str
) -> None:
    server, file = trap
    needed = {"record_finding": {"claim": "x", "kind": "unknown", "evidence": []}}.get(tool, {})
    texts = [name for name, schema in TOOLS[tool].schema["properties"].items() if schema.get("type") == "string"]
    async with connected(settings_of(tmp_path, instances, DEMO_NOW), ERAS[0]) as client:
        for name in texts:
            for bait in baits(server, file):
                result = await client.call_tool(tool, {**needed, name: bait})
                said = text_of(result) + json.dumps(result.structured_content)
                assert SECRET not in said
    assert server.requests == []
    assert not Path(f"{file}.out").exists()


async def test_no_resource_address_opens_anything(
    tmp_path: Path, trap: tuple[FaultyProvider, Path], instances: dict[str, dict[str, Any]]
) -> None:
    server, file = trap
    prefixes = ("", "ops://services/", "ops://alerts/", "ops://deploys/", "ops://evidence/", "ops://audit/")
    async with connected(settings_of(tmp_path, instances, DEMO_NOW), ERAS[0]) as client:
        for prefix in prefixes:
            for bait in baits(server, file):
                try:
                    said = "".join(one.text for one in (await client.read_resource(prefix + bait)).contents)
                except MCPError as error:
                    said = str(error)
                assert SECRET not in said
    assert server.requests == []
    assert not Path(f"{file}.out").exists()
