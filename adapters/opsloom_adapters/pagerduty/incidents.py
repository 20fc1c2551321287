"""IncidentReader on PagerDuty."""

from opsloom.adapter_api.call import Call
from opsloom.model.incidents import Incident, IncidentQuery, IncidentStatus
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.page import Page
from opsloom_adapters.pagerduty.client import PagerdutyClient
from opsloom_adapters.pagerduty.incident_search import IncidentSearch, find_incidents
from opsloom_adapters.pagerduty.mapping import INCIDENT_STATUS, incident_of
from opsloom_adapters.pagerduty.names import service_named
from opsloom_adapters.pagerduty.nothing import no_such_service, no_such_status


async def search_incidents(client: PagerdutyClient, query: IncidentQuery, call: Call) -> Page[Incident]:
    """The incidents of ``query``, newest first."""
    words = frozenset(word for word, status in INCIDENT_STATUS.items() if status in query.statuses)
    if query.statuses and not words and IncidentStatus.UNKNOWN not in query.statuses:
        return no_such_status(INCIDENT_STATUS)
    service = await service_named(client, query.service, call) if query.service is not None else None
    if query.service is not None and service is None:
        return no_such_service(query.service)
    asked = words if IncidentStatus.UNKNOWN not in query.statuses else frozenset()
    filters = (("service_ids[]", service.id),) if service else ()
    search = IncidentSearch(query.window, asked, filters, sifted=query.text is not None)
    found = await find_incidents(
        client,
        search,
        call,
        limit=min(query.limit, PROVIDER_ROWS_MAX),
        wanted=lambda one: query.matches(incident_of(one, call.instance)),
    )
    return Page(
        rows=tuple(incident_of(one, call.instance) for one in found.rows), complete=found.complete, query=str(search)
    )


async def get_incident(client: PagerdutyClient, native_id: str, call: Call) -> Incident:
    """The incident with its alerts and its timeline.

    :raises NotFoundError: there is none with that id or number.
    """
    heard = await client.incident(call, native_id)
    alerts = await client.alerts(call, heard.id)
    log_entries = await client.log_entries(call, heard.id)
    return incident_of(heard, call.instance, alerts.rows, log_entries.rows)
