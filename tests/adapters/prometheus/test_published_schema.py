"""What is asked and what is read, against Prometheus's published OpenAPI document."""

from opsloom.model.metrics import Aggregate
from tests.adapters.prometheus.asking import (
    START,
    alert_query,
    call_at,
    catalog_query,
    connected,
    dependency_query,
    matrix,
    metric_query,
    success,
    vector,
)
from tests.contract.spec import vendor_mock

BUILD = {
    "version": "3.5.3",
    "revision": "r",
    "branch": "b",
    "buildUser": "u",
    "buildDate": "d",
    "goVersion": "g",
}
ALERT = {
    "labels": {"alertname": "Down", "severity": "critical"},
    "annotations": {},
    "state": "firing",
    "value": "0e+00",
    "activeAt": "2026-03-01T11:30:00Z",
}
GROUP = {
    "name": "g",
    "file": "rules.yml",
    "interval": 15,
    "limit": 0,
    "evaluationTime": 0.1,
    "lastEvaluation": "2026-03-01T11:59:00Z",
    "rules": [{"type": "alerting", "name": "Down", "query": "up == 0", "health": "ok", "alerts": [ALERT]}],
}
REPLIES = {
    ("GET", "/api/v1/query_range"): (200, matrix({"metric": {"job": "cart"}, "values": [[START, "0.5"]]})),
    ("GET", "/api/v1/query"): (200, vector({"metric": {"job": "cart"}, "value": [START + 3_599.999, "0.5"]})),
    ("GET", "/api/v1/rules"): (200, success({"groups": [GROUP]})),
    ("GET", "/api/v1/label/{name}/values"): (200, success(["jobs_total", "http_requests_total"])),
    ("GET", "/api/v1/labels"): (200, success(["__name__", "code", "job"])),
    ("GET", "/api/v1/metadata"): (200, success({"jobs_total": [{"type": "counter", "unit": "", "help": "h"}]})),
    ("GET", "/api/v1/status/buildinfo"): (200, success(BUILD)),
}


async def test_every_request_is_one_that_the_schema_allows_and_its_reply_is_understood() -> None:
    mock = vendor_mock("prometheus", REPLIES)
    async with connected(mock.transport()) as adapter:
        assert (await adapter.probe(call_at())).version == "3.5.3"
        (alert,) = (await adapter.search_alerts(alert_query(), call_at())).rows
        assert await adapter.get_alert(alert.ref.native_id, call_at()) == alert
        (metric,) = (await adapter.list_metrics(catalog_query(service="cart", text="jobs"), call_at())).rows
        assert metric.type_raw == "counter"
        for asked in (
            {"metric": "jobs_total", "service": "cart"},
            {"metric": "jobs_total", "aggregate": Aggregate.RATE, "group_by": ("job",)},
            {"metric": "wait_seconds", "aggregate": Aggregate.P99},
            {"promql": "up", "step_seconds": 3_600},
            {"service": "cart", "limit": 1},
        ):
            assert len((await adapter.query_metrics(metric_query(**asked), call_at())).rows) == 1
        await adapter.get_dependencies(dependency_query(service="cart"), call_at())
    assert mock.violations == []
    assert len(mock.calls) == 16
