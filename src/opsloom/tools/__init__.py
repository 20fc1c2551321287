"""The tools, in the order in which a reader meets them; importing this package registers all of them."""

from opsloom.tools import (
    actions,
    alert_changes,
    alerts,
    chat,
    dependencies,
    deploy_changes,
    deploys,
    events,
    evidence,
    findings,
    flags,
    incidents,
    investigate,
    logs,
    messages,
    metrics,
    overview,
    owners,
    records,
    service_changes,
    slos,
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
    incidents.search_incidents,
    chat.search_messages,
    flags.search_flags,
    slos.search_slos,
    owners.get_owner,
    dependencies.map_dependencies,
    records.get_record,
    evidence.get_evidence,
    findings.record_finding,
    alert_changes.acknowledge_alert,
    alert_changes.silence_alert,
    alert_changes.update_alert,
    deploy_changes.rollback_deploy,
    service_changes.operate_service,
    flags.toggle_flag,
    events.record_event,
    ticket_changes.create_ticket,
    ticket_changes.update_ticket,
    messages.send_message,
    messages.create_channel,
    messages.page_owner,
    actions.action_status,
)
TOOLS: dict[str, ToolSpec] = {function.__name__: REGISTERED[function.__name__] for function in _ORDER}
LISTED_WHERE_SERVED = frozenset(
    {
        function.__name__
        for function in (
            incidents.search_incidents,
            chat.search_messages,
            flags.search_flags,
            slos.search_slos,
            alert_changes.update_alert,
            service_changes.operate_service,
            flags.toggle_flag,
            events.record_event,
            messages.create_channel,
        )
    }
)
"""Tools for what a Datadog, a Slack or an Unleash has and most houses do not: docs/decisions/0007."""

__all__ = ["LISTED_WHERE_SERVED", "TOOLS", "ToolSpec"]
