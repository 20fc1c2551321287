"""Which metrics Datadog has."""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, read_pages
from opsloom.model.metrics import MetricCatalogQuery, MetricDescriptor
from opsloom.model.page import Page
from opsloom_adapters.datadog.client import DatadogClient
from opsloom_adapters.datadog.tags import tag_value

_PAGE_METRICS_MAX = 10_000
_METRICS_READ_MAX = 50_000  # names only; of so many a text finds all in five pages
_WINDOW_MAX_SECONDS = 2_592_000


async def list_metrics(
    client: DatadogClient, site_url: str, query: MetricCatalogQuery, call: Call
) -> Page[MetricDescriptor]:
    """The names of the metrics that reported since the start of the window; Datadog filters by service only."""
    text = (query.text or "").casefold()
    page_size = _PAGE_METRICS_MAX if text else min(query.limit + 1, _PAGE_METRICS_MAX)
    since = int((call.now - query.window.start).total_seconds())
    filters = [("window[seconds]", str(min(max(since, 1), _WINDOW_MAX_SECONDS)))]
    if query.service is not None:
        filters.append(("filter[tags]", f"service:{tag_value(query.service, 'service')}"))

    async def fetch(cursor: str) -> Fetched[MetricDescriptor, str]:
        place = [("page[size]", str(page_size)), *([("page[cursor]", cursor)] if cursor else [])]
        reply = await client.metrics(call, [*filters, *place], window=query.window)
        pagination = reply.meta.pagination if reply.meta else None
        rows = [MetricDescriptor(name=one.id, service=query.service) for one in reply.data]
        return Fetched(rows, (pagination.next_cursor if pagination else None) or None)

    found = await read_pages(
        fetch, "", limit=query.limit, wanted=lambda one: text in one.name.casefold(), most=_METRICS_READ_MAX
    )
    late = since > _WINDOW_MAX_SECONDS
    return Page(
        rows=found.rows,
        total=len(found.rows) if found.complete else None,
        complete=found.complete,
        query=" ".join(f"{name}={value}" for name, value in filters),
        link=f"{site_url}/metric/summary",
        notes=("Datadog lists metrics of the last 30 days only",) if late else (),
    )
