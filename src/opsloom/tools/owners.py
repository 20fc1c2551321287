"""Who owns it, who is on call, whom to call next."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from opsloom.adapter_api.capabilities import OwnershipReader, TopologyReader
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import PROVIDER_ROWS_MAX, WINDOW_DEFAULT_SECONDS
from opsloom.model.ownership import Ownership, OwnershipQuery, Service
from opsloom.model.topology import DependencyQuery
from opsloom.model.window import format_time, resolve_window
from opsloom.providers.operations import GET_DEPENDENCIES, GET_OWNERSHIP
from opsloom.tools.answer import Answer, Row
from opsloom.tools.arguments import Service as ServiceName
from opsloom.tools.context import ToolContext
from opsloom.tools.gather import collect, gather
from opsloom.tools.registry import tool

COLUMNS = ("fact", "value", "detail", "source")


@tool(OwnershipReader, title="Find the owner of a service or file")
async def get_owner(
    context: ToolContext,
    service: ServiceName = None,
    path: Annotated[str | None, Field(description="file in a repository", max_length=1_000)] = None,
) -> Answer:
    """Team, who is on call now, escalation steps with their times, runbooks,
    upstream and downstream of a service or file.
    """
    if (service is None) == (path is None):
        raise InvalidRequestError("give either service or path")
    query = OwnershipQuery(at=context.now, service=service, path=path)
    found = await gather(context, GET_OWNERSHIP, query)
    rows = [row for source, ownership in found.rows for row in _facts(source, ownership)]
    named = service or next((one.service.name for _, one in found.rows if one.service), None)
    if path is not None and named is not None:
        more = await collect(context, GET_OWNERSHIP, OwnershipQuery(at=context.now, service=named))
        rows += [row for source, ownership in more.rows for row in _facts(source, ownership)]
        found.sources.extend(source for source in more.sources if source.status not in ("ok", "misconfigured"))
        found.evidence.extend(more.evidence)
        found.notes.extend(more.notes)
    answer = Answer(
        columns=COLUMNS,
        rows=_distinct(rows),
        sources=found.sources,
        now=context.now,
        notes=list(dict.fromkeys(found.notes)),
        evidence=found.evidence,
    )
    if named is not None and context.hub.capable(TopologyReader):
        await _add_neighbours(context, named, answer)
    answer.total = len(answer.rows)
    return answer


def _facts(source: str, ownership: Ownership) -> Iterable[Row]:
    if ownership.service is not None:
        yield from _service_facts(source, ownership.service)
    for team in ownership.teams:
        yield ["team", team.name, ownership.matched_by or team.title, source]
        yield from (["member", member, team.name, source] for member in team.members)
        yield from (["contact", link.title, link.url, source] for link in team.contacts)
    for shift in ownership.on_call:
        until = f"until {format_time(shift.ends_at)}, " if shift.ends_at else ""
        yield ["on_call", shift.user, f"{until}{shift.team} {shift.schedule}".rstrip(), source]
    for step in ownership.escalation:
        yield ["escalation", step.notify, f"after {step.after_seconds // 60} min without acknowledgement", source]
    yield from (["upstream", name, "declared", source] for name in ownership.upstream)
    yield from (["downstream", name, "declared", source] for name in ownership.downstream)


def _service_facts(source: str, service: Service) -> Iterable[Row]:
    yield ["service", str(service.ref), service.description or service.title, source]
    details = (("owner", service.owner), ("system", service.system), ("tier", service.tier))
    more = (("lifecycle", service.lifecycle), ("repository", service.repository))
    yield from ([fact, value, None, source] for fact, value in (*details, *more) if value)
    yield from (["runbook", link.title, link.url, source] for link in service.runbooks)
    yield from (["link", link.title, link.url, source] for link in service.links)


async def _add_neighbours(context: ToolContext, service: str, answer: Answer) -> None:
    window, _ = resolve_window(None, None, context.now, default_seconds=WINDOW_DEFAULT_SECONDS)
    query = DependencyQuery(window=window, service=service, limit=PROVIDER_ROWS_MAX)
    found = await collect(context, GET_DEPENDENCIES, query)
    edges: list[Row] = []
    for source, edge in found.rows:
        if edge.callee == service:
            edges.append(["upstream", edge.caller, edge.source, source])
        elif edge.caller == service:
            edges.append(["downstream", edge.callee, edge.source, source])
    answer.rows = _distinct([*answer.rows, *edges])
    answer.sources.extend(found.sources)
    answer.evidence.extend(found.evidence)


def _distinct(rows: list[Row]) -> list[Row]:
    return list({tuple(map(str, row)): row for row in rows}.values())
