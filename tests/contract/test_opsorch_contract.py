"""The contract of adapters, kept by the OpsOrch adapter.

There is no schema at hand but OpsOrch's own source: https://github.com/OpsOrch/opsorch-core/tree/main/schema (the
records), https://github.com/OpsOrch/opsorch-core/tree/main/api (addresses, statuses, errors).
"""

from typing import ClassVar

from opsloom.adapter_api.contract_kit import CannedReply, HttpAdapterContract, Words
from opsloom.model.alerts import AlertStatus, Severity
from opsloom.model.changes import CreateTicket, RecordEvent, UpdateTicket, WithdrawEvent
from opsloom.model.deploys import DeployStatus
from opsloom.model.incidents import IncidentStatus
from opsloom.model.logs import LogSeverity
from opsloom.model.tickets import TicketStatus
from opsloom_adapters.opsorch import OpsorchAdapter, mapping
from opsloom_adapters.opsorch.config import OpsorchConfig
from tests.adapters.opsorch.replies import (
    MEMBERS,
    METRIC,
    SERVICE,
    TEAM,
    alert,
    deployment,
    entry,
    incident,
    log_entry,
    logs,
    series,
    ticket,
)

_SETTINGS = {
    "adapter": "opsorch",
    "base_url": "http://opsorch.test/core",
    "token": {"env": "OPSORCH_TOKEN"},
    "write_token": {"env": "OPSORCH_WRITE_TOKEN"},
    "ticket_statuses": {"in_progress": ["in_progress"], "closed": ["done"]},
}
_NOTHING = ["[]", "null"]  # Go writes null for a list that was never made


class TestOpsorch(HttpAdapterContract):
    adapter = OpsorchAdapter
    settings: ClassVar = _SETTINGS
    replies: ClassVar = {
        "GET /health": {"status": "ok"},
        "POST /alerts/query": [alert("al-1"), alert("al-2", status="acknowledged", severity="warning")],
        "GET /alerts/*": lambda request: alert(request.url.path.split("/")[-1]),
        "POST /incidents/query": [incident("inc-1"), incident("inc-2", status="open")],
        "GET /incidents/*/timeline": [entry()],
        "POST /incidents/*/timeline": CannedReply(b'{"status": "ok"}', status=201),
        "GET /incidents/*": lambda request: incident(request.url.path.split("/")[-1]),
        "POST /tickets/query": [ticket("TCK-1"), ticket("TCK-2", status="todo")],
        "GET /tickets/*": lambda request: ticket(request.url.path.split("/")[-1]),
        "PATCH /tickets/*": ticket(),
        "POST /tickets": ticket("TCK-9"),
        "POST /deployments/query": [deployment("deploy-1"), deployment("deploy-2", status="running")],
        "GET /deployments/*": lambda request: deployment(request.url.path.split("/")[-1]),
        "POST /logs/query": logs(log_entry(), log_entry("slow")),
        "GET /metrics/describe": {"metrics": [METRIC, {**METRIC, "name": "queue_depth"}]},
        "POST /metrics/query": [series(1.0, 2.0), series(3.0, labels={"method": "GET"})],
        "POST /services/query": [SERVICE, {"id": "search", "name": "Search"}],
        "GET /teams/*/members": MEMBERS,
        "GET /teams/*": TEAM,
    }
    empty_replies: ClassVar = {
        "POST /alerts/query": _NOTHING,
        "POST /incidents/query": _NOTHING,
        "POST /tickets/query": _NOTHING,
        "POST /deployments/query": _NOTHING,
        "POST /services/query": _NOTHING,
        "POST /metrics/query": _NOTHING,
        "POST /logs/query": _NOTHING,
        "GET /incidents/*/timeline": _NOTHING,
        "GET /teams/*/members": _NOTHING,
    }
    optional_requests: ClassVar = {
        "GET /teams/*": "the tag of the service names the owner, also where OpsOrch has no provider for teams",
        "POST /tickets/query": "looking for a ticket, null is an answer: none; other failures have tests of their own",
        "GET /incidents/*/timeline": "looking for an entry, null is an answer: none; see above",
    }
    changes: ClassVar = (
        CreateTicket(title="checkout is slow", description="Since 08:00.", service="checkout", priority="P1"),
        UpdateTicket(ticket="TCK-1", status=TicketStatus.CLOSED, assignee="lead-b"),
        RecordEvent(title="failover", text="to the second region", incident="inc-1"),
    )
    refused_changes: ClassVar = {WithdrawEvent: "OpsOrch only appends to timelines"}
    words: ClassVar = {
        AlertStatus: Words(
            mapping.alert_status_of,
            ("firing", "open", "triggered", "warning", "acknowledged", "silenced", "ok", "closed", "resolved"),
        ),
        Severity: Words(Severity.from_word, ("info", "warning", "error", "critical", "P1", "sev2", "high", "medium")),
        IncidentStatus: Words(
            mapping.incident_status_of,
            (
                *("open", "triggered", "acknowledged", "investigating", "identified", "mitigating"),
                *("monitoring", "mitigated", "resolved", "closed"),
            ),
        ),
        DeployStatus: Words(mapping.deploy_status_of, ("queued", "running", "success", "failed", "cancelled")),
        TicketStatus: Words(
            lambda word: mapping.ticket_status_of(word, OpsorchConfig.model_validate(_SETTINGS)),
            ("open", "todo", "To Do", "in_progress", "In Progress", "in_review", "done", "Done", "closed", "resolved"),
        ),
        LogSeverity: Words(
            mapping.log_severity_of,
            ("trace", "debug", "info", "notice", "warn", "warning", "error", "critical", "emergency", "alert"),
        ),
    }
