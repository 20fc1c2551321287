"""A client that speaks lines to a real server process, and takes nothing but JSON-RPC for an answer."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

SERVE = [sys.executable, "-m", "opsloom.cli.main", "serve"]
MODERN = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "probe", "version": "1"},
}
INITIALIZE = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "raw", "version": "1"}}


class RawClient:
    """Speaks lines to a server process, and keeps each line that it answers."""

    def __init__(self, *options: str, environment: dict[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [*SERVE, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
        )  # fmt: skip
        self._ident = 0

    def send(self, line: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def ask(
        self, method: str, params: dict[str, Any], answers: Mapping[str, dict[str, Any]] | None = None
    ) -> dict[str, Any]:
        """The answer; ``answers`` are the results that requests of the server get meanwhile, by their method."""
        self._ident += 1
        self.send(json.dumps({"jsonrpc": "2.0", "id": self._ident, "method": method, "params": params}).encode())
        while True:
            assert self.process.stdout is not None
            message: dict[str, Any] = json.loads(self.process.stdout.readline())
            assert message["jsonrpc"] == "2.0"
            if (asked := message.get("method")) is not None:
                if asked in (answers or {}):
                    reply = {"jsonrpc": "2.0", "id": message["id"], "result": (answers or {})[asked]}
                    self.send(json.dumps(reply).encode())
            elif message.get("id") == self._ident:
                return message

    def shake_hands(self, capabilities: dict[str, Any] | None = None) -> None:
        assert "result" in self.ask("initialize", {**INITIALIZE, "capabilities": capabilities or {}})
        self.send(b'{"jsonrpc":"2.0","method":"notifications/initialized"}')

    def end(self) -> bytes:
        """Close stdin; what was still written."""
        rest, _ = self.process.communicate(timeout=20)
        return rest
