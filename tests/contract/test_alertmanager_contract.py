"""The contract of adapters, kept by the Alertmanager adapter."""

from typing import ClassVar

from opsloom.adapter_api.contract_kit import Words
from opsloom.adapter_api.dialects.alertmanager.alerts import STATUS_OF_STATE
from opsloom.model.alerts import AlertStatus, Severity
from opsloom.model.changes import ExpireSilence, Matcher, SilenceAlerts
from opsloom_adapters.alertmanager import AlertmanagerAdapter
from tests.contract.spec import SpecContract

_SILENCE = {
    "id": "849b84ba-e62a-4b7e-8431-46aa34332a33",
    "status": {"state": "active"},
    "updatedAt": "2026-03-03T09:00:00.045Z",
    "comment": "known [opsloom-7k2m9q4r]",
    "createdBy": "oncall-a",
    "startsAt": "2026-03-03T09:00:00.045Z",
    "endsAt": "2026-03-03T11:00:00.044Z",
    "annotations": {},
    "matchers": [{"isEqual": True, "isRegex": False, "name": "service", "value": "checkout"}],
}


def _alert(fingerprint: str, severity: str, state: str) -> dict[str, object]:
    return {
        "fingerprint": fingerprint,
        "labels": {"alertname": "HighErrorRate", "service": "checkout", "severity": severity, "team": "payments"},
        "annotations": {"summary": "5 % of requests fail"},
        "receivers": [{"name": "oncall"}],
        "startsAt": "2026-03-03T09:00:00.000Z",
        "updatedAt": "2026-03-03T09:20:00.000Z",
        "endsAt": "2026-03-03T09:25:00.000Z",
        "generatorURL": "http://prometheus.test/graph",
        "status": {"state": state, "silencedBy": [], "inhibitedBy": [], "mutedBy": []},
    }


class TestAlertmanager(SpecContract):
    adapter = AlertmanagerAdapter
    settings: ClassVar = {
        "adapter": "alertmanager",
        "base_url": "http://alertmanager.test/am",
        "token": {"env": "ALERTMANAGER_TOKEN"},
        "write_token": {"env": "ALERTMANAGER_WRITE_TOKEN"},
        "service_labels": ["service"],
    }
    specs: ClassVar = {"alertmanager": ""}
    replies: ClassVar = {
        "GET /api/v2/alerts": [
            _alert("4fd330cae5107462", "critical", "active"),
            _alert("24d38555b00d6971", "warning", "suppressed"),
        ],
        "GET /api/v2/status": {
            "cluster": {"status": "disabled"},
            "config": {"original": ""},
            "uptime": "2026-03-01T00:00:00Z",
            "versionInfo": {
                "version": "0.33.1",
                "revision": "r",
                "branch": "b",
                "buildUser": "u",
                "buildDate": "d",
                "goVersion": "g",
            },
        },
        "GET /api/v2/silences": [_SILENCE],
        "GET /api/v2/silence/*": _SILENCE,
        "POST /api/v2/silences": {"silenceID": _SILENCE["id"]},
        "DELETE /api/v2/silence/*": "",
    }
    changes: ClassVar = (
        SilenceAlerts(matchers=(Matcher(name="service", value="checkout"),), duration_seconds=7_200, comment="known"),
        ExpireSilence(silence="849b84ba-e62a-4b7e-8431-46aa34332a33"),
    )
    empty_replies: ClassVar = {"GET /api/v2/alerts": ["[]"]}
    words: ClassVar = {
        AlertStatus: Words(
            lambda word: STATUS_OF_STATE.get(word, AlertStatus.UNKNOWN), ("active", "suppressed", "unprocessed")
        ),
        Severity: Words(Severity.from_word, ("critical", "page", "SEV-1", "error", "warning", "info", "none")),
    }
