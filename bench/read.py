"""One read through the hub with its durable audit records, beside the bare server's call; and the fan-out."""

import os
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import ClassVar, Self

import anyio
from mcp import Client

from bench.bare_server import server as bare_server
from bench.table import percentile, print_table
from opsloom.adapter_api.adapter import Manifest, Probe, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import LogReader
from opsloom.adapter_api.config import AdapterConfig
from opsloom.approval.policy import Policy
from opsloom.approval.policy_load import PolicySource
from opsloom.cli.configured import demo_settings
from opsloom.model.logs import LogEntry, LogQuery
from opsloom.model.page import Page
from opsloom.providers.instance import Instance
from opsloom.providers.settings import Settings, WorkspaceSettings
from opsloom.server.build import build_server
from opsloom.server.configuration import Configuration

CALLS = 400
WARM_UP = 30
FAN_OUT_ROUNDS = 10
SLEEP_SECONDS = 0.1


class Sleeper:
    """An instance that takes 100 ms to say that it has nothing."""

    manifest: ClassVar[Manifest] = Manifest(
        "sleeper", "Sleeper", AdapterConfig, frozenset({LogReader}), "https://example.com"
    )

    @classmethod
    @asynccontextmanager
    async def connect(cls, _site: Site) -> AsyncIterator[Self]:
        yield cls()

    async def probe(self, _call: Call) -> Probe:
        return Probe()

    async def search_logs(self, _query: LogQuery, _call: Call) -> Page[LogEntry]:
        await anyio.sleep(SLEEP_SECONDS)
        return Page[LogEntry](rows=())


def run() -> None:
    """Both tables."""
    anyio.run(_run)


async def _run() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        await _one_read(folder)
        await _fan_out(folder)


async def _one_read(folder: Path) -> None:
    demo = Configuration.of(demo_settings(workspace=folder / "demo"), folder / "opsloom.toml")
    async with AsyncExitStack() as stack:
        bare = await stack.enter_async_context(Client(bare_server))
        ours = await stack.enter_async_context(Client(build_server(demo)))
        times: dict[str, list[float]] = {"bare": [], "search_alerts": [], "write + fsync": []}
        raw = stack.enter_context((folder / "raw").open("ab", buffering=0))
        for _ in range(CALLS + WARM_UP):
            times["bare"].append(await _timed(bare, "add", {"a": 1, "b": 2}))
            times["search_alerts"].append(await _timed(ours, "search_alerts", {}))
            times["write + fsync"].append(_synced(raw.fileno()))
    rows = []
    for title, key in (
        ("bare server, add", "bare"),
        ("opsloom, search_alerts on the recording, two durable audit records", "search_alerts"),
        ("for scale: one write + fsync of 1 KiB", "write + fsync"),
    ):
        kept = times[key][WARM_UP:]
        rows.append((title, percentile(kept, 0.5) * 1000, percentile(kept, 0.99) * 1000))
    print_table("One call, in process", ("call", "p50 ms", "p99 ms"), rows)


async def _fan_out(folder: Path) -> None:
    one = await _median_of(folder, 1)
    eight = await _median_of(folder, 8)
    rows = [("1 instance of 100 ms", one * 1000, 1.0), ("8 instances of 100 ms", eight * 1000, eight / one)]
    print_table("Asked at once", ("instances", "p50 ms", "ratio (target 1.4)"), rows)


async def _median_of(folder: Path, count: int) -> float:
    settings = Settings(workspace=WorkspaceSettings(path=folder / f"fan-{count}"))
    instances = tuple(
        Instance(f"sleeper-{number}", Sleeper, AdapterConfig(adapter="sleeper")) for number in range(count)
    )
    async with Client(build_server(Configuration(settings, instances, (), PolicySource(Policy())))) as client:
        times = [await _timed(client, "search_logs", {}) for _ in range(FAN_OUT_ROUNDS)]
    return percentile(times, 0.5)


async def _timed(client: Client, tool: str, arguments: dict[str, int]) -> float:
    started = time.perf_counter()
    result = await client.call_tool(tool, arguments)
    seconds = time.perf_counter() - started
    assert not result.is_error, result.content
    return seconds


def _synced(descriptor: int) -> float:
    started = time.perf_counter()
    os.write(descriptor, b"x" * 1024)
    os.fsync(descriptor)
    return time.perf_counter() - started
