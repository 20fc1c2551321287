"""IncidentReader on ServiceNow."""

from opsloom.adapter_api.call import Call
from opsloom.model.incidents import Incident, IncidentQuery, IncidentStatus
from opsloom.model.page import Page
from opsloom_adapters.servicenow import encoded_query, wire
from opsloom_adapters.servicenow.client import ServicenowClient
from opsloom_adapters.servicenow.config import ServicenowConfig
from opsloom_adapters.servicenow.links import list_link, record_link
from opsloom_adapters.servicenow.mapping import incident_of, incident_states
from opsloom_adapters.servicenow.sys_ids import sys_id_of
from opsloom_adapters.servicenow.tables import Question, read_table
from opsloom_adapters.servicenow.timeline import timeline_of


async def search_incidents(
    client: ServicenowClient, config: ServicenowConfig, query: IncidentQuery, call: Call
) -> Page[Incident]:
    """The incidents of ``query``, last opened first."""
    notes = _notes(query, config)
    if query.statuses and not query.statuses & _possible(config):
        return Page(rows=(), total=0, query=f"state means {', '.join(sorted(query.statuses))}", notes=notes)
    encoded = encoded_query.ordered(_conditions(query, config), "DESCopened_at")
    link = list_link(config, wire.Incident.table, encoded)
    question = Question(wire.Incident, encoded, window=query.window, link=link)
    found = await read_table(
        client, question, call,
        of=lambda row: incident_of(row, config, call.instance, query.service),
        wanted=query.matches,
        limit=query.limit,
    )  # fmt: skip
    return Page(
        rows=found.rows,
        total=found.total,
        complete=found.complete,
        query=str(question),
        link=link,
        notes=(*notes, *found.notes),
    )


async def get_incident(client: ServicenowClient, config: ServicenowConfig, native_id: str, call: Call) -> Incident:
    """The incident with its work notes and comments.

    :raises NotFoundError: there is none, or this user may not read it.
    """
    sys_id = sys_id_of(native_id, call)
    row = await client.row(call, wire.Incident, sys_id, link=record_link(config, wire.Incident.table, sys_id))
    incident = incident_of(row, config, call.instance)
    return incident.model_copy(update={"timeline": await timeline_of(client, row, call)})


def _conditions(query: IncidentQuery, config: ServicenowConfig) -> str:
    """Open at some time in the window: opened before its end, and not ended before its start."""
    ended = [state for state, status in incident_states(config).items() if status is IncidentStatus.RESOLVED]
    reopened = encoded_query.none_of("state", ended)
    conditions = [encoded_query.before_end("opened_at", query.window)]
    for column in ("resolved_at", "closed_at"):
        later = encoded_query.from_start(column, query.window)
        conditions.append(encoded_query.any_of(later, encoded_query.is_empty(column), reopened))
    if query.statuses and IncidentStatus.UNKNOWN not in query.statuses:  # what is unknown, no condition can name
        conditions.append(encoded_query.one_of("state", _states(query, config)))
    if query.service is not None:
        named = (encoded_query.equals(f"{field}.name", query.service) for field in config.service_fields)
        conditions.append(encoded_query.any_of(*named))
    if query.text:
        columns = ("short_description", "description")
        conditions.append(encoded_query.any_of(*(encoded_query.contains(column, query.text) for column in columns)))
    return encoded_query.all_of(*conditions)


def _states(query: IncidentQuery, config: ServicenowConfig) -> list[str]:
    return [state for state, status in incident_states(config).items() if status in query.statuses]


def _possible(config: ServicenowConfig) -> set[IncidentStatus]:
    return {*incident_states(config).values(), IncidentStatus.UNKNOWN}


def _notes(query: IncidentQuery, config: ServicenowConfig) -> tuple[str, ...]:
    missing = ", ".join(sorted(query.statuses - _possible(config)))
    return (f"no state of these incidents means {missing}; see the setting incident_states",) if missing else ()
