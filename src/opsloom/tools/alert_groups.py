"""Alerts as incidents: one row a root, with what only suffers from it."""

from collections.abc import Sequence

from opsloom.adapter_api.capabilities import TopologyReader
from opsloom.analysis.graph import ServiceGraph
from opsloom.analysis.grouping import AlertGroup, SecondaryAlert, group_alerts
from opsloom.model.alerts import AlertQuery
from opsloom.model.limits import DEPENDENCIES_MAX
from opsloom.model.topology import DependencyQuery
from opsloom.model.window import format_time
from opsloom.providers.operations import GET_DEPENDENCIES, SEARCH_ALERTS
from opsloom.tools.answer import Answer, Row
from opsloom.tools.context import ToolContext
from opsloom.tools.gather import collect, gather

COLUMNS = (
    "ref",
    "name",
    "status",
    "severity",
    "service",
    "started_at",
    "alerts",
    "services",
    "secondary",
    "why",
    "link",
)
SERVICES_SHOWN = 5
SECONDARY_SHOWN = 3


async def grouped(context: ToolContext, query: AlertQuery, limit: int) -> Answer:
    """The alerts of ``query`` in incidents, the worst first."""
    found = await gather(context, SEARCH_ALERTS, query)
    notes = list(found.notes)
    graph, sources, evidence = ServiceGraph.of(()), list(found.sources), list(found.evidence)
    if context.hub.capable(TopologyReader) or context.hub.misconfigured(TopologyReader):
        edges = await collect(context, GET_DEPENDENCIES, DependencyQuery(window=query.window, limit=DEPENDENCIES_MAX))
        graph = ServiceGraph.of(edge for _, edge in edges.rows)
        sources += [source for source in edges.sources if source.instance not in {one.instance for one in sources}]
        evidence += edges.evidence
    if not graph.services:
        notes.append("who calls whom is not known, so alerts are grouped by service and rule only")
    groups = group_alerts([alert for _, alert in found.rows], graph, context.now)
    return Answer(
        columns=COLUMNS,
        rows=[_row(group) for group in groups[:limit]],
        sources=sources,
        window=query.window,
        now=context.now,
        total=len(groups) if found.complete else None,
        notes=notes,
        evidence=evidence,
    )


def _row(group: AlertGroup) -> Row:
    alert, count = group.primary.alert, len(group.alerts)
    return [
        str(alert.ref),
        alert.name,
        alert.status,
        group.severity,
        alert.service,
        format_time(group.started_at),
        f"{count} ({group.records} records)" if group.records > count else count,
        _cut(group.services, SERVICES_SHOWN),
        _cut([_told(one) for one in group.secondary], SECONDARY_SHOWN),
        "; ".join(group.why),
        alert.link,
    ]


def _told(one: SecondaryAlert) -> str:
    return f"{one.folded.alert.name} on {one.folded.alert.service}: {one.reason}"


def _cut(texts: Sequence[str], most: int) -> str:
    more = f"; +{len(texts) - most}" if len(texts) > most else ""
    return "; ".join(texts[:most]) + more
