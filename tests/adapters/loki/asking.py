"""How these tests ask a Loki: one at the edge of the network that keeps entries and answers as documented.

Source: https://grafana.com/docs/loki/latest/reference/loki-http-api/
"""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from opsloom.model.logs import LogEntry, LogQuery
from opsloom.model.page import Page
from opsloom.model.window import Window
from opsloom_adapters.loki import LokiAdapter
from tests.adapters.canned import Answering, Configured, no_secret

INSTANCE = "loki-eu"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WINDOW = Window(start=NOW - timedelta(hours=1), end=NOW)
END = 1_772_366_400 * 10**9  # NOW, in nanoseconds
START = END - 3_600 * 10**9
QUERY_RANGE = "/loki/api/v1/query_range"
COUNT = "/loki/api/v1/query"
PATTERNS = "/loki/api/v1/patterns"
LABELS = "/loki/api/v1/labels"

Line = tuple[int, str, dict[str, str]]

LOKI = Configured(LokiAdapter, INSTANCE, NOW, {"base_url": "http://loki.test"}, secret=no_secret)
connected, call_at = LOKI.connected, LOKI.call_at


def line(nanoseconds: int, text: str = "payment refused", **labels: str) -> Line:
    return nanoseconds, text, {"service_name": "checkout", "detected_level": "error", **labels}


def success(data: Any) -> dict[str, Any]:
    return {"status": "success", "data": data}


class FakeLoki(Answering):
    """Answers range queries from ``lines``, whatever their LogQL; all else from ``replies``, by path."""

    def __init__(self, *lines: Line, warnings: list[str] | None = None, **replies: Any) -> None:
        super().__init__()
        self._lines = lines
        self._warnings = warnings
        counted = [{"metric": {}, "value": [1, str(replies.get("count", 0))]}]
        self.replies = {
            COUNT: success({"resultType": "vector", "result": counted if replies.get("count") else []}),
            LABELS: success(replies.get("labels", ["service_name"])),
            PATTERNS: replies.get("patterns", httpx.Response(404, text="not found")),
            "/loki/api/v1/status/buildinfo": replies.get("build", {"version": "3.4.2"}),
        }

    def asked(self, path: str = QUERY_RANGE) -> list[httpx.QueryParams]:
        return [request.url.params for request in self.requests if request.url.path == path]

    def reply_to(self, request: httpx.Request) -> Any:
        if request.url.path != QUERY_RANGE:
            return self.replies[request.url.path]
        asked = request.url.params
        fitting = [one for one in self._lines if int(asked["start"]) <= one[0] < int(asked["end"])]
        newest = sorted(fitting, key=lambda one: -one[0])[: int(asked["limit"])]
        streams: dict[frozenset[tuple[str, str]], list[list[str]]] = defaultdict(list)
        for at, text, labels in newest:
            streams[frozenset(labels.items())].append([str(at), text])
        result = [{"stream": dict(labels), "values": values} for labels, values in streams.items()]
        body = success({"resultType": "streams", "result": result, "stats": {}})
        return {**body, "warnings": self._warnings} if self._warnings else body


async def search(
    transport: httpx.AsyncBaseTransport, settings: dict[str, Any] | None = None, **asked: Any
) -> Page[LogEntry]:
    query = LogQuery(**{"window": WINDOW, "limit": 50, **asked})
    async with connected(transport, **(settings or {})) as adapter:
        return await adapter.search_logs(query, call_at())
