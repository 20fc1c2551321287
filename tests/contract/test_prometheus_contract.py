"""The contract of adapters, kept by the Prometheus adapter."""

from datetime import UTC, datetime
from typing import Any, ClassVar

import httpx

from opsloom.adapter_api.capabilities import MetricReader
from opsloom.adapter_api.contract_kit import Words
from opsloom.model.alerts import AlertStatus, Severity
from opsloom.model.metrics import Aggregate, MetricQuery
from opsloom.model.window import Window
from opsloom_adapters.prometheus import PrometheusAdapter
from opsloom_adapters.prometheus.mapping import STATUS_OF_STATE
from tests.contract.spec import SpecContract

_WINDOW = Window(
    start=datetime(2026, 3, 3, 8, 21, tzinfo=UTC),
    end=datetime(2026, 3, 3, 9, 21, tzinfo=UTC),
)


def _success(data: Any) -> dict[str, Any]:
    return {"status": "success", "data": data}


def _series(request: httpx.Request) -> dict[str, Any]:
    """Two series with a value at the start of the window that was asked for."""
    start = float(request.url.params["start"])
    result = [
        {"metric": {"__name__": "jobs", "service": service}, "values": [[start, "1"]]}
        for service in ("checkout", "cart")
    ]
    return _success({"resultType": "matrix", "result": result})


def _edges_or_number(request: httpx.Request) -> dict[str, Any]:
    """Two edges for questions about calls between services, a number for any other."""
    if "traces_service_graph" not in request.url.params["query"]:
        return _success({"resultType": "scalar", "result": [1772529600, "1"]})
    result = [
        {"metric": {"client": "checkout", "server": server, "connection_type": kind}, "value": [1772529600, "2"]}
        for server, kind in (("payments", ""), ("orders-db", "database"))
    ]
    return _success({"resultType": "vector", "result": result})


def _alert(name: str, severity: str, state: str) -> dict[str, Any]:
    return {
        "labels": {"alertname": name, "service": "checkout", "severity": severity},
        "annotations": {"summary": "5 % of requests fail"},
        "state": state,
        "activeAt": "2026-03-03T09:00:00.123456789Z",
        "value": "5e-02",
    }


_RULE = {
    "type": "alerting",
    "name": "HighErrorRate",
    "query": "error_ratio > 0.01",
    "health": "ok",
    "alerts": [_alert("HighErrorRate", "critical", "firing"), _alert("SlowCheckout", "warning", "pending")],
}
_GROUP = {
    "name": "g",
    "file": "rules.yml",
    "interval": 1,
    "limit": 0,
    "lastEvaluation": "2026-03-03T09:20:59Z",
    "evaluationTime": 0.001,
    "rules": [_RULE],
}
_BUILD = ("version", "revision", "branch", "buildUser", "buildDate", "goVersion")


class TestPrometheus(SpecContract):
    adapter = PrometheusAdapter
    settings: ClassVar = {
        "adapter": "prometheus",
        "base_url": "http://prometheus.test/prom",
        "token": {"env": "PROMETHEUS_TOKEN"},
    }
    specs: ClassVar = {"prometheus": ""}
    replies: ClassVar = {
        "GET /api/v1/query_range": _series,
        "GET /api/v1/query": _edges_or_number,
        "GET /api/v1/rules": _success({"groups": [_GROUP]}),
        "GET /api/v1/label/__name__/values": _success(["jobs", "jobs_requests_total", "up"]),
        "GET /api/v1/labels": _success(["__name__", "code", "service"]),
        "GET /api/v1/metadata": _success({"jobs": [{"type": "gauge", "help": "Waiting jobs.", "unit": ""}]}),
        "GET /api/v1/status/buildinfo": _success(dict.fromkeys(_BUILD, "2.42.0")),
    }
    questions: ClassVar = {
        MetricReader.query_metrics: [
            MetricQuery(window=_WINDOW, step_seconds=60, metric="jobs", service="cart", limit=50),
            MetricQuery(
                window=_WINDOW,
                step_seconds=60,
                metric="wait_seconds",
                service="cart",
                aggregate=Aggregate.P99,
                group_by=("shard",),
                limit=50,
            ),
            MetricQuery(window=_WINDOW, step_seconds=60, promql="jobs", limit=50),
            MetricQuery(window=_WINDOW, step_seconds=60, service="cart", limit=1),
        ]
    }
    optional_requests: ClassVar = {
        "GET /api/v1/metadata": "some servers have none: names and values are right without it",
        "GET /api/v1/status/buildinfo": "some servers have none: a query proves as well that they answer",
    }
    words: ClassVar = {
        AlertStatus: Words(
            lambda word: STATUS_OF_STATE.get(word, AlertStatus.UNKNOWN), ("firing", "pending", "inactive")
        ),
        Severity: Words(Severity.from_word, ("critical", "page", "SEV-1", "error", "warning", "info", "none")),
    }
