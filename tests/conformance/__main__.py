"""The official conformance suite and the Inspector's command line against the real server.

``python -m tests.conformance`` prints what each said and ends with ``N passed, N failed``.
"""

import json
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bed.loopback import free_port
from tests.bed.npm import Installed
from tests.bed.outcome import PartUnavailableError
from tests.bed.polling import wait_until
from tests.conformance import mcpdo
from tests.conformance.node_tools import install

HERE = Path(__file__).parent
READY_SECONDS = 20.0
SUITE_SECONDS = 300.0


def main() -> int:
    """Run everything; 0 when all went as it should, 2 when nothing could be run."""
    try:
        tools = install()
    except (OSError, PartUnavailableError) as problem:
        print(f"nothing was run: Node and the official tools cannot be fetched ({problem})")
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        results = [
            ("conformance suite", conformance(tools, Path(scratch))),
            ("Inspector lists the tools", inspector_lists(tools, Path(scratch))),
            ("Inspector calls overview", inspector_calls(tools, Path(scratch))),
            *((f"mcpdo answers questions, {era}", mcpdo_answers(tools, era, Path(scratch))) for era in mcpdo.ERAS),
        ]
    for name, passed in results:
        print(f"{'ok  ' if passed else 'FAIL'} {name}")
    failed = sum(not passed for _, passed in results)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


def conformance(tools: Installed, scratch: Path) -> bool:
    """The whole suite against the server over HTTP; what is in baseline.yml must fail, all else must pass."""
    with http_server(scratch / "http") as url:
        options = ["server", "--url", url, "--suite", "all", "--expected-failures", str(HERE / "baseline.yml")]
        done = subprocess.run(
            [*tools.command("conformance"), *options, "-o", str(scratch / "out")],
            env=tools.environment, capture_output=True, text=True, timeout=SUITE_SECONDS,
        )  # fmt: skip
    print("\n".join(line for line in done.stdout.splitlines() if re.search(r"[✓✗]|passed|failed|baseline", line)))
    if done.returncode:
        print(done.stdout[-3_000:], done.stderr[-2_000:])
    return done.returncode == 0


def inspector_lists(tools: Installed, scratch: Path) -> bool:
    """An independent TypeScript client, over stdio."""
    listed = _inspect(tools, scratch, "--method", "tools/list")
    return {"overview", "search_alerts", "record_finding"} <= {tool["name"] for tool in listed.get("tools", [])}


def inspector_calls(tools: Installed, scratch: Path) -> bool:
    """The same client calls a tool."""
    called = _inspect(tools, scratch, "--method", "tools/call", "--tool-name", "overview")
    return called.get("structuredContent", {}).get("demo") is True


def mcpdo_answers(tools: Installed, era: str, scratch: Path) -> bool:
    """Another TypeScript client declines, cancels and approves a change of the demo."""
    try:
        return mcpdo.decides(tools, era, scratch)
    except (mcpdo.McpdoError, OSError, subprocess.TimeoutExpired) as problem:
        print(problem)
        return False


def _inspect(tools: Installed, scratch: Path, *options: str) -> dict[str, Any]:
    environment = {**tools.environment, "XDG_STATE_HOME": str(scratch / "state")}
    server = [sys.executable, "-m", "opsloom.cli.main", "serve", "--demo"]
    done = subprocess.run(
        [*tools.command("mcp-inspector"), "--cli", *server, *options],
        env=environment, capture_output=True, text=True, timeout=SUITE_SECONDS,
    )  # fmt: skip
    if done.returncode:
        print(done.stdout[-1_000:], done.stderr[-2_000:])
        return {}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@contextmanager
def http_server(folder: Path) -> Iterator[str]:
    """The real server on a free port; ended by its id."""
    folder.mkdir()
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.conformance.http_server", str(port), str(folder)])
    try:
        wait_until(lambda: _answers(port), within_seconds=READY_SECONDS, what="the server over HTTP")
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/mcp", timeout=1)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
