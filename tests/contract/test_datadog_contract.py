"""The contract of adapters, kept by the Datadog adapter.

Its replies have the shapes of https://docs.datadoghq.com/api/latest/ and of the answers that Datadog recorded for the
tests of its own client, https://github.com/DataDog/datadog-api-client-python/tree/master/tests.
"""

import json
from typing import ClassVar

from opsloom.adapter_api.contract_kit import CannedReply, Words
from opsloom.model.alerts import AlertStatus, Severity
from opsloom.model.changes import (
    CreateTicket,
    ExpireSilence,
    Matcher,
    RecordEvent,
    SilenceAlerts,
    UpdateTicket,
    WithdrawEvent,
)
from opsloom.model.deploys import DeployStatus
from opsloom.model.incidents import IncidentStatus
from opsloom.model.logs import LogSeverity
from opsloom.model.tickets import TicketStatus
from opsloom_adapters.datadog import DatadogAdapter
from opsloom_adapters.datadog.mapping import incident_status_of, log_severity_of, severity_of, status_of
from tests.adapters.datadog import vendor
from tests.contract.spec import SpecContract

_API = "https://docs.datadoghq.com/api/latest"


class TestDatadog(SpecContract):
    adapter = DatadogAdapter
    settings: ClassVar = {
        "adapter": "datadog",
        "base_url": "https://api.datadoghq.com",
        "api_key": {"env": "DATADOG_API_KEY"},
        "app_key": {"env": "DATADOG_APP_KEY"},
        "write_app_key": {"env": "DATADOG_WRITE_APP_KEY"},
        "deploy_events": "source:change_tracking",
    }
    specs: ClassVar = {"datadog-v1": "", "datadog-v2": ""}
    beyond_schema: ClassVar = {
        "GET /api/v1/monitor/groups/search": f"{_API}/monitors/monitors-group-search/",
        "GET /api/v2/metrics": f"{_API}/metrics/get-a-list-of-metrics/",
        "POST /api/v2/events/search": f"{_API}/events/search-events/",
        "GET /api/v2/events/*": f"{_API}/events/get-an-event/",
        "POST /api/v2/dora/deployments": f"{_API}/dora-metrics/get-a-list-of-deployment-events/",
        "GET /api/v2/dora/deployments/*": f"{_API}/dora-metrics/get-a-deployment-event/",
        "GET /api/v2/incidents/search": f"{_API}/incidents/search-for-incidents/",
        "GET /api/v2/team": f"{_API}/teams/get-all-teams/",
        "GET /api/v1/slo/search": f"{_API}/service-level-objectives/search-for-slos/",
        "GET /api/v2/downtime/*": f"{_API}/downtimes/get-a-downtime/",
        "DELETE /api/v2/downtime/*": f"{_API}/downtimes/cancel-a-downtime/",
        "GET /api/v2/current_user": f"{_API}/users/get-current-user/",
    }
    replies: ClassVar = {
        "GET /api/v2/current_user": {"data": vendor.person(), "included": []},
        "GET /api/v1/monitor/groups/search": vendor.monitor_groups(
            vendor.monitor_group(), vendor.monitor_group(group="host:web-2", group_tags=["host:web-2"], status="Warn")
        ),
        "GET /api/v1/monitor/*": vendor.monitor(),
        "GET /api/v2/metrics": vendor.metrics("system.cpu.user", "trace.http.errors"),
        "POST /api/v2/query/timeseries": vendor.timeseries(
            {"group_tags": ["host:web-1"], "query_index": 0, "unit": None},
            {"group_tags": ["host:web-2"], "query_index": 0, "unit": [{"name": "percent"}, None]},
            times=[1772528400000, 1772528460000],
            values=[[1.5, None], [2, 3]],
        ),
        "POST /api/v2/logs/events/search": vendor.page_of(vendor.log(), vendor.log(status="info")),
        "POST /api/v2/events/search": vendor.page_of(vendor.event()),
        "GET /api/v2/events/*": {"data": vendor.event()},
        "POST /api/v2/dora/deployments": {"data": [vendor.deployment()]},
        "GET /api/v2/dora/deployments/*": {"data": vendor.deployment()},
        "GET /api/v2/incidents/search": vendor.found_incidents(vendor.incident()),
        "GET /api/v2/incidents/*": {"data": vendor.incident(), "included": [vendor.person()]},
        "POST /api/v2/incidents": CannedReply(json.dumps({"data": vendor.incident()}).encode(), status=201),
        "PATCH /api/v2/incidents/*": {"data": vendor.incident(state="resolved")},
        "GET /api/v2/catalog/entity": vendor.entities("checkout", "cart"),
        "GET /api/v2/team": vendor.teams(),
        "GET /api/v2/on-call/teams/*/on-call": vendor.on_call(),
        "GET /api/v1/slo/search": vendor.slos(vendor.slo(), vendor.slo("checkout latency")),
        "GET /api/v2/downtime": {"data": [vendor.downtime()], "meta": {"page": {"total_filtered_count": 1}}},
        "GET /api/v2/downtime/*": {"data": vendor.downtime()},
        "POST /api/v2/downtime": {"data": vendor.downtime()},
        "DELETE /api/v2/downtime/*": CannedReply(b"", status=204),
        "GET /api/v1/events": {"events": [vendor.posted_event()]},
        "POST /api/v1/events": CannedReply(
            json.dumps({"status": "ok", "event": vendor.posted_event()}).encode(), status=202
        ),
    }
    optional_requests: ClassVar = {
        "GET /api/v2/on-call/teams/*/on-call": "the owner is told without Datadog On-Call, which not everybody has"
    }
    changes: ClassVar = (
        SilenceAlerts(matchers=(Matcher(name="service", value="checkout"),), duration_seconds=7_200, comment="known"),
        ExpireSilence(silence=vendor.DOWNTIME),
        CreateTicket(title="Payments fail", description="Since 09:00.", service="checkout", priority="SEV-2"),
        UpdateTicket(ticket=vendor.INCIDENT, status=TicketStatus.CLOSED),
        RecordEvent(title="cache cleared", text="by hand", service="checkout", tags=("release",)),
    )
    refused_changes: ClassVar = {WithdrawEvent: "Datadog's API deletes no events"}
    words: ClassVar = {
        # "Unknown" is a word of Datadog's own for what it does not know
        AlertStatus: Words(status_of, ("Alert", "Warn", "No Data", "OK", "Ignored", "Skipped")),
        Severity: Words(
            severity_of,
            (
                *("P1", "P2", "P3", "P4", "P5", "Alert", "Warn"),
                *("SEV-0", "SEV-1", "SEV-2", "SEV-3", "SEV-4", "SEV-5"),
            ),
        ),
        DeployStatus: None,
        LogSeverity: Words(
            log_severity_of,
            ("emergency", "alert", "critical", "error", "warn", "notice", "info", "debug", "ok", "trace"),
        ),
        IncidentStatus: Words(incident_status_of, ("active", "stable", "resolved", "completed")),
    }
