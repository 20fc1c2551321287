"""``investigate`` over a large neighbourhood: CPU of the whole call, and of the analysis alone.

The provider runs in our own process, so it is asked everything once before: from then on it has its answers ready, as
if somebody else had computed them. What remains is ours: asking, keeping the evidence, weighing, answering, logging.
The last row also pays for the provider's part, done by the recording in Python.
"""

import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import anyio
from mcp import Client

from bench.correlate import question_of
from bench.large_recording import HOURS, METRICS, NOW, SERVICES, STEP_SECONDS, write_recording
from bench.recorded_scene import read_scene
from bench.recorded_server import INSTANCE, recorded_client
from bench.table import print_table
from opsloom.adapter_api.call import Call
from opsloom.analysis.verdict import judge
from opsloom.approval.policy import Policy
from opsloom.approval.policy_load import PolicySource
from opsloom.model.evidence import Exchange
from opsloom.model.metrics import MetricCatalogQuery, MetricDescriptor, MetricQuery, Series
from opsloom.model.page import Page
from opsloom.model.record import Noun
from opsloom.providers.instance import Instance
from opsloom.providers.settings import Settings, WorkspaceSettings
from opsloom.server.build import build_server
from opsloom.server.configuration import Configuration
from opsloom_adapters.recording import RecordingAdapter
from opsloom_adapters.recording.config import RecordingConfig

ROUNDS = 3

Q = TypeVar("Q", bound=Noun)
R = TypeVar("R")


class ReadyProvider(RecordingAdapter):
    """A recording that says about metrics what any of its kind said before, without looking again."""

    _said: ClassVar[dict[Noun, tuple[Page[Any], list[Exchange]]]] = {}

    async def list_metrics(self, query: MetricCatalogQuery, call: Call) -> Page[MetricDescriptor]:
        return await self._once(super().list_metrics, query, call)

    async def query_metrics(self, query: MetricQuery, call: Call) -> Page[Series]:
        return await self._once(super().query_metrics, query, call)

    async def _once(self, ask: Callable[[Q, Call], Awaitable[Page[R]]], query: Q, call: Call) -> Page[R]:
        if query not in self._said:
            self._said[query] = await ask(query, call), list(call.exchanges)
            return self._said[query][0]
        page, exchanges = self._said[query]
        call.exchanges.extend(exchanges)
        return page


def run() -> None:
    """The table: the cheapest of some rounds, as the machine only adds to it."""
    with tempfile.TemporaryDirectory() as name:
        recording = Path(name, "recording")
        recording.mkdir()
        write_recording(recording)
        rows = [
            ("investigate, over MCP (target 2)", *anyio.run(_of_ready_provider, recording, Path(name, "ready"))),
            ("of that, the analysis: judge()", *_judging(recording)),
            ("investigate on the recording itself", *anyio.run(_of_recording, recording, Path(name, "replayed"))),
        ]
    title = f"investigate: {SERVICES} services, {len(METRICS)} metrics, {HOURS} h, one point each {STEP_SECONDS} s"
    print_table(title, ("what", "CPU s", "wall s"), rows)


def _judging(recording: Path) -> tuple[float, float]:
    scene = read_scene(recording)
    spent = []
    for _ in range(ROUNDS):
        cpu, wall = time.process_time(), time.perf_counter()
        judge(scene)
        spent.append((time.process_time() - cpu, time.perf_counter() - wall))
    return min(spent)


async def _of_ready_provider(recording: Path, folder: Path) -> tuple[float, float]:
    """CPU seconds and wall seconds; each call in a workspace of its own, as kept evidence is not written twice."""
    config = RecordingConfig(adapter="recording", path=recording)
    spent = []
    for number in range(1 + ROUNDS):
        settings = Settings(workspace=WorkspaceSettings(path=folder / str(number), now=NOW))
        instance = Instance(INSTANCE, ReadyProvider, config)
        configuration = Configuration(settings, (instance,), (), PolicySource(Policy()))
        async with Client(build_server(configuration)) as client:
            spent.append(await _ask(client, recording))
    return min(spent[1:])


async def _of_recording(recording: Path, workspace: Path) -> tuple[float, float]:
    async with recorded_client(recording, workspace) as client:
        await _ask(client, recording)  # reads the files
        return min([await _ask(client, recording) for _ in range(ROUNDS)])


async def _ask(client: Client, recording: Path) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    result = await client.call_tool("investigate", question_of(recording))
    assert not result.is_error, result.content
    return time.process_time() - cpu, time.perf_counter() - wall
