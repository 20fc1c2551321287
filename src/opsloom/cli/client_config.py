"""``opsloom client-config``: the settings that each MCP client wants, in its own shape.

Shapes: Claude Desktop and Cursor read ``mcpServers`` (JSON); Claude Code takes a command; VS Code reads ``servers``
with a ``type``; Zed reads ``context_servers``; Codex reads TOML tables ``mcp_servers.NAME``.
"""

import argparse
import json
import shlex
import sys
from pathlib import Path

from opsloom.cli import locate

PLACES = {
    "claude-desktop": "claude_desktop_config.json (Settings > Developer > Edit Config)",
    "claude-code": "a shell",
    "vscode": ".vscode/mcp.json",
    "cursor": ".cursor/mcp.json or ~/.cursor/mcp.json",
    "zed": "settings.json of Zed",
    "codex": "~/.codex/config.toml",
}


def run(arguments: argparse.Namespace) -> int:
    """Print the settings; where they go is said on stderr, so that the output can be piped."""
    command, options = server_command(arguments)
    print(f"# put this into {PLACES[arguments.client]}", file=sys.stderr)
    print(shape(arguments.client, command, options))
    return 0


def server_command(arguments: argparse.Namespace) -> tuple[str, list[str]]:
    """Program and arguments with absolute paths: a client starts us anywhere and with a bare environment."""
    program = Path(sys.executable).with_name("opsloom")
    which = ["--demo"] if arguments.demo else ["--config", str(locate.settings_file(arguments))]
    return str(program), ["serve", *which, *(["--read-only"] if arguments.read_only else [])]


def shape(client: str, command: str, options: list[str]) -> str:
    """The settings text for ``client``."""
    entry = {"command": command, "args": options}
    if client == "claude-code":
        return shlex.join(["claude", "mcp", "add", "opsloom", "--", command, *options])
    if client == "codex":
        return f"[mcp_servers.opsloom]\ncommand = {json.dumps(command)}\nargs = {json.dumps(options)}"
    if client == "vscode":
        return json.dumps({"servers": {"opsloom": {"type": "stdio", **entry}}}, indent=2)
    if client == "zed":
        return json.dumps({"context_servers": {"opsloom": {"source": "custom", **entry, "env": {}}}}, indent=2)
    return json.dumps({"mcpServers": {"opsloom": entry}}, indent=2)
