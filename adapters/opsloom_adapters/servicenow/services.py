"""The services of the CMDB by name."""

from collections.abc import Callable

from opsloom.adapter_api.call import Call
from opsloom.model.limits import ROWS_MAX
from opsloom.model.ownership import Link, Service
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.servicenow import encoded_query, wire
from opsloom_adapters.servicenow.client import ServicenowClient
from opsloom_adapters.servicenow.config import ServicenowConfig
from opsloom_adapters.servicenow.links import list_link, record_link
from opsloom_adapters.servicenow.tables import Found, Question, read_table


def services_question(config: ServicenowConfig, condition: str) -> Question[wire.Service]:
    """Those that fit ``condition``, by name."""
    query = encoded_query.ordered(condition, "name")
    link = list_link(config, config.service_table, query)
    return Question(wire.Service, query, table=config.service_table, link=link)


async def services_named(
    client: ServicenowClient, config: ServicenowConfig, name: str, call: Call
) -> tuple[Question[wire.Service], Found[wire.Service]]:
    """All that have exactly this name: several classes of service may share one."""
    question = services_question(config, encoded_query.equals("name", name))
    return question, await read_services(client, question, call, wanted=lambda row: row.name.value == name)


async def read_services(
    client: ServicenowClient,
    question: Question[wire.Service],
    call: Call,
    *,
    wanted: Callable[[wire.Service], bool],
    limit: int = ROWS_MAX,
) -> Found[wire.Service]:
    return await read_table(client, question, call, of=lambda row: row, wanted=wanted, limit=limit)


def service_of(row: wire.Service, config: ServicenowConfig, instance: str) -> Service:
    """Its native id is its name, by which its owner is asked for."""
    people = (("owned by", row.owned_by), ("managed by", row.managed_by))
    return Service(
        ref=Ref(RefKind.SERVICE, instance, row.name.value),
        link=record_link(config, config.service_table, row.sys_id),
        name=row.name.value,
        description=row.short_description.label,
        owner=row.support_group.label or None,
        lifecycle=row.operational_status.label,
        tier=row.busines_criticality.label,
        links=tuple(
            Link(title=f"{how} {person.label}", url=record_link(config, wire.User.table, person.value))
            for how, person in people
            if person.value
        ),
    )
