"""The tools, in the order in which a reader meets them; importing this package registers all of them."""

from opsloom.tools import (
    actions,
    alert_changes,
    alerts,
    dependencies,
    deploy_changes,
    deploys,
    evidence,
    findings,
    investigate,
    logs,
    messages,
    metrics,
    overview,
    owners,
    records,
    ticket_changes,
    tickets,
)
from opsloom.tools.registry import REGISTERED, ToolSpec

_ORDER = (
    overview.overview,
    investigate.investigate,
    alerts.search_alerts,
    metrics.query_metrics,
    logs.search_logs,
    deploys.search_deploys,
    tickets.search_tickets,
    owners.get_owner,
    dependencies.map_dependencies,
    records.get_record,
    evidence.get_evidence,
    findings.record_finding,
    alert_changes.acknowledge_alert,
    alert_changes.silence_alert,
    deploy_changes.rollback_deploy,
    ticket_changes.create_ticket,
    ticket_changes.update_ticket,
    messages.send_message,
    messages.page_owner,
    actions.action_status,
)
TOOLS: dict[str, ToolSpec] = {function.__name__: REGISTERED[function.__name__] for function in _ORDER}

__all__ = ["TOOLS", "ToolSpec"]
