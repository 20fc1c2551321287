"""The contract of adapters, kept by the Grafana adapter.

Replies as in https://grafana.com/docs/grafana/latest/developers/http_api/ (annotations, data_source, other); those of
the built-in Alertmanager as in
https://github.com/grafana/grafana/blob/main/pkg/services/ngalert/api/tooling/post.json; those of data sources as in
https://prometheus.io/docs/prometheus/latest/querying/api/ and
https://grafana.com/docs/loki/latest/reference/loki-http-api/
"""

from datetime import UTC, datetime
from typing import Any, ClassVar

import httpx

from opsloom.adapter_api.capabilities import LogReader, MetricReader
from opsloom.adapter_api.contract_kit import HttpAdapterContract, Words
from opsloom.adapter_api.dialects.alertmanager.alerts import STATUS_OF_STATE
from opsloom.model.alerts import AlertStatus, Severity
from opsloom.model.changes import ExpireSilence, Matcher, RecordEvent, SilenceAlerts, WithdrawEvent
from opsloom.model.deploys import DeployStatus
from opsloom.model.logs import LogQuery, LogSeverity
from opsloom.model.metrics import Aggregate, MetricQuery
from opsloom.model.window import Window
from opsloom_adapters.grafana import GrafanaAdapter
from opsloom_adapters.grafana.log_levels import LEVEL_WORDS

_WINDOW = Window(start=datetime(2026, 3, 3, 8, 21, tzinfo=UTC), end=datetime(2026, 3, 3, 9, 21, tzinfo=UTC))
_AM = "/api/alertmanager/grafana/api/v2"
_PROMETHEUS = "/api/datasources/proxy/uid/prom-eu/api/v1"
_LOKI = "/api/datasources/proxy/uid/P8E80F9AEF21F6940/loki/api/v1"
_SILENCE = {
    "id": "849b84ba-e62a-4b7e-8431-46aa34332a33",
    "status": {"state": "active"},
    "updatedAt": "2026-03-03T09:00:00.045Z",
    "comment": "known [opsloom-7k2m9q4r]",
    "createdBy": "oncall-a",
    "startsAt": "2026-03-03T09:00:00.045Z",
    "endsAt": "2026-03-03T11:00:00.044Z",
    "matchers": [{"isEqual": True, "isRegex": False, "name": "service", "value": "checkout"}],
}


def _alert(fingerprint: str, severity: str, state: str) -> dict[str, Any]:
    return {
        "fingerprint": fingerprint,
        "labels": {
            "__alert_rule_uid__": "fe1x2y3z",
            "alertname": "HighErrorRate",
            "grafana_folder": "shop",
            "service": "checkout",
            "severity": severity,
            "team": "payments",
        },
        "annotations": {"summary": "5 % of requests fail", "__orgId__": "1", "__values__": '{"A":0.05,"C":1}'},
        "receivers": [{"name": "oncall"}],
        "startsAt": "2026-03-03T09:00:00.000Z",
        "updatedAt": "2026-03-03T09:20:00.000Z",
        "endsAt": "2026-03-03T09:25:00.000Z",
        "generatorURL": "http://grafana.test/alerting/grafana/fe1x2y3z/view?orgId=1",
        "status": {"state": state, "silencedBy": [], "inhibitedBy": [], "mutedBy": []},
    }


def _annotation(number: int, *tags: str) -> dict[str, Any]:
    at = 1_772_520_000_000 + number * 1_000
    return {
        "id": number,
        "alertId": 0,
        "dashboardId": 0,
        "dashboardUID": "",
        "panelId": 0,
        "userId": 1,
        "userName": "",
        "newState": "",
        "prevState": "",
        "time": at,
        "timeEnd": at,
        "text": "checkout 1.4.2",
        "tags": list(tags),
        "login": "sa-deployer",
        "data": {},
    }


_ANNOTATIONS = [_annotation(1124, "deploy", "service:checkout"), _annotation(1123, "rollback", "service:cart")]


def _one_annotation(request: httpx.Request) -> dict[str, Any]:
    number = request.url.path.rpartition("/")[2]
    return next(one for one in _ANNOTATIONS if str(one["id"]) == number)


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


def _streams(request: httpx.Request) -> dict[str, Any]:
    """Two lines of two streams, the newest that there are before the end that was asked for."""
    end = int(request.url.params["end"])
    result = [
        {"stream": {"service_name": "checkout", "detected_level": level}, "values": [[str(end - place), line]]}
        for place, (level, line) in enumerate([("error", "payment refused"), ("info", "started")], start=1)
    ]
    return _success({"resultType": "streams", "result": result, "stats": {}})


class TestGrafana(HttpAdapterContract):
    adapter = GrafanaAdapter
    settings: ClassVar = {
        "adapter": "grafana",
        "base_url": "http://grafana.test/g",
        "token": {"env": "GRAFANA_TOKEN"},
        "write_token": {"env": "GRAFANA_WRITE_TOKEN"},
        "prometheus_uid": "prom-eu",
        "service_labels": ["service"],
    }
    replies: ClassVar = {
        "GET /api/health": {"commit": "c", "database": "ok", "version": "11.5.2"},
        "GET /api/login/ping": {"message": "Logged in"},
        "GET /api/datasources": [
            {"id": 1, "orgId": 1, "uid": "prom-eu", "name": "Prometheus", "type": "prometheus", "isDefault": True},
            {"id": 2, "orgId": 1, "uid": "P8E80F9AEF21F6940", "name": "Loki", "type": "loki", "isDefault": False},
        ],
        f"GET {_AM}/alerts": [
            _alert("4fd330cae5107462", "critical", "active"),
            _alert("24d38555b00d6971", "warning", "suppressed"),
        ],
        f"GET {_AM}/silences": [_SILENCE],
        f"GET {_AM}/silence/*": _SILENCE,
        f"POST {_AM}/silences": {"silenceID": _SILENCE["id"]},
        f"DELETE {_AM}/silence/*": {"message": "silence deleted"},
        "GET /api/annotations": _ANNOTATIONS,
        "GET /api/annotations/112[34]": _one_annotation,
        "POST /api/annotations": {"message": "Annotation added", "id": 1125},
        "DELETE /api/annotations/*": {"message": "Annotation deleted"},
        f"GET {_PROMETHEUS}/query_range": _series,
        f"GET {_PROMETHEUS}/label/__name__/values": _success(["jobs", "jobs_requests_total", "up"]),
        f"GET {_PROMETHEUS}/labels": _success(["__name__", "code", "service"]),
        f"GET {_PROMETHEUS}/metadata": _success({"jobs": [{"type": "gauge", "help": "Waiting jobs.", "unit": ""}]}),
        f"GET {_LOKI}/query_range": _streams,
        f"GET {_LOKI}/query": _success({"resultType": "vector", "result": [{"metric": {}, "value": [1, "4711"]}]}),
        f"GET {_LOKI}/labels": _success(["pod", "service_name"]),
    }
    questions: ClassVar = {
        MetricReader.query_metrics: [
            MetricQuery(window=_WINDOW, step_seconds=60, metric="jobs", service="cart", limit=50),
            MetricQuery(
                window=_WINDOW,
                step_seconds=60,
                metric="wait_seconds",
                aggregate=Aggregate.P99,
                group_by=("shard",),
                limit=50,
            ),
            MetricQuery(window=_WINDOW, step_seconds=60, promql="jobs", limit=50),
            MetricQuery(window=_WINDOW, step_seconds=60, service="cart", limit=1),
        ],
        LogReader.search_logs: [
            LogQuery(window=_WINDOW, text="a", limit=100),
            LogQuery(window=_WINDOW, service="checkout", severity=LogSeverity.INFO, limit=1),
        ],
    }
    changes: ClassVar = (
        SilenceAlerts(matchers=(Matcher(name="service", value="checkout"),), duration_seconds=7_200, comment="known"),
        ExpireSilence(silence="849b84ba-e62a-4b7e-8431-46aa34332a33"),
        RecordEvent(title="checkout rolled back", text="to 1.4.1", service="checkout", tags=("rollback",)),
        WithdrawEvent(event="1124"),
    )
    empty_replies: ClassVar = {f"GET {_AM}/alerts": ["[]"], "GET /api/annotations": ["[]"]}
    optional_requests: ClassVar = {
        f"GET {_PROMETHEUS}/metadata": "some servers have none: names and values are right without it",
        f"GET {_LOKI}/query": "how many entries there are besides those that are shown",
    }
    words: ClassVar = {
        AlertStatus: Words(
            lambda word: STATUS_OF_STATE.get(word, AlertStatus.UNKNOWN), ("active", "suppressed", "unprocessed")
        ),
        DeployStatus: None,
        Severity: Words(Severity.from_word, ("critical", "page", "SEV-1", "error", "warning", "info", "none")),
        LogSeverity: Words(
            LEVEL_WORDS.severity_of,
            # https://grafana.com/docs/grafana/latest/explore/logs-integration/#log-level
            (
                *("emerg", "fatal", "alert", "crit", "critical", "err", "eror", "error", "warn", "warning"),
                *("info", "information", "informational", "notice", "dbug", "debug", "trace"),
            ),
        ),
    }
