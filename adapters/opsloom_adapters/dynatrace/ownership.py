"""OwnershipReader on Dynatrace: services, and the teams that their tags name."""

from opsloom.adapter_api.call import Call
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.ownership import Ownership, OwnershipQuery, Service, ServiceQuery, Team
from opsloom.model.page import Page
from opsloom.model.window import Window
from opsloom_adapters.dynatrace import wire
from opsloom_adapters.dynatrace.client import PAGE_ROWS_MAX, DynatraceClient
from opsloom_adapters.dynatrace.config import DynatraceConfig
from opsloom_adapters.dynatrace.mapping import owner_tags, service_of
from opsloom_adapters.dynatrace.selectors import services_named, services_with
from opsloom_adapters.dynatrace.services import find_services, no_such_service, seen_until

_FIELDS = "+tags,+properties.serviceType"


async def search_services(
    client: DynatraceClient, config: DynatraceConfig, query: ServiceQuery, call: Call
) -> Page[Service]:
    """The services whose name holds the text and that were seen lately, by name."""
    limit = min(query.limit, PROVIDER_ROWS_MAX)
    selector = services_with(query.text)
    text = (query.text or "").casefold()
    found = await client.entities(
        call,
        selector,
        seen_until(call.now),
        _FIELDS,
        limit=limit,
        rows=min(limit, PAGE_ROWS_MAX),
        wanted=lambda one: text in one.display_name.casefold(),
    )
    return Page(
        rows=tuple(service_of(one, config, call.instance) for one in found.rows),
        complete=found.complete,
        query=f"entities {selector}",
    )


async def get_ownership(
    client: DynatraceClient, config: DynatraceConfig, query: OwnershipQuery, call: Call
) -> Page[Ownership]:
    """One row per service of that name."""
    if query.service is None:
        return Page(rows=(), total=0, query="nothing", notes=("Dynatrace knows services, no paths",))
    found = await find_services(client, query.service, Window(start=query.at, end=query.at), call, _FIELDS)
    if not found:
        return no_such_service(query.service)
    rows = tuple(_ownership(one, config, call.instance) for one in found)
    return Page(rows=rows, total=len(rows), query=f"entities {services_named(query.service)}")


def _ownership(heard: wire.Entity, config: DynatraceConfig, instance: str) -> Ownership:
    owners = owner_tags(heard.tags, config)
    return Ownership(
        service=service_of(heard, config, instance),
        teams=tuple(Team(name=name) for name in dict.fromkeys(one.value for one in owners)),
        matched_by=", ".join(f"tag {one.key}:{one.value}" for one in owners),
    )
