"""The contract of adapters, kept by the openlineage adapter at each of its three places of events."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from opsloom.adapter_api.contract_kit import AdapterContract, HttpAdapterContract
from opsloom_adapters.openlineage import OpenlineageAdapter
from tests.adapters.openlineage.events import json_lines, nightly_chain, write

_HTTP = {"adapter": "openlineage", "base_url": "http://marquez.test/lineage", "token": {"env": "MARQUEZ_TOKEN"}}


class TestFile(AdapterContract):
    adapter = OpenlineageAdapter

    def make_settings(self, tmp_path: Path) -> Mapping[str, Any]:
        return {"adapter": "openlineage", "file": write(tmp_path, *nightly_chain())}


class TestMarquez(HttpAdapterContract):
    adapter = OpenlineageAdapter
    settings: ClassVar = _HTTP
    replies: ClassVar = {"GET /api/v1/events/lineage": {"events": nightly_chain(), "totalCount": 5}}


class TestJsonLines(HttpAdapterContract):
    adapter = OpenlineageAdapter
    settings: ClassVar = {**_HTTP, "events_path": "/events.jsonl"}
    replies: ClassVar = {"GET /events.jsonl": json_lines(*nightly_chain())}
    empty_replies: ClassVar = {"GET /events.jsonl": [""]}
