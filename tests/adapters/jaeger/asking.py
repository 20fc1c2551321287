"""How these tests ask Jaeger: canned replies at the edge of the network."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from opsloom.model.window import Window
from opsloom_adapters.jaeger import JaegerAdapter
from tests.adapters.canned import Answering, Configured, no_secret

NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
WINDOW = Window(start=NOW - timedelta(hours=1), end=NOW)
NO_TRACES = httpx.Response(404, json={"error": {"httpCode": 404, "message": "No traces found"}})

JAEGER = Configured(JaegerAdapter, "traces", NOW, {"base_url": "http://jaeger.test"}, secret=no_secret)
connected, call_at = JAEGER.connected, JAEGER.call_at


class Jaeger(Answering):
    """Answers paths with JSON, a response, or a list of them, one at a time."""

    def __init__(self, replies: Mapping[str, Any]) -> None:
        super().__init__()
        self.replies = {path: list(said) if isinstance(said, list) else [said] for path, said in replies.items()}

    @property
    def asked(self) -> list[str]:
        return [request.url.path for request in self.requests]

    def reply_to(self, request: httpx.Request) -> Any:
        said = self.replies[request.url.path]
        return said.pop(0) if len(said) > 1 else said[0]
