"""AlertReader on Opsgenie."""

from collections.abc import Mapping

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, Gathered, read_pages
from opsloom.model.alerts import Alert, AlertQuery
from opsloom.model.errors import PermissionDeniedError
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.page import Page
from opsloom_adapters.opsgenie.client import PAGE_ROWS_MAX, OpsgenieClient
from opsloom_adapters.opsgenie.config import OpsgenieConfig
from opsloom_adapters.opsgenie.links import alert_link, alerts_link
from opsloom_adapters.opsgenie.mapping import alert_of
from opsloom_adapters.opsgenie.search_query import search_query


async def search_alerts(client: OpsgenieClient, config: OpsgenieConfig, query: AlertQuery, call: Call) -> Page[Alert]:
    """The alerts of ``query``, the newest first."""
    asked = search_query(query, config)
    link = alerts_link(config, asked)
    teams = await team_names(client, call, needed=query.team is not None)
    rows = PAGE_ROWS_MAX if _is_filtered_by_us(query) else min(query.limit, PAGE_ROWS_MAX)

    async def fetch(offset: int) -> Fetched[Alert, int]:
        page = await client.alerts(call, asked, offset=offset, rows=rows, window=query.window, link=link)
        alerts = [alert_of(one, config, call.instance, teams or {}, query.team) for one in page.rows]
        return Fetched(alerts, page.next)

    found = await read_pages(fetch, 0, limit=min(query.limit, PROVIDER_ROWS_MAX), wanted=query.matches)
    return Page(
        rows=found.rows,
        total=len(found.rows) if found.complete else None,
        complete=found.complete,
        query=asked,
        link=link,
        notes=_notes(query, config, found, teams),
    )


async def get_alert(client: OpsgenieClient, config: OpsgenieConfig, native_id: str, call: Call) -> Alert:
    """The alert with that id.

    :raises NotFoundError: there is none; Opsgenie keeps alerts for as long as the plan says.
    """
    heard = await client.alert(call, native_id, link=alert_link(config, native_id))
    of_teams = any(one.type == "team" for one in heard.responders)
    teams = await team_names(client, call) if of_teams else {}
    return alert_of(heard, config, call.instance, teams or {})


async def team_names(client: OpsgenieClient, call: Call, *, needed: bool = False) -> Mapping[str, str] | None:
    """Names by id; ``None`` where the key may not see teams and they are not ``needed``.

    :raises PermissionDeniedError: the key may not see teams, which are needed.
    """
    try:
        return {team.id: team.name for team in await client.teams(call)}
    except PermissionDeniedError:
        if needed:
            raise
        return None


def _is_filtered_by_us(query: AlertQuery) -> bool:
    """Whether Opsgenie's answer may hold more than is asked for."""
    return bool(query.statuses or query.text or query.service or query.team)


def _notes(
    query: AlertQuery, config: OpsgenieConfig, found: Gathered[Alert], teams: Mapping[str, str] | None
) -> tuple[str, ...]:
    notes = []
    if query.text:
        notes.append("Opsgenie finds whole words of messages: parts of words, tags and descriptions were not searched")
    if query.service:
        notes.append(
            f"the service of a listed alert is its tag {config.service_key}:<name>: alerts without it were left out"
        )
    if teams is None:
        notes.append("teams are missing: the API key lacks Configuration access")
    if not found.complete and len(found.rows) < query.limit:
        notes.append("there are more alerts than could be read: narrow the window")
    return tuple(notes)
