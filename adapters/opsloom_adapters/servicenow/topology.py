"""TopologyReader on ServiceNow: the relationships of the CMDB that mean that one CI needs another.

Types and their directions: https://www.servicenow.com/docs/r/servicenow-platform/configuration-management-database-cmdb/c_CIRelationships.html
"""

from collections.abc import Iterable
from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.model.limits import DEPENDENCIES_MAX
from opsloom.model.page import Page
from opsloom.model.topology import Dependency, DependencyQuery, DependencySource, NodeKind
from opsloom.model.window import Window
from opsloom_adapters.servicenow import encoded_query, wire
from opsloom_adapters.servicenow.client import ServicenowClient
from opsloom_adapters.servicenow.config import ServicenowConfig
from opsloom_adapters.servicenow.links import list_link
from opsloom_adapters.servicenow.tables import Found, Question, read_table

_KIND_OF_CLASS = (
    ("cmdb_ci_service", NodeKind.SERVICE),
    ("cmdb_ci_business_app", NodeKind.SERVICE),
    ("cmdb_ci_db", NodeKind.DATASTORE),
    ("cmdb_ci_database", NodeKind.DATASTORE),
    ("cmdb_ci_batch_job", NodeKind.BATCH),
)
"""By how the name of a class begins; the rest is hardware, or software of a kind that the name does not tell."""


@dataclass(frozen=True)
class Neighbours:
    """``upstream`` need the service, it needs ``downstream``."""

    upstream: tuple[str, ...]
    downstream: tuple[str, ...]
    notes: tuple[str, ...]


async def get_dependencies(
    client: ServicenowClient, config: ServicenowConfig, query: DependencyQuery, call: Call
) -> Page[Dependency]:
    """The declared edges of one CI, or of all services; they hold for every window."""
    question = _question(config, query.service)
    found = await _relationships(client, config, question, query.service, query.limit, call)
    edges = _edges_of(found.rows, config)
    unread = sum(not _is_readable(row) for row in found.rows)
    complete = found.complete and not unread
    return Page(
        rows=edges,
        total=len(edges) if complete else None,
        complete=complete,
        query=str(question),
        link=question.link,
        notes=(*found.notes, *_unread_notes(unread)),
    )


async def neighbours_of(client: ServicenowClient, config: ServicenowConfig, service: str, call: Call) -> Neighbours:
    """What the CMDB has at both sides of ``service``."""
    query = DependencyQuery(window=Window(start=call.now, end=call.now), service=service, limit=DEPENDENCIES_MAX)
    page = await get_dependencies(client, config, query, call)
    return Neighbours(
        upstream=_names(edge.caller for edge in page.rows if edge.callee == service),
        downstream=_names(edge.callee for edge in page.rows if edge.caller == service),
        notes=page.notes,
    )


def _question(config: ServicenowConfig, service: str | None) -> Question[wire.Relationship]:
    types = (*config.dependency_types, *config.reverse_dependency_types)
    if service is None:
        ends = (f"{end}.sys_class_nameINSTANCEOF{config.service_table}" for end in ("parent", "child"))
    else:
        ends = (encoded_query.equals(f"{end}.name", service) for end in ("parent", "child"))
    query = encoded_query.all_of(encoded_query.any_of(*ends), encoded_query.one_of("type.name", types))
    ordered = encoded_query.ordered(query)
    return Question(wire.Relationship, ordered, link=list_link(config, wire.Relationship.table, ordered))


async def _relationships(
    client: ServicenowClient,
    config: ServicenowConfig,
    question: Question[wire.Relationship],
    service: str | None,
    limit: int,
    call: Call,
) -> Found[wire.Relationship]:
    types = {*config.dependency_types, *config.reverse_dependency_types}

    def wanted(row: wire.Relationship) -> bool:
        return row.type_name.value in types and service in (None, row.parent_name.value, row.child_name.value)

    return await read_table(
        client, question, call,
        of=lambda row: row,
        wanted=wanted,
        limit=limit,
        most=DEPENDENCIES_MAX,
    )  # fmt: skip


def _is_readable(row: wire.Relationship) -> bool:
    return bool(row.parent_name.value and row.child_name.value)


def _unread_notes(unread: int) -> tuple[str, ...]:
    if not unread:
        return ()
    return (f"{unread} relationships are left out: this user may not read the CI at one of their ends",)


def _edges_of(rows: Iterable[wire.Relationship], config: ServicenowConfig) -> tuple[Dependency, ...]:
    """Two CIs may be related in several ways, and are one edge."""
    edges = []
    for row in filter(_is_readable, rows):
        parent, child = (row.parent_name, row.parent_class), (row.child_name, row.child_class)
        reverse = row.type_name.value in config.reverse_dependency_types
        edges.append(_dependency(*child, *parent) if reverse else _dependency(*parent, *child))
    return tuple(dict.fromkeys(edges))


def _dependency(caller: wire.Cell, caller_class: wire.Cell, callee: wire.Cell, callee_class: wire.Cell) -> Dependency:
    return Dependency(
        caller=caller.value,
        callee=callee.value,
        source=DependencySource.DECLARED,
        caller_kind=_kind_of(caller_class.value),
        callee_kind=_kind_of(callee_class.value),
    )


def _kind_of(class_name: str) -> NodeKind | None:
    return next((kind for prefix, kind in _KIND_OF_CLASS if class_name.startswith(prefix)), None)


def _names(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(found)))
