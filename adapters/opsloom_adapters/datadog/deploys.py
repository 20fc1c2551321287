"""DeployReader on the deployments of DORA metrics, and on the events that the settings name."""

from collections.abc import Sequence
from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, read_pages
from opsloom.model.deploys import ChangeKind, Deploy, DeployQuery
from opsloom.model.errors import NotFoundError
from opsloom.model.page import Page
from opsloom_adapters.datadog.client import DatadogClient
from opsloom_adapters.datadog.config import DatadogConfig
from opsloom_adapters.datadog.deploy_mapping import DEPLOYMENT, EVENT, deploy_of_deployment, deploy_of_event
from opsloom_adapters.datadog.links import deployments_link, event_link, events_link
from opsloom_adapters.datadog.partial import notes_on_partial
from opsloom_adapters.datadog.search_syntax import equals

_PAGE_MAX = 1_000
_OF_EVENTS = frozenset({ChangeKind.DEPLOY, ChangeKind.CONFIG, ChangeKind.FLAG})


@dataclass(frozen=True)
class _Found:
    """What one source has."""

    rows: Sequence[Deploy] = ()
    complete: bool = True
    query: str = ""
    notes: tuple[str, ...] = ()


async def search_deploys(client: DatadogClient, config: DatadogConfig, query: DeployQuery, call: Call) -> Page[Deploy]:
    """The newest changes of ``query``, over both sources."""
    sources = []
    if not query.kinds or ChangeKind.DEPLOY in query.kinds:
        sources.append(await _deployments(client, config, query, call))
    if config.deploy_events is not None and (not query.kinds or query.kinds & _OF_EVENTS):
        sources.append(await _events(client, config, config.deploy_events, query, call))
    rows = sorted((row for source in sources for row in source.rows), key=lambda row: row.at, reverse=True)
    complete = all(source.complete for source in sources) and len(rows) <= query.limit
    kinds = ", ".join(sorted(query.kinds))
    return Page(
        rows=tuple(rows[: query.limit]),
        total=len(rows) if complete else None,
        complete=complete,
        query="; ".join(source.query for source in sources) or "nothing",
        link=deployments_link(config.site_url, query.window),
        notes=tuple(note for source in sources for note in source.notes)
        if sources
        else (f"changes of kind {kinds} are not read from {call.instance}; deploy_events may name events of them",),
    )


async def get_deploy(client: DatadogClient, config: DatadogConfig, native_id: str, call: Call) -> Deploy:
    """The deployment or event with the id such as ``deployment:4242fcdd31586083``.

    :raises NotFoundError: there is none, or the id has another form.
    """
    source, _, native = native_id.partition(":")
    if source == DEPLOYMENT and native:
        return deploy_of_deployment(await client.deployment(call, native), call.instance, config.site_url)
    if source == EVENT and native:
        link = event_link(config.site_url, native)
        return deploy_of_event(await client.event(call, native, link=link), call.instance, config.site_url)
    raise NotFoundError(
        f"{call.instance} has no such change; its ids begin with {DEPLOYMENT}: or {EVENT}:", instance=call.instance
    )


async def _deployments(client: DatadogClient, config: DatadogConfig, query: DeployQuery, call: Call) -> _Found:
    terms = [] if query.service is None else [equals("service", query.service)]
    terms += [] if query.environment is None else [equals("env", query.environment)]
    asked, most = " ".join(terms), min(query.limit + 1, _PAGE_MAX)
    link = deployments_link(config.site_url, query.window)
    heard = await client.deployments(call, asked, limit=most, window=query.window, link=link)
    mapped = (deploy_of_deployment(one, call.instance, config.site_url) for one in heard)
    rows = [row for row in mapped if query.matches(row)]
    return _Found(rows, complete=len(heard) < most, query=f"deployments {asked or 'of all services'}")


async def _events(client: DatadogClient, config: DatadogConfig, asked: str, query: DeployQuery, call: Call) -> _Found:
    """Service and environment are not asked for: an event that names none may concern any."""
    link = events_link(config.site_url, asked, query.window)
    page_size = min(query.limit + 1, _PAGE_MAX)
    notes: list[str] = []

    async def fetch(cursor: str) -> Fetched[Deploy, str]:
        reply = await client.events(call, asked, limit=page_size, cursor=cursor, window=query.window, link=link)
        notes.extend(notes_on_partial(reply.meta))
        after = reply.meta.page.after if reply.meta and reply.meta.page else None
        rows = [deploy_of_event(one, call.instance, config.site_url) for one in reply.data]
        return Fetched(rows, after if rows else None)

    found = await read_pages(fetch, "", limit=query.limit, wanted=query.matches)
    return _Found(found.rows, found.complete and not notes, query=f"events {asked}", notes=tuple(dict.fromkeys(notes)))
