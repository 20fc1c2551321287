"""PagerDuty's ids for names. Its searches find more than the one that is asked for, so what they find is compared."""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, read_pages
from opsloom_adapters.pagerduty import wire
from opsloom_adapters.pagerduty.client import PagerdutyClient, fetched


async def service_named(client: PagerdutyClient, name: str, call: Call) -> wire.Service | None:
    """The service with exactly this name, of which there is one at most."""

    async def fetch(offset: int) -> Fetched[wire.Service, int]:
        return fetched(await client.services(call, name, offset=offset), offset)

    found = await read_pages(fetch, 0, limit=1, wanted=lambda one: one.name == name)
    return next(iter(found.rows), None)


async def team_named(client: PagerdutyClient, name: str, call: Call) -> wire.Named | None:
    """The team with exactly this name."""
    return next((one for one in (await client.teams(call, name)).rows if one.name == name), None)
