"""AlertReader on PagerDuty: its incidents, because they are what notifies people and is acknowledged."""

from opsloom.adapter_api.call import Call
from opsloom.model.alerts import Alert, AlertQuery, AlertStatus
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.page import Page
from opsloom_adapters.pagerduty.client import PagerdutyClient
from opsloom_adapters.pagerduty.incident_search import IncidentSearch, find_incidents
from opsloom_adapters.pagerduty.mapping import ALERT_STATUS, alert_of
from opsloom_adapters.pagerduty.names import service_named, team_named
from opsloom_adapters.pagerduty.nothing import no_such_service, no_such_status, no_such_team


async def search_alerts(client: PagerdutyClient, query: AlertQuery, call: Call) -> Page[Alert]:
    """The incidents of ``query`` as alerts, newest first."""
    words = frozenset(word for word, status in ALERT_STATUS.items() if status in query.statuses)
    if query.statuses and not words and AlertStatus.UNKNOWN not in query.statuses:
        return no_such_status(ALERT_STATUS)
    filters: list[tuple[str, str]] = []
    if query.service is not None:
        service = await service_named(client, query.service, call)
        if service is None:
            return no_such_service(query.service)
        filters.append(("service_ids[]", service.id))
    if query.team is not None:
        team = await team_named(client, query.team, call)
        if team is None:
            return no_such_team(query.team)
        filters.append(("team_ids[]", team.id))
    asked = words if AlertStatus.UNKNOWN not in query.statuses else frozenset()
    sifted = query.text is not None or query.severity is not None
    search = IncidentSearch(query.window, asked, tuple(filters), sifted=sifted)
    found = await find_incidents(
        client,
        search,
        call,
        limit=min(query.limit, PROVIDER_ROWS_MAX),
        wanted=lambda one: query.matches(alert_of(one, call.instance, team=query.team)),
    )
    return Page(
        rows=tuple(alert_of(one, call.instance, team=query.team) for one in found.rows),
        complete=found.complete,
        query=str(search),
    )


async def get_alert(client: PagerdutyClient, native_id: str, call: Call) -> Alert:
    """The incident as an alert, with what the tools that raised it said.

    :raises NotFoundError: there is none with that id or number.
    """
    heard = await client.incident(call, native_id)
    return alert_of(heard, call.instance, (await client.alerts(call, heard.id)).rows)
