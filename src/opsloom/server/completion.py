"""Completion of resource variables and prompt arguments, from what is there at the moment."""

from functools import partial

import anyio.to_thread
from mcp.server.context import ServerRequestContext
from mcp.types import CompleteRequestParams, CompleteResult, Completion, ResourceTemplateReference

from opsloom.adapter_api.capabilities import AlertReader, DeployReader, OwnershipReader, TicketReader
from opsloom.audit.reading import RecordFilter, list_records
from opsloom.audit.record import Kind
from opsloom.model.alerts import AlertQuery
from opsloom.model.deploys import DeployQuery
from opsloom.model.limits import COMPLETIONS_MAX
from opsloom.model.ownership import ServiceQuery
from opsloom.model.tickets import TicketQuery
from opsloom.model.window import resolve_window
from opsloom.providers.operations import SEARCH_ALERTS, SEARCH_DEPLOYS, SEARCH_SERVICES, SEARCH_TICKETS
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
        return await _services(runtime)
    if argument in ("alert", "ref") and template in ("", "ops://alerts/{ref}"):
        return await _alerts(runtime)
    if argument == "ref" and template == "ops://deploys/{ref}":
        return await _deploys(runtime)
    if argument == "ref" and template == "ops://tickets/{ref}":
        return await _tickets(runtime)
    if template == "ops://evidence/{id}":
        return await runtime.evidence.starting_with(typed, COMPLETIONS_MAX)
    if template == "ops://audit/{call}":
        return await _calls(runtime)
    if argument == "investigation" or template == "ops://investigations/{id}":
        return await runtime.investigations.starting_with(typed, COMPLETIONS_MAX)
    return []


async def _calls(runtime: Runtime) -> list[str]:
    wanted = RecordFilter(kind=Kind.CALL_RECEIVED)
    page = await anyio.to_thread.run_sync(partial(list_records, runtime.store, wanted, limit=COMPLETIONS_MAX))
    return [str(record["call"]) for record in page.records]


async def _services(runtime: Runtime) -> list[str]:
    if not runtime.hub.capable(OwnershipReader):
        return []
    query = ServiceQuery(limit=COMPLETIONS_MAX * 5)
    found = await collect(runtime.tool_context(CURRENT_CALL.get()), SEARCH_SERVICES, query)
    return sorted(row.name for _, row in found.rows)


async def _alerts(runtime: Runtime) -> list[str]:
    if not runtime.hub.capable(AlertReader):
        return []
    window, _ = resolve_window("-1d", None, runtime.hub.clock.now())
    query = AlertQuery(window=window, limit=COMPLETIONS_MAX)
    found = await collect(runtime.tool_context(CURRENT_CALL.get()), SEARCH_ALERTS, query)
    return [str(row.ref) for _, row in found.rows]


async def _deploys(runtime: Runtime) -> list[str]:
    if not runtime.hub.capable(DeployReader):
        return []
    window, _ = resolve_window("-1d", None, runtime.hub.clock.now())
    query = DeployQuery(window=window, limit=COMPLETIONS_MAX)
    found = await collect(runtime.tool_context(CURRENT_CALL.get()), SEARCH_DEPLOYS, query)
    return [str(row.ref) for _, row in found.rows]


async def _tickets(runtime: Runtime) -> list[str]:
    if not runtime.hub.capable(TicketReader):
        return []
    window, _ = resolve_window("-30d", None, runtime.hub.clock.now())
    query = TicketQuery(window=window, limit=COMPLETIONS_MAX)
    found = await collect(runtime.tool_context(CURRENT_CALL.get()), SEARCH_TICKETS, query)
    return [str(row.ref) for _, row in found.rows]
