"""How large answers are: every read tool on the demo, on the test bed, and on each recording of ../shared/cases."""

import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
from mcp import Client

from bench.table import percentile, print_table
from bench.tokens import TOKENIZER, tokens
from opsloom.cli.configured import demo_settings
from opsloom.model.limits import ANSWER_TOKENS_DEFAULT
from opsloom.providers.settings import Settings, WorkspaceSettings, load_settings
from opsloom.server.build import build_server
from opsloom.server.configuration import Configuration
from tests.bed.bed import PARTS, Bed
from tests.bed.debian import DebianPackages, cache_folder
from tests.bed.outcome import PartUnavailableError
from tests.bed.settings import settings as toml_of

BED_SECONDS = 15.0
CASES = Path(__file__).resolve().parents[2] / "shared" / "cases"


def run() -> None:
    """A row a tool: how many answers, p50, p99 and the largest; and how well the estimate holds."""
    sizes: dict[str, list[int]] = defaultdict(list)
    bytes_per_token: list[float] = []
    with tempfile.TemporaryDirectory() as folder, _bed(Path(folder)) as bed:
        for number, settings in enumerate([*_recordings(Path(folder)), *bed]):
            anyio.run(_measure, settings, Path(folder, f"{number}.toml"), sizes, bytes_per_token)
    rows: list[tuple[object, ...]] = [
        (tool, len(found), round(percentile(found, 0.5)), round(percentile(found, 0.99)), max(found))
        for tool, found in sizes.items()
    ]
    every = [size for found in sizes.values() for size in found]
    rows.append(("all", len(every), round(percentile(every, 0.5)), round(percentile(every, 0.99)), max(every)))
    title = f"Tokens of answers ({TOKENIZER}; target p99 {ANSWER_TOKENS_DEFAULT})"
    print_table(title, ("tool", "answers", "p50", "p99", "largest"), rows)
    print(f"\nbytes per token: {min(bytes_per_token):.2f} at least, {percentile(bytes_per_token, 0.5):.2f} median")


@contextmanager
def _bed(folder: Path) -> Iterator[list[Settings]]:
    """The real software with a bad deploy in it, or nothing, with the reason, where it cannot be had."""
    bed = Bed(folder / "bed", DebianPackages(cache_folder()))
    try:
        bed.need(*PARTS)
        bed.shop.deploy("checkout", "2.42.0")
        time.sleep(BED_SECONDS)
        file = folder / "bed.toml"
        file.write_text(toml_of(bed, PARTS))
        yield [load_settings(file)]
    except PartUnavailableError as error:
        print(f"without the test bed: {error}")
        yield []
    finally:
        bed.stop()


def _recordings(folder: Path) -> list[Settings]:
    found = [demo_settings(workspace=folder / "demo")]
    for case in sorted(CASES.glob("*/recording.json")):
        workspace = WorkspaceSettings(path=folder / case.parent.name, now=json.loads(case.read_text())["now"])
        instances = {"case": {"adapter": "recording", "path": str(case.parent)}}
        found.append(Settings(workspace=workspace, instances=instances))
    return found


async def _measure(settings: Settings, file: Path, sizes: dict[str, list[int]], ratios: list[float]) -> None:
    async with Client(build_server(Configuration.of(settings, file))) as client:

        async def ask(tool: str, **arguments: Any) -> dict[str, Any]:
            result = await client.call_tool(tool, arguments)
            text = "".join(block.text for block in result.content if block.type == "text")
            sizes[tool].append(tokens(text))
            if not result.is_error:
                ratios.append(len(text.encode()) / tokens(text))
            answer: dict[str, Any] = result.structured_content or {}
            return answer

        await ask("overview")
        alerts = await ask("search_alerts", limit=200)
        listed = await ask("query_metrics", since="-3h")
        for metric, service in {(row[0], row[1]) for row in listed.get("rows", [])[:5]}:
            await ask("query_metrics", metric=metric, service=service, since="-3h", baseline="-3h")
        for metric in {row[0] for row in listed.get("rows", [])[:20]}:
            await ask("query_metrics", metric=metric, since="-3h")
        await ask("search_logs", limit=200, since="-3h")
        deploys = await ask("search_deploys", limit=200, kind="all", since="-7d")
        await ask("search_tickets", limit=200)
        for row in [*alerts.get("rows", [])[:3], *deploys.get("rows", [])[:5]]:
            await ask("get_record", ref=row[0])
        for row in alerts.get("rows", [])[:3]:
            await ask("get_owner", service=row[4] or "none")
        await ask("get_evidence", investigation=alerts["investigation"])
