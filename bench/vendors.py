"""Twelve instances of twelve kinds, asked at once over HTTP: the time beside that of the slowest, and the gaps.

An overview asks in two rounds, because the services that alert decide whose owners are asked for: what is allowed is
the slowest of the first and the slowest of the second.
"""

import json
import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
from mcp import Client

from bench.canned_vendor import Vendor, served
from bench.table import percentile, print_table
from opsloom.adapter_api.capabilities import AlertReader, DeployReader, IncidentReader, TicketReader
from opsloom.adapter_api.contract_kit.fake_provider import CannedReply
from opsloom.providers.registry import load_adapter
from opsloom.providers.settings import Settings, WorkspaceSettings
from opsloom.server.build import build_server
from opsloom.server.configuration import Configuration

NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
ROUNDS = 7
REQUEST_SECONDS = 0.1
DEADLINE_SECONDS = 2.0
FIRST_ROUND = (AlertReader, DeployReader, IncidentReader, TicketReader)
KINDS = (
    "alertmanager", "prometheus", "grafana", "datadog", "dynatrace", "opsgenie", "pagerduty", "kubernetes", "argocd",
    "jira", "servicenow", "opsorch",
)  # fmt: skip
LOGIN_PAGE = CannedReply(b"<!doctype html><title>Sign in</title>", headers={"content-type": "text/html"})
REFUSED = CannedReply(b"{}", status=401)
HANGING_SECONDS = 60.0


def run() -> None:
    """All well, and with three of them failing in three ways."""
    well = [Vendor(kind, REQUEST_SECONDS) for kind in KINDS]
    failing = {
        "opsgenie": Vendor("opsgenie", HANGING_SECONDS),
        "grafana": Vendor("grafana", REQUEST_SECONDS, LOGIN_PAGE),
        "datadog": Vendor("datadog", REQUEST_SECONDS, REFUSED),
    }
    rows = [
        anyio.run(_row, "all well", well),
        anyio.run(_row, "one hangs, one shows a login page, one refuses", [failing.get(one.kind, one) for one in well]),
    ]
    columns = ("twelve instances of twelve kinds, overview", "p50 s", "allowed s", "ratio (target 1.2)", "gaps")
    print_table(f"Asked at once over HTTP, {REQUEST_SECONDS:g} s a request", columns, rows)


async def _row(title: str, vendors: Sequence[Vendor]) -> tuple[object, ...]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        instances = {vendor.kind: stack.enter_context(served(vendor)) for vendor in vendors}
        times, answers = await _ask(Path(folder), instances)
    sources = answers[-1]["sources"]
    first = sum(len(_capable(reader, vendors)) for reader in FIRST_ROUND)
    allowed = sum(max(source["ms"] for source in part) for part in (sources[:first], sources[first:])) / 1000
    p50 = percentile(times, 0.5)
    gaps = sorted({f"{one['instance']}: {one['status']}" for one in sources if one["status"] != "ok"})
    return title, p50, allowed, p50 / allowed, "; ".join(gaps) or "none"


def _capable(reader: type, vendors: Sequence[Vendor]) -> list[str]:
    return [one.kind for one in vendors if reader in load_adapter(one.kind).manifest.capabilities]


async def _ask(folder: Path, instances: dict[str, dict[str, Any]]) -> tuple[list[float], list[dict[str, Any]]]:
    for options in instances.values():
        for value in options.values():
            if isinstance(value, dict) and "env" in value:
                os.environ.setdefault(value["env"], "bench")
        options["deadline_seconds"] = DEADLINE_SECONDS
    settings = Settings(workspace=WorkspaceSettings(path=folder / "w", now=NOW), instances=instances)
    times, answers = [], []
    async with Client(build_server(Configuration.of(settings, folder / "opsloom.toml"))) as client:
        await client.call_tool("overview", {})  # connects
        for _ in range(ROUNDS):
            started = time.perf_counter()
            result = await client.call_tool("overview", {"since": "-24h"})
            times.append(time.perf_counter() - started)
            assert not result.is_error, result.content
            answers.append(json.loads(result.content[0].text))  # type: ignore[union-attr]
    return times, answers
