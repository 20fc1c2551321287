"""The contract of adapters, kept by the Alertmanager adapter."""

from typing import ClassVar

from opsloom.adapter_api.contract_kit import HttpAdapterContract, Words
from opsloom.model.alerts import AlertStatus, Severity
from opsloom_adapters.alertmanager import AlertmanagerAdapter
from opsloom_adapters.alertmanager.mapping import STATUS_OF_STATE


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
        "status": {"state": state, "silencedBy": [], "inhibitedBy": []},
    }


class TestAlertmanager(HttpAdapterContract):
    adapter = AlertmanagerAdapter
    settings: ClassVar = {
        "adapter": "alertmanager",
        "base_url": "http://alertmanager.test/am",
        "token": {"env": "ALERTMANAGER_TOKEN"},
        "service_labels": ["service"],
    }
    replies: ClassVar = {
        "GET /api/v2/alerts": [
            _alert("4fd330cae5107462", "critical", "active"),
            _alert("24d38555b00d6971", "warning", "suppressed"),
        ],
        "GET /api/v2/status": {"versionInfo": {"version": "0.25.0"}, "cluster": {"status": "disabled"}},
    }
    empty_replies: ClassVar = {"GET /api/v2/alerts": ["[]"]}
    words: ClassVar = {
        AlertStatus: Words(
            lambda word: STATUS_OF_STATE.get(word, AlertStatus.UNKNOWN), ("active", "suppressed", "unprocessed")
        ),
        Severity: Words(Severity.from_word, ("critical", "page", "SEV-1", "error", "warning", "info", "none")),
    }
