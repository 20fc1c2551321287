"""IncidentReader on Datadog's incidents."""

import re

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, read_pages
from opsloom.model.errors import NotFoundError
from opsloom.model.incidents import Incident, IncidentQuery
from opsloom.model.page import Page
from opsloom_adapters.datadog import incident_wire
from opsloom_adapters.datadog.client import DatadogClient
from opsloom_adapters.datadog.incident_mapping import incident_of, timeline_of
from opsloom_adapters.datadog.links import incidents_link
from opsloom_adapters.datadog.mapping import STATUS_OF_INCIDENT
from opsloom_adapters.datadog.search_syntax import one_of

PAGE_INCIDENTS_MAX = 100
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


async def search_incidents(client: DatadogClient, site_url: str, query: IncidentQuery, call: Call) -> Page[Incident]:
    """The incidents of ``query``, last created first. Datadog filters by state, the rest is ours."""
    states = [word for word, status in STATUS_OF_INCIDENT.items() if not query.statuses or status in query.statuses]
    if not states:
        wanted = ", ".join(sorted(query.statuses))
        note = f"no incident of Datadog is ever {wanted}; its states are {', '.join(STATUS_OF_INCIDENT)}"
        return Page(rows=(), total=0, query="GET /api/v2/incidents/search", notes=(note,))
    asked = one_of("state", states)
    link = incidents_link(site_url, asked)

    async def fetch(offset: int) -> Fetched[Incident, int]:
        reply = await client.incidents(
            call, asked, offset=offset, page_size=PAGE_INCIDENTS_MAX, window=query.window, link=link
        )
        found = [one.data for one in reply.data.attributes.incidents]
        rows = [incident_of(one, reply.included, call.instance, site_url, query.service) for one in found]
        return Fetched(rows, offset + len(rows) if len(rows) >= PAGE_INCIDENTS_MAX else None)

    found = await read_pages(fetch, 0, limit=query.limit, wanted=query.matches)
    short = not found.complete and len(found.rows) < query.limit
    return Page(
        rows=found.rows,
        total=len(found.rows) if found.complete else None,
        complete=found.complete,
        query=asked,
        link=link,
        notes=(f"only the last {found.scanned} incidents were read: ask for fewer statuses",) if short else (),
    )


async def get_incident(client: DatadogClient, site_url: str, native_id: str, call: Call) -> Incident:
    """The incident with that UUID, with the moments that it keeps of itself.

    :raises NotFoundError: there is none, or the id has another form.
    """
    reply = await read_incident(client, native_id, call)
    incident = incident_of(reply.data, reply.included, call.instance, site_url)
    return incident.model_copy(update={"timeline": timeline_of(reply.data)})


async def read_incident(client: DatadogClient, native_id: str, call: Call) -> incident_wire.OneIncident:
    """What Datadog says of the incident.

    :raises NotFoundError: there is none, or the id has another form.
    """
    if not _UUID.fullmatch(native_id):
        raise NotFoundError(
            f"{call.instance} has no such incident; ids are UUIDs, copied from the ref of a search answer",
            instance=call.instance,
        )
    return await client.incident(call, native_id)
