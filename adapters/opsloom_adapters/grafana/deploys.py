"""DeployReader on Grafana's annotations: those whose tags say that something was changed."""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, read_pages
from opsloom.model.deploys import Deploy, DeployQuery
from opsloom.model.errors import NotFoundError
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.page import Page
from opsloom_adapters.grafana.annotations import change_of, ends_at
from opsloom_adapters.grafana.client import GrafanaClient
from opsloom_adapters.grafana.config import GrafanaConfig
from opsloom_adapters.grafana.links import dashboard_link
from opsloom_adapters.grafana.times import milliseconds_of

_SCANNED_MAX = 5 * PROVIDER_ROWS_MAX  # annotations read for one question where most of them are of other services


async def search_deploys(client: GrafanaClient, config: GrafanaConfig, query: DeployQuery, call: Call) -> Page[Deploy]:
    """The newest changes of ``query``. Grafana filters by tag and time; service, environment and kind we do."""
    window = query.window
    tags = [tag for tag, kind in config.change_tags.items() if not query.kinds or kind in query.kinds]
    if not tags:
        return Page(rows=(), total=0, query="no tag of the settings means such a change")
    start = milliseconds_of(window.start)
    link = (
        dashboard_link(config, config.events_dashboard, window.start, window.end) if config.events_dashboard else None
    )
    seen: set[int] = set()

    async def fetch(until: int) -> Fetched[Deploy, int]:
        """Those that begin by ``until``, the last to end first: what does not fit into the page ends by its last."""
        heard = await client.annotations(
            call, tags, limit=PROVIDER_ROWS_MAX, span=(start, until), window=window, link=link
        )
        mapped = [change_of(one, config, call.instance) for one in heard if one.id not in seen]
        seen.update(one.id for one in heard)
        more = ends_at(heard[-1]) if len(heard) >= PROVIDER_ROWS_MAX else None
        return Fetched([change for change in mapped if change is not None], more)

    # Whole pages are read before any row is cut, because they come in the order of their ends.
    gathered = await read_pages(
        fetch, milliseconds_of(window.end), limit=PROVIDER_ROWS_MAX, wanted=query.matches, most=_SCANNED_MAX
    )
    found = sorted(gathered.rows, key=lambda deploy: deploy.at, reverse=True)
    rows = tuple(found[: query.limit])
    return Page(
        rows=rows,
        total=len(found) if gathered.complete else None,
        complete=gathered.complete and len(rows) == len(found),
        query="annotations with any of the tags " + ", ".join(tags),
        link=link,
    )


async def get_deploy(client: GrafanaClient, config: GrafanaConfig, native_id: str, call: Call) -> Deploy:
    """
    :raises NotFoundError: there is no such annotation, or its tags say nothing of a change.
    """
    if not (native_id.isascii() and native_id.isdigit()):
        raise NotFoundError(f"{call.instance} numbers its annotations; this is no number", instance=call.instance)
    change = change_of(await client.annotation(call, native_id), config, call.instance)
    if change is None:
        raise NotFoundError(f"no tag of this annotation of {call.instance} means a change", instance=call.instance)
    return change
