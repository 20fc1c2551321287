"""The contract of adapters, kept by the Loki adapter.

Replies as in https://grafana.com/docs/loki/latest/reference/loki-http-api/
"""

from datetime import UTC, datetime
from typing import Any, ClassVar

import httpx

from opsloom.adapter_api.capabilities import LogReader
from opsloom.adapter_api.contract_kit import HttpAdapterContract, Words
from opsloom.model.logs import LogQuery, LogSeverity
from opsloom.model.window import Window
from opsloom_adapters.loki import LokiAdapter
from opsloom_adapters.loki.mapping import LEVEL_WORDS

_WINDOW = Window(start=datetime(2026, 3, 3, 8, 21, tzinfo=UTC), end=datetime(2026, 3, 3, 9, 21, tzinfo=UTC))
_LOKI_DETECTS = ("trace", "debug", "info", "warn", "error", "critical", "fatal")
# https://grafana.com/docs/grafana/latest/explore/logs-integration/#log-level
_GRAFANA_READS = (
    *("emerg", "alert", "crit", "err", "eror", "warning"),
    *("information", "informational", "notice", "dbug"),
)
_STATS = {"summary": {"bytesProcessedPerSecond": 0, "execTime": 0.01, "totalLinesProcessed": 3}}


def _streams(request: httpx.Request) -> dict[str, Any]:
    """Two lines of two streams, the newest that there are before the end that was asked for."""
    end = int(request.url.params["end"])
    result = [
        {
            "stream": {"service_name": "checkout", "detected_level": level, "trace_id": "0242ac12", "pod": "c-1"},
            "values": [[str(end - place), line]],
        }
        for place, (level, line) in enumerate([("error", "payment refused"), ("info", "started")], start=1)
    ]
    return {"status": "success", "data": {"resultType": "streams", "result": result, "stats": _STATS}}


class TestLoki(HttpAdapterContract):
    adapter = LokiAdapter
    settings: ClassVar = {
        "adapter": "loki",
        "base_url": "http://loki.test/prefix",
        "token": {"env": "LOKI_TOKEN"},
        "tenant": "shop",
        "web_url": "https://grafana.test",
        "grafana_datasource": "loki-eu",
    }
    replies: ClassVar = {
        "GET /loki/api/v1/query_range": _streams,
        "GET /loki/api/v1/query": {
            "status": "success",
            "data": {
                "resultType": "vector",
                "result": [{"metric": {}, "value": [1772529659, "4711"]}],
                "stats": _STATS,
            },
        },
        "GET /loki/api/v1/patterns": {
            "status": "success",
            "data": [{"pattern": "payment <_>", "samples": [[1772529600, 12], [1772529610, 3]]}],
        },
        "GET /loki/api/v1/labels": {"status": "success", "data": ["pod", "service_name"]},
        "GET /loki/api/v1/status/buildinfo": {
            "version": "3.4.2",
            "revision": "r",
            "branch": "b",
            "buildUser": "u",
            "buildDate": "d",
            "goVersion": "g",
        },
    }
    questions: ClassVar = {
        LogReader.search_logs: [
            LogQuery(window=_WINDOW, text="a", limit=100),
            LogQuery(window=_WINDOW, service="checkout", severity=LogSeverity.INFO, limit=1),
        ]
    }
    optional_requests: ClassVar = {
        "GET /loki/api/v1/status/buildinfo": "a gateway need not let it through",
        "GET /loki/api/v1/query": "how many entries there are besides those that are shown",
        "GET /loki/api/v1/patterns": "not every Loki detects patterns",
    }
    words: ClassVar = {LogSeverity: Words(LEVEL_WORDS.severity_of, (*_LOKI_DETECTS, *_GRAFANA_READS))}
