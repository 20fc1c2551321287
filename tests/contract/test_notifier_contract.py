"""The notifier keeps the contract by each of its ways out; it has no readers, so what concerns rows does not apply."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import httpx

from opsloom.adapter_api.contract_kit import AdapterContract
from opsloom_adapters.notifier import NotifierAdapter


class TestNotifierByWebhook(AdapterContract):
    adapter = NotifierAdapter
    settings: ClassVar = {
        "adapter": "notifier",
        "webhook_url": "http://hooks.test/opsloom",
        "secret": {"env": "OPSLOOM_WEBHOOK_SECRET"},
    }

    def make_transport(self) -> httpx.AsyncBaseTransport:
        return httpx.MockTransport(lambda _request: httpx.Response(405, headers={"allow": "POST"}))


class TestNotifierByFile(AdapterContract):
    adapter = NotifierAdapter

    def make_settings(self, tmp_path: Path) -> Mapping[str, Any]:
        return {"adapter": "notifier", "file": tmp_path / "out.jsonl"}


class TestNotifierByCommand(AdapterContract):
    adapter = NotifierAdapter
    settings: ClassVar = {"adapter": "notifier", "command": [sys.executable]}
