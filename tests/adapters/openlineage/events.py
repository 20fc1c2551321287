"""Events for the tests of the openlineage adapter, and how the tests ask.

The shapes: https://openlineage.io/spec/2-0-2/OpenLineage.json.
"""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import anyio
import httpx
from pydantic import SecretStr

from opsloom.adapter_api.adapter import Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.config import SecretSource
from opsloom.model.page import Page
from opsloom.model.topology import Dependency, DependencyQuery
from opsloom.model.window import Window
from opsloom_adapters.openlineage import OpenlineageAdapter

INSTANCE = "lineage-eu"
NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
DAY = Window(start=NOW - timedelta(days=1), end=NOW)
URL = "http://marquez.test"
SCHEDULER = "airflow-eu"
WAREHOUSE = "postgres://warehouse:5432"
_PRODUCER = "https://github.com/OpenLineage/OpenLineage/blob/v1-0-0/client"

Event = dict[str, Any]


def dataset(name: str, namespace: str = WAREHOUSE) -> dict[str, str]:
    return {"namespace": namespace, "name": name}


def run_event(
    job: str,
    at: str,
    *,
    type_: str = "COMPLETE",
    run: str = "nightly",
    reads: Sequence[str] = (),
    writes: Sequence[str] = (),
    processing: str = "",
    parent: str = "",
    namespace: str = SCHEDULER,
) -> Event:
    """An event of ``run`` of ``job`` at ``at`` (hh:mm) on the day of ``NOW``."""
    facets = {"jobType": {"processingType": processing, "integration": "AIRFLOW"}} if processing else {}
    started_by = {"parent": {"run": {"runId": "x"}, "job": {"namespace": namespace, "name": parent}}} if parent else {}
    return {
        "eventType": type_,
        "eventTime": f"2026-03-03T{at}:00.000Z",
        "run": {"runId": str(uuid5(NAMESPACE_URL, f"{job}/{run}")), "facets": started_by},
        "job": {"namespace": namespace, "name": job, "facets": facets},
        "inputs": [dataset(name) for name in reads],
        "outputs": [dataset(name) for name in writes],
        "producer": _PRODUCER,
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
    }


def nightly_chain() -> list[Event]:
    """Orders are loaded, prices are made of them, and a service reads the prices."""
    return [
        run_event("orders.load", "01:00", type_="START", writes=["orders"], processing="BATCH"),
        run_event("orders.load", "01:40", writes=["orders"], processing="BATCH"),
        run_event("prices.make", "02:00", type_="START", reads=["orders"], processing="BATCH"),
        run_event("prices.make", "02:30", type_="FAIL", writes=["prices"], processing="BATCH"),
        run_event("storefront.refresh", "03:00", reads=["prices"]),
    ]


def json_lines(*events: Event) -> bytes:
    return "".join(json.dumps(event) + "\n" for event in events).encode()


def write(folder: Path, *events: Event) -> Path:
    """A file of ``events``."""
    file = folder / "events.jsonl"
    file.write_bytes(json_lines(*events))
    return file


def new_call() -> Call:
    return Call(INSTANCE, "openlineage", NOW, anyio.current_time() + 5)


async def _no_secret(source: SecretSource) -> SecretStr:
    raise AssertionError(f"nothing here needs the secret {source}")


@asynccontextmanager
async def connected(
    transport: httpx.AsyncBaseTransport | None = None, **settings: Any
) -> AsyncIterator[OpenlineageAdapter]:
    config = OpenlineageAdapter.manifest.config.model_validate({"adapter": "openlineage", **settings})
    async with OpenlineageAdapter.connect(Site(INSTANCE, config, _no_secret, transport)) as adapter:
        yield adapter


async def edges(
    source: Path | httpx.AsyncBaseTransport, *, call: Call | None = None, asked: Any = None, **settings: Any
) -> Page[Dependency]:
    """One question, to a file or over the network; ``asked`` replaces parts of the query."""
    query = DependencyQuery(**{"window": DAY, "limit": 100, **(asked or {})})
    place = {"file": source} if isinstance(source, Path) else {"base_url": URL}
    transport = None if isinstance(source, Path) else source
    async with connected(transport, **place, **settings) as adapter:
        return await adapter.get_dependencies(query, call or new_call())


def ends(page: Page[Dependency]) -> list[tuple[str, str]]:
    """Caller and callee of each edge, sorted."""
    return sorted((row.caller, row.callee) for row in page.rows)
