"""DeployReader on PagerDuty's change events."""

from collections.abc import Sequence

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, read_pages
from opsloom.model.deploys import ChangeKind, Deploy, DeployQuery
from opsloom.model.errors import NotFoundError
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.page import Page
from opsloom_adapters.pagerduty import wire
from opsloom_adapters.pagerduty.client import PAGE_ROWS_MAX, PagerdutyClient, fetched, window_parameters
from opsloom_adapters.pagerduty.mapping import deploy_of
from opsloom_adapters.pagerduty.names import service_named
from opsloom_adapters.pagerduty.nothing import no_such_service

_NAMES_LOOKED_UP_MAX = 10


async def search_deploys(client: PagerdutyClient, query: DeployQuery, call: Call) -> Page[Deploy]:
    """The change events of ``query``, newest first."""
    if query.kinds and ChangeKind.DEPLOY not in query.kinds:
        note = "PagerDuty does not tell kinds of change apart: all its change events are given as deploy"
        return Page(rows=(), total=0, query="nothing", notes=(note,))
    service = await service_named(client, query.service, call) if query.service is not None else None
    if query.service is not None and service is None:
        return no_such_service(query.service)
    limit = min(query.limit, PROVIDER_ROWS_MAX)
    rows = min(limit, PAGE_ROWS_MAX)
    names = {service.id: service.name} if service else {}

    def deploy(one: wire.ListedChangeEvent) -> Deploy:
        return deploy_of(one, one.id, call.instance, names, service=query.service)

    async def fetch(offset: int) -> Fetched[wire.ListedChangeEvent, int]:
        page = await client.change_events(call, service.id if service else None, query.window, offset=offset, rows=rows)
        return fetched(page, offset, rows)

    found = await read_pages(fetch, 0, limit=limit, wanted=lambda one: query.matches(deploy(one)))
    if service is None:
        names = await _names_of(client, found.rows, call)
    path = f"/services/{service.id}/change_events" if service else "/change_events"
    asked = " ".join(f"{name}={value}" for name, value in window_parameters(query.window))
    return Page(rows=tuple(map(deploy, found.rows)), complete=found.complete, query=f"GET {path} {asked}")


async def get_deploy(client: PagerdutyClient, native_id: str, call: Call) -> Deploy:
    """The change event.

    :raises NotFoundError: there is none with that id.
    """
    heard = await client.change_event(call, native_id)
    return deploy_of(heard, native_id, call.instance, await _names_of(client, (heard,), call))


async def _names_of(client: PagerdutyClient, events: Sequence[wire.ChangeEvent], call: Call) -> dict[str, str]:
    """Names of the first services that change events name by id only; of a deleted one there is no more than its id."""
    nameless = dict.fromkeys(one.id for event in events for one in event.services if not one.summary)
    names: dict[str, str] = {}
    for service in list(nameless)[:_NAMES_LOOKED_UP_MAX]:
        try:
            names[service] = (await client.service(call, service)).name
        except NotFoundError:
            continue
    return names
