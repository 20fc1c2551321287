"""How these tests ask a Grafana: canned replies at the edge of the network, by method and path."""

from datetime import UTC, datetime, timedelta
from typing import Any

from opsloom.model.window import Window
from opsloom_adapters.grafana import GrafanaAdapter
from tests.adapters.canned import Configured

INSTANCE = "grafana-eu"
URL = "http://grafana.test"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WINDOW = Window(start=NOW - timedelta(hours=1), end=NOW)
END_MS = 1_772_366_400_000  # NOW
START_MS = END_MS - 3_600_000
SILENCE = "849b84ba-e62a-4b7e-8431-46aa34332a33"

AM = "/api/alertmanager/grafana/api/v2"
ALERTS = f"GET {AM}/alerts"
SILENCES = f"GET {AM}/silences"
ONE_SILENCE = f"GET {AM}/silence/{SILENCE}"
CREATE_SILENCE = f"POST {AM}/silences"
EXPIRE_SILENCE = f"DELETE {AM}/silence/{SILENCE}"
ANNOTATIONS = "GET /api/annotations"
ANNOTATION = "GET /api/annotations/1124"
ANNOTATE = "POST /api/annotations"
DELETE_ANNOTATION = "DELETE /api/annotations/1124"
DATA_SOURCES = "GET /api/datasources"
PROMETHEUS = "GET /api/datasources/proxy/uid/prom-eu/api/v1"
LOKI = "GET /api/datasources/proxy/uid/loki-eu/loki/api/v1"

GRAFANA = Configured(
    GrafanaAdapter, INSTANCE, NOW, {"base_url": URL, "prometheus_uid": "prom-eu", "loki_uid": "loki-eu"}, writing=True
)
connected, call_at = GRAFANA.connected, GRAFANA.call_at


def success(data: Any) -> dict[str, Any]:
    return {"status": "success", "data": data}


def matrix(*series: tuple[dict[str, str], list[list[Any]]]) -> dict[str, Any]:
    return success({"resultType": "matrix", "result": [{"metric": labels, "values": at} for labels, at in series]})


def gettable_alert(**said: Any) -> dict[str, Any]:
    """An alert as Grafana 11 sends it."""
    return {
        "fingerprint": "4fd330cae5107462",
        "labels": {
            "__alert_rule_uid__": "fe1x2y3z",
            "alertname": "HighErrorRate",
            "grafana_folder": "shop",
            "service": "checkout",
            "severity": "page",
            "team": "payments",
        },
        "annotations": {
            "__dashboardUid__": "shop-overview",
            "__orgId__": "1",
            "__panelId__": "7",
            "__values__": '{"A":0.052}',
            "summary": "5 % of requests fail",
        },
        "receivers": [{"name": "oncall"}],
        "startsAt": "2026-03-01T11:30:00.000Z",
        "updatedAt": "2026-03-01T11:59:00Z",
        "endsAt": "2026-03-01T12:04:00Z",
        "generatorURL": "http://grafana.test/alerting/grafana/fe1x2y3z/view?orgId=1",
        "status": {"state": "active", "silencedBy": [], "inhibitedBy": []},
        **said,
    }


def gettable_silence(**said: Any) -> dict[str, Any]:
    return {
        "id": SILENCE,
        "status": {"state": "active"},
        "updatedAt": "2026-03-01T11:45:00.044Z",
        "comment": "known",
        "createdBy": "oncall-a",
        "startsAt": "2026-03-01T11:45:00.044Z",
        "endsAt": "2026-03-01T13:45:00.044Z",
        "matchers": [{"isEqual": True, "isRegex": False, "name": "service", "value": "checkout"}],
        **said,
    }


def annotation(number: int = 1124, **said: Any) -> dict[str, Any]:
    """As the documentation of the annotations API shows it."""
    at = END_MS - number * 1_000
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
        "metric": "",
        "tags": ["deploy", "service:checkout"],
        "login": "sa-deployer",
        "data": {},
        **said,
    }
