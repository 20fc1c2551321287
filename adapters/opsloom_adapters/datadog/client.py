"""The requests to Datadog's API, v1 and v2 (https://docs.datadoghq.com/api/latest/): what is read."""

from collections.abc import Mapping

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import HttpClient, Parameters
from opsloom.adapter_api.http_json import parse_json
from opsloom.adapter_api.http_paths import path_segment
from opsloom.model.window import Window, format_time
from opsloom_adapters.datadog import change_wire, downtime_wire, incident_wire, ownership_wire, wire

_JSON = {"accept": "application/json"}


class DatadogClient:
    """Asks one organization; every method raises the errors of :class:`HttpClient`."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def probe(self, call: Call) -> Probe:
        """``GET /api/v2/current_user``: needs both keys and no permission."""
        reply = await self._http.get(call, "/api/v2/current_user", headers=_JSON)
        parse_json(reply.body, wire.CURRENT_USER, call.instance)
        return Probe(server_time=reply.date)

    async def monitor_groups(
        self,
        call: Call,
        query: str,
        *,
        page: int,
        page_size: int,
        window: Window | None = None,
        link: str | None = None,
    ) -> wire.MonitorGroups:
        """``GET /api/v1/monitor/groups/search``: a page of monitor groups; ``page`` counts from 0."""
        parameters = (("query", query), ("page", str(page)), ("per_page", str(page_size)))
        path = "/api/v1/monitor/groups/search"
        return await self._http.get_parsed(
            call, path, wire.MONITOR_GROUPS, parameters=parameters, window=window, link=link
        )

    async def monitor(self, call: Call, monitor: int, *, link: str | None = None) -> wire.Monitor:
        """``GET /api/v1/monitor/{monitor_id}``, with the states of all its groups and the downtimes that mute it."""
        parameters = (("group_states", "all"), ("with_downtimes", "true"))
        path = f"/api/v1/monitor/{monitor}"
        return await self._http.get_parsed(call, path, wire.MONITOR, parameters=parameters, link=link)

    async def metrics(self, call: Call, parameters: Parameters, *, window: Window) -> wire.Metrics:
        """``GET /api/v2/metrics``: a page of the names of active metrics."""
        return await self._http.get_parsed(call, "/api/v2/metrics", wire.METRICS, parameters=parameters, window=window)

    async def timeseries(
        self, call: Call, attributes: Mapping[str, object], *, window: Window, link: str
    ) -> wire.Timeseries:
        """``POST /api/v2/query/timeseries``: the values of queries and formulas."""
        question = {"data": {"type": "timeseries_request", "attributes": attributes}}
        path = "/api/v2/query/timeseries"
        return await self._http.ask_parsed(call, path, question, wire.TIMESERIES, window=window, link=link)

    async def logs(self, call: Call, query: str, *, limit: int, cursor: str, window: Window, link: str) -> wire.Logs:
        """``POST /api/v2/logs/events/search``: a page of logs, newest first; the first one has no cursor."""
        question = _search(query, limit, cursor, window)
        path = "/api/v2/logs/events/search"
        return await self._http.ask_parsed(call, path, question, wire.LOGS, window=window, link=link)

    async def events(
        self, call: Call, query: str, *, limit: int, cursor: str, window: Window, link: str
    ) -> change_wire.Events:
        """``POST /api/v2/events/search``: a page of events, newest first; the first one has no cursor."""
        question = _search(query, limit, cursor, window)
        path = "/api/v2/events/search"
        return await self._http.ask_parsed(call, path, question, change_wire.EVENTS, window=window, link=link)

    async def event(self, call: Call, uid: str, *, link: str) -> change_wire.Event:
        """``GET /api/v2/events/{event_id}``."""
        path = f"/api/v2/events/{path_segment(uid)}"
        return (await self._http.get_parsed(call, path, change_wire.EVENT, link=link)).data

    async def deployments(
        self, call: Call, query: str, *, limit: int, window: Window, link: str
    ) -> tuple[change_wire.Deployment, ...]:
        """``POST /api/v2/dora/deployments``: those of the window, last finished first; there are no further pages."""
        attributes: dict[str, object] = {
            "from": format_time(window.start),
            "to": format_time(window.end),
            "limit": limit,
            "sort": "-finished_at",
        }
        if query:
            attributes["query"] = query
        question = {"data": {"type": "dora_deployments_list_request", "attributes": attributes}}
        path = "/api/v2/dora/deployments"
        reply = await self._http.ask_parsed(call, path, question, change_wire.DEPLOYMENTS, window=window, link=link)
        return reply.data

    async def deployment(self, call: Call, deployment: str) -> change_wire.Deployment:
        """``GET /api/v2/dora/deployments/{deployment_id}``."""
        path = f"/api/v2/dora/deployments/{path_segment(deployment)}"
        return (await self._http.get_parsed(call, path, change_wire.DEPLOYMENT)).data

    async def incidents(
        self, call: Call, query: str, *, offset: int, page_size: int, window: Window | None = None, link: str
    ) -> incident_wire.Incidents:
        """``GET /api/v2/incidents/search``: a page of incidents, last created first."""
        parameters = (
            ("query", query),
            ("sort", "-created"),
            ("include", "users"),
            ("page[size]", str(page_size)),
            ("page[offset]", str(offset)),
        )
        path = "/api/v2/incidents/search"
        return await self._http.get_parsed(
            call, path, incident_wire.INCIDENTS, parameters=parameters, window=window, link=link
        )

    async def incident(self, call: Call, incident: str) -> incident_wire.OneIncident:
        """``GET /api/v2/incidents/{incident_id}``, with the people that it names."""
        path = f"/api/v2/incidents/{path_segment(incident)}"
        return await self._http.get_parsed(call, path, incident_wire.INCIDENT, parameters=(("include", "users"),))

    async def entities(self, call: Call, filters: Parameters, *, offset: int, limit: int) -> ownership_wire.Entities:
        """``GET /api/v2/catalog/entity``: a page of the software catalog's services, with their definitions."""
        parameters = (
            ("filter[kind]", "service"),
            *filters,
            ("include", "schema"),
            ("page[limit]", str(limit)),
            ("page[offset]", str(offset)),
        )
        return await self._http.get_parsed(
            call, "/api/v2/catalog/entity", ownership_wire.ENTITIES, parameters=parameters
        )

    async def teams(self, call: Call, keyword: str) -> tuple[ownership_wire.Team, ...]:
        """``GET /api/v2/team``: up to 100 teams whose name or handle holds ``keyword``."""
        parameters = (("filter[keyword]", keyword), ("page[size]", "100"))
        return (await self._http.get_parsed(call, "/api/v2/team", ownership_wire.TEAMS, parameters=parameters)).data

    async def on_call(self, call: Call, team: str) -> ownership_wire.OnCall:
        """``GET /api/v2/on-call/teams/{team_id}/on-call``: who is on call now."""
        path = f"/api/v2/on-call/teams/{path_segment(team)}/on-call"
        parameters = (("include", "responders"),)
        return await self._http.get_parsed(call, path, ownership_wire.ON_CALL, parameters=parameters)

    async def slos(self, call: Call, query: str, *, page: int, page_size: int, link: str) -> wire.Slos:
        """``GET /api/v1/slo/search``: a page of SLOs with how they stand; ``page`` counts from 0."""
        parameters = (("query", query), ("page[size]", str(page_size)), ("page[number]", str(page)))
        return await self._http.get_parsed(call, "/api/v1/slo/search", wire.SLOS, parameters=parameters, link=link)

    async def downtimes(
        self, call: Call, *, offset: int, page_size: int, current_only: bool
    ) -> tuple[downtime_wire.Downtime, ...]:
        """``GET /api/v2/downtime``: a page of downtimes; canceled ones stay for about two days."""
        parameters = (
            ("current_only", "true" if current_only else "false"),
            ("page[limit]", str(page_size)),
            ("page[offset]", str(offset)),
        )
        path = "/api/v2/downtime"
        return (await self._http.get_parsed(call, path, downtime_wire.DOWNTIMES, parameters=parameters)).data

    async def downtime(self, call: Call, downtime: str) -> downtime_wire.Downtime:
        """``GET /api/v2/downtime/{downtime_id}``."""
        path = f"/api/v2/downtime/{path_segment(downtime)}"
        return (await self._http.get_parsed(call, path, downtime_wire.DOWNTIME)).data

    async def posted_events(self, call: Call, tag: str, window: Window) -> tuple[change_wire.PostedEvent, ...]:
        """``GET /api/v1/events``: the events of the window with this tag."""
        parameters = (
            ("start", str(int(window.start.timestamp()))),
            ("end", str(int(window.end.timestamp()))),
            ("tags", tag),
            ("unaggregated", "true"),
        )
        path = "/api/v1/events"
        reply = await self._http.get_parsed(call, path, change_wire.POSTED_EVENTS, parameters=parameters, window=window)
        return reply.events

    async def may_see_downtimes_as_writer(self, call: Call) -> None:
        """``GET /api/v2/downtime`` with the credential for changes: the permission to see them is that to make them."""
        await self._http.get(
            call, "/api/v2/downtime", parameters=(("page[limit]", "1"),), headers=_JSON, as_writer=True
        )


def _search(query: str, limit: int, cursor: str, window: Window) -> dict[str, object]:
    """What the searches for logs and events have in common."""
    return {
        "filter": {"query": query, "from": format_time(window.start), "to": format_time(window.end)},
        "sort": "-timestamp",
        "page": {"limit": limit, **({"cursor": cursor} if cursor else {})},
    }
