"""The tools, in the order in which a reader meets them; importing this package registers all of them."""

from opsloom.tools import alerts, deploys, evidence, findings, logs, metrics, overview, owners, records, tickets
from opsloom.tools.registry import REGISTERED, ToolSpec

_ORDER = (
    overview.overview,
    alerts.search_alerts,
    metrics.query_metrics,
    logs.search_logs,
    deploys.search_deploys,
    tickets.search_tickets,
    owners.get_owner,
    records.get_record,
    evidence.get_evidence,
    findings.record_finding,
)
TOOLS: dict[str, ToolSpec] = {function.__name__: REGISTERED[function.__name__] for function in _ORDER}

__all__ = ["TOOLS", "ToolSpec"]
