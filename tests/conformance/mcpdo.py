"""An independent TypeScript client that answers questions without a screen: ``mcpdo`` of the Inspector.

It keeps connections in a daemon, which is private to one session and ended with it.
"""

import json
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opsloom.model.limits import HUMAN_ANSWER_MIN_SECONDS
from tests.bed.npm import Installed

COMMAND_SECONDS = 60.0
ERAS = ("legacy", "modern")
ALERT = "alert:demo/a-7f31"
_CODE = re.compile(r"opsloom asks: action (\S+)")


class McpdoError(Exception):
    """It ended with an error, or did not print what it should."""


@dataclass(frozen=True)
class Mcpdo:
    """One connection, named as its era, to a server process of its own."""

    tools: Installed
    era: str
    environment: dict[str, str]

    def run(self, *words: str) -> dict[str, Any]:
        """Run a command; what it printed.

        :raises McpdoError: it failed.
        """
        done = subprocess.run(
            [*self.tools.command("mcpdo"), "--format", "json", *words],
            env=self.environment, capture_output=True, text=True, timeout=COMMAND_SECONDS, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if done.returncode:
            raise McpdoError(f"{words[0]}: {done.stdout[-500:]} {done.stderr[-500:]}")
        printed: dict[str, Any] = json.loads(done.stdout)
        return printed

    def call(self, tool: str, **arguments: object) -> dict[str, Any]:
        """Call a tool: its result, or the question that is pending now."""
        return self.run("--connection", self.era, "tools/call", tool, json.dumps(arguments))

    def answer(self, pending: dict[str, Any], *words: str) -> dict[str, Any]:
        """Answer the question of a call; the answer of the tool."""
        result = self.run("elicitation/respond", pending["elicitationPending"]["elicitationId"], *words)
        answer: dict[str, Any] = result["structuredContent"]
        return answer


@contextmanager
def connected(tools: Installed, era: str, scratch: Path) -> Iterator[Mcpdo]:
    """The demo server behind a client that speaks ``era``."""
    home = scratch / era
    home.mkdir()
    server = {
        "type": "stdio",
        "command": sys.executable,
        "args": ["-m", "opsloom.cli.main", "serve", "--demo"],
        "env": {"XDG_STATE_HOME": str(home)},
        "protocolEra": era,
    }
    (home / "servers.json").write_text(json.dumps({"mcpServers": {era: server}}))
    private = {
        "HOME": str(home),
        "MCP_INSPECTOR_DAEMON_DIR": str(home / "daemon"),
        "MCP_INSPECTOR_DAEMON_TOKEN": secrets.token_urlsafe(32),
        "MCP_INSPECTOR_SECRET_STORE": "memory",
    }
    (home / "daemon").mkdir(mode=0o700)
    client = Mcpdo(tools, era, {**tools.environment, **private})
    try:
        client.run("--config", str(home / "servers.json"), "connect", era, "--elicit", "form")
        yield client
    finally:
        client.run("daemon", "stop")


def decides(tools: Installed, era: str, scratch: Path) -> bool:
    """Declining and cancelling decide nothing; a form that is filled in has the change done, and it is seen."""
    with connected(tools, era, scratch) as client:
        found = [
            _status_after(client, "--decline") == "pending_approval",
            _status_after(client, "--cancel") == "pending_approval",
            not _is_acknowledged(client),
            _status_after(client, "decision:=approve") == "succeeded",
            _is_acknowledged(client),
        ]
    return all(found)


def _status_after(client: Mcpdo, *words: str) -> str:
    pending = client.call("acknowledge_alert", alert=ALERT, reason="somebody looks at it")
    asked = _CODE.search(pending["elicitationPending"]["message"])
    if asked is None:
        raise McpdoError("the question shows no code")
    if "decision:=approve" in words:
        time.sleep(HUMAN_ANSWER_MIN_SECONDS)  # a person reads; who is faster is taken for a program
        words = (*words, f"code:={asked[1]}")
    return str(client.answer(pending, *words)["status"])


def _is_acknowledged(client: Mcpdo) -> bool:
    record = client.call("get_record", ref=ALERT)["structuredContent"]
    facts = {row[record["columns"].index("field")]: row[record["columns"].index("value")] for row in record["rows"]}
    return bool(facts["status"] == "acknowledged")
