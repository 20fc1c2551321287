"""The recording adapter keeps the contract, on the recording that comes with it."""

from typing import ClassVar

from opsloom.adapter_api.contract_kit import AdapterContract, Words
from opsloom.model.alerts import AlertStatus, Severity
from opsloom.model.deploys import DeployStatus
from opsloom.model.logs import LogSeverity
from opsloom.model.tickets import TicketStatus
from opsloom_adapters.recording import RecordingAdapter, mapping


class TestRecording(AdapterContract):
    adapter = RecordingAdapter
    settings: ClassVar = {"adapter": "recording", "path": "builtin:checkout"}
    words: ClassVar = {
        AlertStatus: Words(mapping.alert_status_of, ("firing", "pending", "acknowledged", "suppressed", "resolved")),
        Severity: Words(mapping.severity_of, ("critical", "error", "high", "warning", "warn", "info", "low")),
        DeployStatus: Words(mapping.deploy_status_of, ("succeeded", "in_progress", "failed")),
        LogSeverity: Words(
            mapping.log_severity_of,
            ("TRACE", "DEBUG", "INFO", "WARN", "WARNING", "ERROR", "CRITICAL", "FATAL"),
        ),
        TicketStatus: Words(mapping.ticket_status_of, ("open", "in_progress", "closed")),
    }
