"""Logs."""

import hashlib
from typing import Annotated

from pydantic import Field

from opsloom.adapter_api.capabilities import LogReader
from opsloom.model.limits import ROWS_DEFAULT, WINDOW_DEFAULT_SECONDS
from opsloom.model.logs import LogEntry, LogQuery, LogSeverity
from opsloom.model.window import format_time
from opsloom.providers.operations import SEARCH_LOGS
from opsloom.tools.answer import Answer, Cell
from opsloom.tools.arguments import After, Limit, Service, Since, Text, Until
from opsloom.tools.context import ToolContext
from opsloom.tools.cursor import SortKey
from opsloom.tools.listing import Listing, Span, search
from opsloom.tools.registry import tool


@tool(LogReader, title="Search logs")
async def search_logs(
    context: ToolContext,
    query: Text = None,
    service: Service = None,
    severity: Annotated[LogSeverity | None, Field(description="the least wanted")] = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = ROWS_DEFAULT,
    cursor: After = None,
) -> Answer:
    """Log entries of a window (default -1h), newest first."""
    listing = Listing(
        operation=SEARCH_LOGS,
        columns=("at", "service", "severity", "message", "similar", "trace_id", "source"),
        optional=frozenset({"similar"}),
        query=lambda window, rows: LogQuery(window=window, text=query, service=service, severity=severity, limit=rows),
        key=_key,
        cells=_cells,
    )
    span = Span(since, until, limit, cursor, WINDOW_DEFAULT_SECONDS)
    return await search(context, listing, span, {"logs": [query, service, severity]})


def _key(instance: str, entry: LogEntry) -> SortKey:
    digest = hashlib.sha256(entry.message.encode()).hexdigest()[:12]  # short: the key is part of the cursor
    return (-entry.at.timestamp(), instance, entry.cursor, entry.service or "", digest)


def _cells(instance: str, entry: LogEntry) -> list[Cell]:
    at = format_time(entry.at)
    return [at, entry.service, entry.severity, entry.message, entry.similar, entry.trace_id, instance]
