"""IncidentReader on OpsOrch."""

from opsloom.adapter_api.call import Call
from opsloom.model.alerts import Severity
from opsloom.model.incidents import Incident, IncidentQuery, IncidentStatus
from opsloom.model.page import Page
from opsloom.model.refs import Ref, RefKind
from opsloom.model.timeline import TimelineEntry
from opsloom_adapters.opsorch import wire
from opsloom_adapters.opsorch.client import INCIDENTS, OpsorchClient
from opsloom_adapters.opsorch.mapping import incident_status_of, known, link_of, text_in
from opsloom_adapters.opsorch.pages import page_of


async def search_incidents(client: OpsorchClient, query: IncidentQuery, call: Call) -> Page[Incident]:
    """The incidents of ``query``, newest first. The scope is a hint to OpsOrch's provider, so all is checked again."""
    found = await client.query(call, INCIDENTS, scope={"service": query.service}, window=query.window)
    wanted = [one for one in (_incident_of(each, call.instance) for each in found.rows) if query.matches(one)]
    wanted.sort(key=lambda incident: incident.starts_at, reverse=True)
    return page_of(found, wanted, query.limit, f"incidents, service {query.service or 'any'}")


async def get_incident(client: OpsorchClient, native_id: str, call: Call) -> Incident:
    """One incident with its timeline."""
    incident = await client.get(call, INCIDENTS.name, native_id, wire.INCIDENT)
    timeline = sorted(await client.timeline(call, native_id), key=lambda entry: entry.at)
    entries = tuple(map(_entry_of, timeline))
    return _incident_of(incident, call.instance).model_copy(update={"timeline": entries})


def _incident_of(incident: wire.Incident, instance: str) -> Incident:
    status, updated = incident_status_of(incident.status), known(incident.updated_at)
    return Incident(
        ref=Ref(RefKind.INCIDENT, instance, incident.id),
        link=link_of(incident.url),
        key=incident.id,
        title=incident.title,
        status=status,
        status_raw=incident.status,
        severity=Severity.from_word(incident.severity),
        severity_raw=incident.severity,
        service=incident.service or text_in(incident.fields, "service") or None,
        team=text_in(incident.fields, "team") or None,
        summary=incident.description,
        starts_at=known(incident.created_at) or incident.updated_at,
        ends_at=updated if status is IncidentStatus.RESOLVED else None,
        updated_at=updated,
    )


def _entry_of(entry: wire.TimelineEntry) -> TimelineEntry:
    return TimelineEntry(at=entry.at, kind=entry.kind, author=text_in(entry.actor, "name"), text=entry.body)
