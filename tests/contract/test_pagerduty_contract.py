"""The contract of adapters, kept by the PagerDuty adapter.

Its replies have the shapes of https://developer.pagerduty.com/api-reference/ (see ``tests/adapters/pagerduty``).
"""

from typing import Any, ClassVar

import httpx

from opsloom.adapter_api.contract_kit import CannedReply, HttpAdapterContract, Words
from opsloom.model.alerts import AlertStatus, Severity
from opsloom.model.changes import AcknowledgeAlert, PagePerson, UnacknowledgeAlert, UpdateAlert
from opsloom.model.deploys import DeployStatus
from opsloom.model.incidents import IncidentStatus
from opsloom_adapters.pagerduty import PagerdutyAdapter
from opsloom_adapters.pagerduty.mapping import ALERT_STATUS, INCIDENT_STATUS
from tests.adapters.pagerduty import account

_STATUSES = ("triggered", "acknowledged", "resolved")
_CREATED = b'{"incident": {"id": "PINC009", "status": "triggered", "created_at": "2026-03-03T09:21:00Z"}}'


def _incidents(request: httpx.Request) -> dict[str, Any]:
    """Two that began in the window, one that began before it and is open, one that was resolved in it."""
    if request.url.params.get("sort_by") == "resolved_at:desc":
        early = account.resolved("PINC004", "2026-02-28T09:00:00Z", "2026-03-03T01:00:00Z")
        return account.listed("incidents", early)
    if request.url.params.get("date_range") == "all":
        return account.listed("incidents", account.incident("PINC003", created_at="2026-02-20T09:00:00Z"))
    ended = account.resolved("PINC002", "2026-03-03T07:00:00Z", "2026-03-03T07:30:00Z", priority=None)
    return account.listed("incidents", account.incident(), ended)


class TestPagerduty(HttpAdapterContract):
    adapter = PagerdutyAdapter
    settings: ClassVar = {
        "adapter": "pagerduty",
        "base_url": "https://api.pagerduty.test",
        "token": {"env": "PAGERDUTY_TOKEN"},
        "write_token": {"env": "PAGERDUTY_WRITE_TOKEN"},
        "from_email": "opsloom@example.com",
    }
    replies: ClassVar = {
        "GET /incidents": _incidents,
        "GET /incidents/PINC001": {"incident": account.incident()},
        "GET /incidents/PINC001/alerts": account.listed("alerts", account.alert()),
        "GET /incidents/PINC001/log_entries": account.listed(
            "log_entries", account.log_entry("trigger", "2026-03-03T09:00:00Z", "Triggered through the API")
        ),
        "GET /incidents/PINC001/notes": {"notes": [account.note("looking")]},
        "GET /services": account.listed("services", account.service(), account.service("PSVC002", "checkout-web")),
        "GET /services/PSVC001": {"service": account.service()},
        "GET /teams/PTEAM01/members": account.listed("members", {"user": account.USER, "role": "manager"}),
        "GET /escalation_policies/PPOL001": {"escalation_policy": account.escalation_policy()},
        "GET /oncalls": account.listed("oncalls", account.on_call(account.USER, 1), account.on_call(account.SECOND, 2)),
        "GET /users": account.listed("users", account.user(account.SECOND, "oncall-b@example.com")),
        "GET /change_events": account.listed(
            "change_events", account.change_event(), account.change_event("01BBYA6PDIXPL8KO1HPIUL9CZN")
        ),
        "GET /change_events/*": {"change_event": account.change_event()},
        "PUT /incidents/PINC001": {"incident": account.incident(status="acknowledged")},
        "POST /incidents/PINC001/notes": {"note": account.note("known")},
        "POST /incidents/PINC001/snooze": CannedReply(_CREATED, status=201),
        "POST /incidents": CannedReply(_CREATED, status=201),
    }
    changes: ClassVar = (
        AcknowledgeAlert(alert="PINC001"),
        UpdateAlert(alert="PINC001", comment="known"),
        UpdateAlert(alert="PINC001", snooze_seconds=3_600),
        UpdateAlert(alert="PINC001", escalate_to="2"),
        UpdateAlert(alert="PINC001", escalate_to="oncall-b"),
        UpdateAlert(alert="PINC001", close=True, comment="rolled back"),
        PagePerson(target="oncall-b@example.com", text="checkout fails", service="checkout"),
    )
    refused_changes: ClassVar = {UnacknowledgeAlert: "PagerDuty's API takes no acknowledgement back"}
    optional_requests: ClassVar = {"GET /services/PSVC001": "a change of a service that is gone keeps the service's id"}
    words: ClassVar = {
        AlertStatus: Words(lambda word: ALERT_STATUS.get(word, AlertStatus.UNKNOWN), _STATUSES),
        IncidentStatus: Words(lambda word: INCIDENT_STATUS.get(word, IncidentStatus.UNKNOWN), _STATUSES),
        DeployStatus: None,
        Severity: Words(
            Severity.from_word, ("P1", "P2", "P3", "P4", "P5", "high", "low", "critical", "error", "warning", "info")
        ),
    }
