"""AlertReader on Acme's alerts."""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, read_pages
from opsloom.model.alerts import Alert, AlertQuery
from opsloom.model.page import Page
from opsloom.model.window import format_time
from opsloom_acme.client import AcmeClient
from opsloom_acme.config import AcmeConfig
from opsloom_acme.mapping import alert_of

_PAGE_SIZE_MAX = 100


async def search_alerts(client: AcmeClient, config: AcmeConfig, query: AlertQuery, call: Call) -> Page[Alert]:
    """The alerts of ``query``. Acme filters by time and service; the rest is filtered here, page by page."""
    filters = [("from", format_time(query.window.start)), ("to", format_time(query.window.end))]
    filters += [("service", query.service)] if query.service is not None else []
    size = min(query.limit, _PAGE_SIZE_MAX)

    async def fetch(page: int) -> Fetched[Alert, int]:
        reply = await client.alerts(call, filters, size=size, page=page, window=query.window)
        return Fetched([alert_of(one, config, call.instance) for one in reply.alerts], reply.next)

    found = await read_pages(fetch, 1, limit=query.limit, wanted=query.matches)
    return Page(
        rows=found.rows,
        complete=found.complete,
        query=" ".join(f"{name}={value}" for name, value in filters),
        link=f"{config.site}/alerts",
    )


async def get_alert(client: AcmeClient, config: AcmeConfig, native_id: str, call: Call) -> Alert:
    """The alert of that id, by one request."""
    return alert_of(await client.alert(call, native_id), config, call.instance)
