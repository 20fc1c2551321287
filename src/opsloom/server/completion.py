"""Completion of resource variables and prompt arguments, from what is there at the moment."""

from datetime import datetime
from functools import partial
from typing import Any

import anyio.to_thread
from mcp.server.context import ServerRequestContext
from mcp.types import CompleteRequestParams, CompleteResult, Completion, ResourceTemplateReference

from opsloom.audit.reading import RecordFilter, list_records
from opsloom.audit.record import Kind
from opsloom.model.alerts import AlertQuery
from opsloom.model.deploys import DeployQuery
from opsloom.model.limits import COMPLETIONS_MAX
from opsloom.model.ownership import ServiceQuery
from opsloom.model.tickets import TicketQuery
from opsloom.model.window import resolve_window
from opsloom.providers.operations import (
    SEARCH_ALERTS,
    SEARCH_DEPLOYS,
    SEARCH_SERVICES,
    SEARCH_TICKETS,
    Operation,
)
from opsloom.server.call_record import CURRENT_CALL
from opsloom.server.runtime import Runtime
from opsloom.tools.gather import collect


async def complete(context: ServerRequestContext[Runtime], params: CompleteRequestParams) -> CompleteResult:
    """At most ``limits.COMPLETIONS_MAX`` values that begin with what was typed."""
    runtime, typed = context.lifespan_context, params.argument.value
    template = params.ref.uri if isinstance(params.ref, ResourceTemplateReference) else ""
    values = await _values(runtime, template, params.argument.name, typed)
    values = [value for value in dict.fromkeys(values) if value.startswith(typed)]
    shown = values[:COMPLETIONS_MAX]
    return CompleteResult(completion=Completion(values=shown, total=len(values), has_more=len(values) > len(shown)))


async def _values(runtime: Runtime, template: str, argument: str, typed: str) -> list[str]:
    if argument == "service":
        found = await _ask(runtime, SEARCH_SERVICES, ServiceQuery(limit=COMPLETIONS_MAX * 5))
        return sorted(service.name for service in found)
    if argument in ("ref", "alert"):
        operation, query = _records_of(template, runtime.hub.clock.now())
        return [str(record.ref) for record in await _ask(runtime, operation, query)]
    if template == "ops://evidence/{id}":
        return await runtime.evidence.starting_with(typed, COMPLETIONS_MAX)
    if template == "ops://audit/{call}":
        return await _calls(runtime)
    if argument == "investigation" or template == "ops://investigations/{id}":
        return await runtime.investigations.starting_with(typed, COMPLETIONS_MAX)
    return []


def _records_of(template: str, now: datetime) -> tuple[Operation[Any, Any], object]:
    """What to ask for refs that fit ``template``; the argument ``alert`` of a prompt has none."""
    day, month = (resolve_window(since, None, now)[0] for since in ("-1d", "-30d"))
    if template == "ops://deploys/{ref}":
        return SEARCH_DEPLOYS, DeployQuery(window=day, limit=COMPLETIONS_MAX)
    if template == "ops://tickets/{ref}":
        return SEARCH_TICKETS, TicketQuery(window=month, limit=COMPLETIONS_MAX)
    return SEARCH_ALERTS, AlertQuery(window=day, limit=COMPLETIONS_MAX)


async def _ask(runtime: Runtime, operation: Operation[Any, Any], query: object) -> list[Any]:
    """The rows of all sources; none, where nothing serves them."""
    if not runtime.hub.capable(operation.capability):
        return []
    call = CURRENT_CALL.get()
    found = await collect(runtime.tool_context(call), operation, query)
    call.evidence = found.evidence
    return [row for _, row in found.rows]


async def _calls(runtime: Runtime) -> list[str]:
    wanted = RecordFilter(kind=Kind.CALL_RECEIVED)
    page = await anyio.to_thread.run_sync(partial(list_records, runtime.store, wanted, limit=COMPLETIONS_MAX))
    return [str(record["call"]) for record in page.records]
