"""OwnershipReader on ServiceNow: services of the CMDB, their support groups, and who is on call for these."""

from dataclasses import dataclass, field

from opsloom.adapter_api.call import Call
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.ownership import Link, OnCall, Ownership, OwnershipQuery, Service, ServiceQuery, Team
from opsloom.model.page import Page
from opsloom_adapters.servicenow import encoded_query, wire
from opsloom_adapters.servicenow.client import ServicenowClient
from opsloom_adapters.servicenow.config import ServicenowConfig
from opsloom_adapters.servicenow.on_call import on_call_of
from opsloom_adapters.servicenow.services import read_services, service_of, services_named, services_question
from opsloom_adapters.servicenow.tables import Question, read_table
from opsloom_adapters.servicenow.topology import neighbours_of

_FILES = "ServiceNow knows who owns services, not files"
_SAME_NAME = "several CIs share a name; each name is shown once"


@dataclass
class _Groups:
    """What is known of each support group, by its id, and what the reader must know of it."""

    known: dict[str, tuple[Team, tuple[OnCall, ...]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


async def search_services(
    client: ServicenowClient, config: ServicenowConfig, query: ServiceQuery, call: Call
) -> Page[Service]:
    """The services, by name."""
    text = query.text or ""
    question = services_question(config, encoded_query.contains("name", text) if text else "")
    found = await read_services(
        client, question, call, wanted=lambda row: text.casefold() in row.name.value.casefold(), limit=query.limit
    )
    by_name: dict[str, Service] = {}
    for row in found.rows:
        by_name.setdefault(row.name.value, service_of(row, config, call.instance))
    shared = len(by_name) < len(found.rows)
    return Page(
        rows=tuple(by_name.values()),
        total=None if shared else found.total,
        complete=found.complete,
        query=str(question),
        link=question.link,
        notes=(*((_SAME_NAME,) if shared else ()), *found.notes),
    )


async def get_ownership(
    client: ServicenowClient, config: ServicenowConfig, query: OwnershipQuery, call: Call
) -> Page[Ownership]:
    """The support group of each service of that name, its members, who is on call, and the neighbours in the CMDB."""
    if query.service is None:
        return Page(rows=(), total=0, query=f"path {query.path}", notes=(_FILES,))
    question, found = await services_named(client, config, query.service, call)
    if not found.rows:
        return Page(
            rows=(), total=found.total, complete=found.complete, query=str(question), link=question.link,
            notes=found.notes,
        )  # fmt: skip
    groups = _Groups(notes=list(found.notes))
    neighbours = await neighbours_of(client, config, query.service, call)
    groups.notes += neighbours.notes
    rows = []
    for row in found.rows:
        team, on_call = await _group(client, config, row, query, call, groups)
        rows.append(
            Ownership(
                service=service_of(row, config, call.instance),
                teams=(team,) if team else (),
                on_call=on_call,
                upstream=neighbours.upstream,
                downstream=neighbours.downstream,
                matched_by=f"support_group of {row.sys_class_name.value or config.service_table}" if team else "",
            )
        )
    return Page(
        rows=tuple(rows),
        total=len(rows) if found.complete else None,
        complete=found.complete,
        query=str(question),
        link=question.link,
        notes=tuple(dict.fromkeys(groups.notes)),
    )


async def _group(
    client: ServicenowClient,
    config: ServicenowConfig,
    row: wire.Service,
    query: OwnershipQuery,
    call: Call,
    groups: _Groups,
) -> tuple[Team | None, tuple[OnCall, ...]]:
    group = row.support_group
    if not group.value:
        groups.notes.append("a service of this name has no support group")
        return None, ()
    if group.value not in groups.known:
        members = await _members(client, group.value, call, groups)
        team = Team(
            name=group.label,
            title=row.group_description.label,
            members=tuple(members.values()),
            contacts=(Link(title="mail", url=f"mailto:{row.group_email.value}"),) if row.group_email.value else (),
        )
        on_call, notes = await on_call_of(client, group, members, query.at, call)
        groups.notes += notes
        groups.known[group.value] = team, on_call
    return groups.known[group.value]


async def _members(client: ServicenowClient, group: str, call: Call, groups: _Groups) -> dict[str, str]:
    """The logins of the active members by their ids."""
    of_group = encoded_query.all_of(encoded_query.equals("group", group), encoded_query.equals("user.active", "true"))
    question = Question(wire.GroupMember, encoded_query.ordered(of_group))
    found = await read_table(
        client, question, call,
        of=lambda row: row,
        wanted=lambda row: row.group.value == group and row.active.value != "false",
        limit=PROVIDER_ROWS_MAX,
    )  # fmt: skip
    groups.notes += found.notes
    return {row.user.value: row.login.value or row.user.label for row in found.rows}
