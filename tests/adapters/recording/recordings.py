"""Recordings for tests, and the adapter on them."""

import gzip
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from math import inf
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from opsloom.adapter_api.adapter import Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.config import SecretSource
from opsloom.model.window import Window
from opsloom_adapters.recording import RecordingAdapter
from opsloom_adapters.recording.config import RecordingConfig

INSTANCE = "drill"
NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
DEMO = "builtin:checkout"


def at(clock: str) -> datetime:
    """A time of the day of the demo: ``at("09:14")``."""
    return datetime.fromisoformat(f"2026-03-03T{clock}+00:00")


def last(*, hours: float, until: datetime = NOW) -> Window:
    """The window of that many hours."""
    return Window(start=until - timedelta(hours=hours), end=until)


def call(now: datetime = NOW) -> Call:
    """A call at ``now`` with all the time in the world."""
    return Call(INSTANCE, "recording", now, deadline=inf)


@asynccontextmanager
async def replay(path: str | Path) -> AsyncIterator[RecordingAdapter]:
    """The adapter on the recording at ``path``."""

    async def no_secret(_source: SecretSource) -> SecretStr:
        raise AssertionError("a recording has no secret")

    config = RecordingConfig(adapter="recording", path=str(path))
    async with RecordingAdapter.connect(Site(INSTANCE, config, no_secret)) as adapter:
        yield adapter


def write(folder: Path, files: Mapping[str, object], *, packed: bool = False) -> Path:
    """A recording in ``folder``: a list becomes JSON lines, text and bytes stay, all else becomes JSON."""
    files = {"recording.json": {"id": "r-1", "now": NOW.isoformat()}, **files}
    for name, content in files.items():
        data = _bytes_of(name, content)
        if packed:
            (folder / f"{name}.gz").write_bytes(gzip.compress(data))
        else:
            (folder / name).write_bytes(data)
    return folder


def csv_of(samples: Iterable[tuple[str, str, float, object]]) -> str:
    """``series.csv`` of (service, metric, unix seconds, value)."""
    return "\n".join(("service,metric,ts,value", *(",".join(map(str, sample)) for sample in samples), ""))


def alert(**fields: Any) -> dict[str, Any]:
    """A line of ``alerts.jsonl``."""
    return {"id": "a-1", "name": "Slow", "service": "web", "status": "firing", "severity": "high"} | {
        "starts_at": "2026-03-03T09:14:00Z",
        **fields,
    }


def drill(folder: Path, **files: Any) -> Path:
    """``web`` 2 was deployed at 09:00 and is bad since 09:10; two minutes after its rollback all is well."""
    bad = at("09:10").timestamp()
    times = range(int(at("08:00").timestamp()), int(NOW.timestamp()) + 1, 60)
    contents: dict[str, Any] = {
        "changes.jsonl": [
            {"id": "d-1", "kind": "deploy", "service": "web", "at": "2026-03-03T07:00:00Z", "version": "1"},
            {"id": "d-2", "kind": "deploy", "service": "web", "at": "2026-03-03T09:00:00Z", "version": "2"},
        ],
        "rollbacks.jsonl": [{"change": "d-2", "service": "web", "heals": True, "after_seconds": 120}],
        "alerts.jsonl": [alert()],
        "series.csv": csv_of([("web", "errors", seconds, 9 if seconds >= bad else 1) for seconds in times]),
    }
    return write(folder, contents | {name.replace("_", "."): content for name, content in files.items()})


def _bytes_of(name: str, content: object) -> bytes:
    if isinstance(content, bytes):
        return content
    if isinstance(content, str):
        return content.encode()
    if name.endswith(".jsonl") and isinstance(content, list):
        return "".join(json.dumps(line) + "\n" for line in content).encode()
    return json.dumps(content).encode()
