"""DeployReader on Dynatrace's events of deployments and changed configurations."""

from opsloom.adapter_api.call import Call
from opsloom.model.deploys import Deploy, DeployQuery
from opsloom.model.errors import NotFoundError
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.page import Page
from opsloom_adapters.dynatrace.client import DynatraceClient
from opsloom_adapters.dynatrace.mapping import KIND_OF_EVENT, deploy_of
from opsloom_adapters.dynatrace.selectors import criterion
from opsloom_adapters.dynatrace.services import find_services, no_such_service


async def search_deploys(client: DynatraceClient, query: DeployQuery, call: Call) -> Page[Deploy]:
    """The changes of ``query``, newest first. Dynatrace finds events of one type at a time, in an order of its own."""
    types = [one for one, kind in KIND_OF_EVENT.items() if not query.kinds or kind in query.kinds]
    if not types:
        note = "Dynatrace has events of kind deploy and config only"
        return Page(rows=(), total=0, query="nothing", notes=(note,))
    if query.service is not None and not await find_services(client, query.service, query.window, call):
        return no_such_service(query.service)
    selectors = [criterion("eventType", (one,)) for one in types]
    found: dict[str, Deploy] = {}
    complete = True
    for selector in selectors:
        heard = await client.events(call, selector, query.window)
        changes = (deploy_of(one, call.instance) for one in heard.rows if one.event_type in KIND_OF_EVENT)
        found |= {one.ref.native_id: one for one in changes if query.matches(one)}
        complete = complete and heard.complete
    newest = sorted(found.values(), key=lambda one: one.at, reverse=True)
    rows = newest[: min(query.limit, PROVIDER_ROWS_MAX)]
    return Page(
        rows=tuple(rows),
        total=len(newest) if complete else None,
        complete=complete and len(rows) == len(newest),
        query="events " + " or ".join(selectors),
    )


async def get_deploy(client: DynatraceClient, native_id: str, call: Call) -> Deploy:
    """The change.

    :raises NotFoundError: there is no such event, or it is no change.
    """
    heard = await client.event(call, native_id)
    if heard.event_type not in KIND_OF_EVENT:
        raise NotFoundError(f"this event of {call.instance} is no change", instance=call.instance)
    return deploy_of(heard, call.instance)
