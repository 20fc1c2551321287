"""What importing each adapter costs on top of what every HTTP adapter needs, and that none is loaded unasked."""

import os
import statistics
import subprocess
import sys

from bench.table import print_table
from opsloom.providers.registry import installed

ROUNDS = 5
COMPILED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
_BASE = (
    "import time, httpx, opsloom.adapter_api.http, opsloom.adapter_api.capabilities, opsloom.adapter_api.writers, "
    "opsloom.adapter_api.paging, opsloom.adapter_api.permissions, opsloom.model.changes, opsloom.model.slo"
)
TARGET_MS = 20


def run() -> None:
    """The median CPU of a fresh process for each adapter."""
    rows = [(kind, _cost_ms(point.value.partition(":")[0])) for kind, point in installed().items()]
    print_table("Importing an adapter, over httpx", ("adapter", f"CPU ms (target {TARGET_MS})"), rows)
    print_table("Without a configured instance", ("what", "count"), [("adapters that are imported", _loaded_unasked())])


def _cost_ms(module: str) -> float:
    code = f"{_BASE}; start = time.process_time(); import {module}; print((time.process_time() - start) * 1000)"
    return statistics.median(float(_told(code)) for _ in range(ROUNDS))


def _loaded_unasked() -> int:
    code = (
        "import sys, opsloom.cli.main, opsloom.server.build, opsloom.server.stdio; "
        "print(sum(name.startswith('opsloom_adapters.') for name in sys.modules))"
    )
    return int(_told(code))


def _told(code: str) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=COMPILED).stdout
