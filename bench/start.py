"""From start to the answer of tools/list over stdio, beside the bare server; and the CPU of our own imports."""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.table import print_table

ROUNDS = 15
# As installed: the SDK's modules are compiled by pip, ours would be compiled anew at each start without this.
COMPILED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
DEAD = "".join(
    f'[instances.{kind}-{number}]\nadapter = "{kind}"\nbase_url = "http://127.0.0.1:{port}"\n\n'
    for kind, port in (("prometheus", 9), ("alertmanager", 9), ("roundup", 9), ("journald", 9))
    for number in range(2)
)
_PLACE = '{env = "BENCH"}'
_KEYS = f"api_key = {_PLACE}\napp_key = {_PLACE}\n"
_OWN_OPTIONS = {"datadog": _KEYS, "github": 'repositories = ["shop/checkout"]\n'}
VENDORS = "".join(
    f'[instances.{kind}]\nadapter = "{kind}"\nbase_url = "https://{kind}.example.com"\n{_OWN_OPTIONS.get(kind, "")}\n'
    for kind in (
        "argocd", "datadog", "dynatrace", "github", "grafana", "jira", "kubernetes", "pagerduty", "servicenow", "slack",
    )
)  # fmt: skip
INITIALIZE = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "bench", "version": "0"},
}
MESSAGES = (
    {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": INITIALIZE},
    {"jsonrpc": "2.0", "method": "notifications/initialized"},
    {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
)


def run() -> None:
    """Interleaved rounds, medians, ratios to the bare server."""
    with tempfile.TemporaryDirectory() as folder:
        dead = Path(folder, "opsloom.toml")
        dead.write_text(DEAD)
        opsloom = [sys.executable, "-m", "opsloom.cli.main", "serve", "--config"]
        demo = Path(folder, "demo.toml")
        demo.write_text('[instances.demo]\nadapter = "recording"\npath = "builtin:checkout"\n')
        vendors = Path(folder, "vendors.toml")
        vendors.write_text(VENDORS)
        nothing = Path(folder, "nothing.toml")
        nothing.write_text("")
        servers = {
            "bare mcp server, one tool": [sys.executable, "-m", "bench.bare_server"],
            "opsloom, demo recording": [*opsloom, str(demo)],
            "opsloom, 8 instances, all dead": [*opsloom, str(dead)],
            "opsloom, no instance": [*opsloom, str(nothing)],
            "opsloom, 10 instances of 10 vendors": [*opsloom, str(vendors)],
        }
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in servers}
        for _ in range(ROUNDS):
            for name, command in servers.items():
                times[name].append(_until_tools(command))
    bare = statistics.median(wall for wall, _ in times["bare mcp server, one tool"])
    rows = []
    for name, measured in times.items():
        wall, cpu = (statistics.median(column) for column in zip(*measured, strict=True))
        rows.append((name, wall, cpu, wall / bare))
    print_table("Start to tools/list over stdio", ("server", "wall s", "CPU s", "ratio of wall (target 1.25)"), rows)
    _imports()


def _until_tools(command: list[str]) -> tuple[float, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=COMPILED
    )
    assert process.stdin is not None
    assert process.stdout is not None
    for message in MESSAGES:
        process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()
    process.stdout.readline()
    assert json.loads(process.stdout.readline())["result"]["tools"]
    wall = time.perf_counter() - started
    process.stdin.close()
    process.wait(20)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _imports() -> None:
    code = (
        "import time; import mcp.server.lowlevel, mcp.server.stdio; start = time.process_time(); "
        "import opsloom.server.build, opsloom.server.stdio; print(time.process_time() - start)"
    )
    verify = (
        "import time, opsloom.cli.main as main; main._parser(); "
        "import opsloom.cli.audit, opsloom.audit.verify, opsloom.audit.note, opsloom.store.sqlite; "
        "print(time.process_time())"
    )
    rows = [("our imports on top of the SDK's", _median_cpu(code), 0.15)]
    rows.append(("a command that needs no MCP: audit", _median_cpu(verify), 0.3))
    print_table("CPU of imports", ("what", "CPU s", "target"), rows)


def _median_cpu(code: str) -> float:
    command = [sys.executable, "-c", code]
    return statistics.median(
        float(subprocess.run(command, capture_output=True, text=True, check=True, env=COMPILED).stdout)
        for _ in range(ROUNDS)
    )
