"""The requests to PagerDuty's REST API v2 (https://developer.pagerduty.com/api-reference/)."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from pydantic import TypeAdapter

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import HttpClient, Parameters, Reply
from opsloom.adapter_api.http_errors import error_of_change
from opsloom.adapter_api.http_json import parse_json
from opsloom.adapter_api.http_paths import path_segment
from opsloom.adapter_api.paging import Fetched, Gathered, read_pages
from opsloom.model.errors import UnexpectedAnswerError
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.window import Window
from opsloom_adapters.pagerduty import wire
from opsloom_adapters.pagerduty.config import PagerdutyConfig

T = TypeVar("T")
PAGE_ROWS_MAX = 100
_ACCEPT = {"accept": "application/vnd.pagerduty+json;version=2"}


class PagerdutyClient:
    """Asks one account; every method raises the errors of :class:`HttpClient`."""

    def __init__(self, http: HttpClient, config: PagerdutyConfig) -> None:
        self._http = http
        self._from = {"from": config.from_email} if config.from_email else {}

    async def incidents(
        self,
        call: Call,
        parameters: Parameters,
        *,
        offset: int,
        rows: int = PAGE_ROWS_MAX,
        window: Window | None = None,
    ) -> wire.Listed[wire.Incident]:
        """``GET /incidents``: one page."""
        return await self._page(call, "/incidents", wire.INCIDENTS, parameters, offset, rows, window)

    async def incident(self, call: Call, incident: str) -> wire.Incident:
        """``GET /incidents/{id}``, by its id or number."""
        path = f"/incidents/{path_segment(incident)}"
        return (await self._http.get_parsed(call, path, wire.INCIDENT, headers=_ACCEPT)).row

    async def alerts(self, call: Call, incident: str) -> Gathered[wire.Alert]:
        """``GET /incidents/{id}/alerts``: all, of which there are 1,000 at most."""
        return await self._all(call, f"/incidents/{path_segment(incident)}/alerts", wire.ALERTS)

    async def log_entries(self, call: Call, incident: str) -> Gathered[wire.LogEntry]:
        """``GET /incidents/{id}/log_entries`` with the texts of notes."""
        path = f"/incidents/{path_segment(incident)}/log_entries"
        return await self._all(call, path, wire.LOG_ENTRIES, (("include[]", "channels"),))

    async def notes(self, call: Call, incident: str) -> tuple[wire.Note, ...]:
        """``GET /incidents/{id}/notes``, which come in one page."""
        path = f"/incidents/{path_segment(incident)}/notes"
        return (await self._http.get_parsed(call, path, wire.NOTES, headers=_ACCEPT)).rows

    async def services(
        self, call: Call, text: str | None, *, offset: int, rows: int = PAGE_ROWS_MAX
    ) -> wire.Listed[wire.Service]:
        """``GET /services``: one page of those whose name fits ``text``, by name."""
        return await self._page(call, "/services", wire.SERVICES, _query(text), offset, rows)

    async def service(self, call: Call, service: str) -> wire.Service:
        """``GET /services/{id}``."""
        path = f"/services/{path_segment(service)}"
        return (await self._http.get_parsed(call, path, wire.SERVICE, headers=_ACCEPT)).row

    async def teams(self, call: Call, text: str) -> Gathered[wire.Named]:
        """``GET /teams`` whose name fits ``text``."""
        return await self._all(call, "/teams", wire.NAMED, _query(text))

    async def members(self, call: Call, team: str) -> Gathered[wire.Member]:
        """``GET /teams/{id}/members``."""
        return await self._all(call, f"/teams/{path_segment(team)}/members", wire.MEMBERS)

    async def users(self, call: Call, text: str) -> Gathered[wire.User]:
        """``GET /users`` whose name or e-mail fits ``text``."""
        return await self._all(call, "/users", wire.USERS, _query(text))

    async def schedules(self, call: Call, text: str) -> Gathered[wire.Named]:
        """``GET /schedules`` whose name fits ``text``."""
        return await self._all(call, "/schedules", wire.NAMED, _query(text))

    async def escalation_policies(self, call: Call, text: str) -> Gathered[wire.Named]:
        """``GET /escalation_policies`` whose name fits ``text``."""
        return await self._all(call, "/escalation_policies", wire.NAMED, _query(text))

    async def escalation_policy(self, call: Call, policy: str) -> wire.EscalationPolicy:
        """``GET /escalation_policies/{id}``."""
        path = f"/escalation_policies/{path_segment(policy)}"
        return (await self._http.get_parsed(call, path, wire.ESCALATION_POLICY, headers=_ACCEPT)).row

    async def on_calls(self, call: Call, filters: Parameters, at: datetime) -> Gathered[wire.OnCall]:
        """``GET /oncalls``: who is on call at ``at``."""
        moment = format_second(at)
        return await self._all(call, "/oncalls", wire.ON_CALLS, (*filters, ("since", moment), ("until", moment)))

    async def change_events(
        self, call: Call, service: str | None, window: Window, *, offset: int, rows: int
    ) -> wire.Listed[wire.ListedChangeEvent]:
        """``GET /change_events``, or ``GET /services/{id}/change_events``: one page, newest first."""
        path = "/change_events" if service is None else f"/services/{path_segment(service)}/change_events"
        return await self._page(call, path, wire.CHANGE_EVENTS, window_parameters(window), offset, rows, window)

    async def change_event(self, call: Call, event: str) -> wire.ChangeEvent:
        """``GET /change_events/{id}``."""
        path = f"/change_events/{path_segment(event)}"
        return (await self._http.get_parsed(call, path, wire.CHANGE_EVENT, headers=_ACCEPT)).row

    async def update_incident(self, call: Call, incident: str, fields: Mapping[str, object]) -> None:
        """``PUT /incidents/{id}``."""
        body = {"incident": {"type": "incident_reference", **fields}}
        await self._send(call, "PUT", f"/incidents/{path_segment(incident)}", body)

    async def create_note(self, call: Call, incident: str, text: str) -> None:
        """``POST /incidents/{id}/notes``."""
        await self._send(call, "POST", f"/incidents/{path_segment(incident)}/notes", {"note": {"content": text}})

    async def snooze(self, call: Call, incident: str, seconds: int) -> None:
        """``POST /incidents/{id}/snooze``."""
        await self._send(call, "POST", f"/incidents/{path_segment(incident)}/snooze", {"duration": seconds})

    async def create_incident(self, call: Call, fields: Mapping[str, object]) -> wire.Incident:
        """``POST /incidents``.

        :raises OutcomeUnknownError: also where a success does not say which incident was made.
        """
        reply = await self._send(call, "POST", "/incidents", {"incident": {"type": "incident", **fields}})
        try:
            return parse_json(reply.body, wire.INCIDENT, call.instance).row
        except UnexpectedAnswerError as error:
            raise error_of_change(error) from error

    async def probe(self, call: Call) -> Probe:
        """``GET /incidents`` for one row; PagerDuty tells no version."""
        reply = await self._http.get(call, "/incidents", parameters=(("limit", "1"),), headers=_ACCEPT)
        parse_json(reply.body, wire.INCIDENTS, call.instance)
        return Probe(server_time=reply.date)

    async def _page(
        self,
        call: Call,
        path: str,
        shape: TypeAdapter[wire.Listed[T]],
        parameters: Parameters,
        offset: int,
        rows: int,
        window: Window | None = None,
    ) -> wire.Listed[T]:
        parameters = (*parameters, ("limit", str(rows)), ("offset", str(offset)))
        return await self._http.get_parsed(call, path, shape, parameters=parameters, headers=_ACCEPT, window=window)

    async def _all(
        self, call: Call, path: str, shape: TypeAdapter[wire.Listed[T]], parameters: Parameters = ()
    ) -> Gathered[T]:
        async def fetch(offset: int) -> Fetched[T, int]:
            return fetched(await self._page(call, path, shape, parameters, offset, PAGE_ROWS_MAX), offset)

        return await read_pages(fetch, 0, limit=PROVIDER_ROWS_MAX)

    async def _send(self, call: Call, method: str, path: str, body: Mapping[str, object]) -> Reply:
        headers = {**_ACCEPT, **self._from, "content-type": "application/json"}
        return await self._http.send(call, method, path, json.dumps(body).encode(), headers=headers)


def fetched(page: wire.Listed[T], offset: int, rows: int = PAGE_ROWS_MAX) -> Fetched[T, int]:
    """A page of up to ``rows`` from ``offset`` on, and where the next one starts."""
    return Fetched(page.rows, offset + rows if page.more else None)


def window_parameters(window: Window) -> Parameters:
    """``since`` and ``until``, in whole seconds, and so up to a second wider than ``window``."""
    until = window.end + timedelta(seconds=1) if window.end.microsecond else window.end
    return (("since", format_second(window.start)), ("until", format_second(until)))


def format_second(moment: datetime) -> str:
    """``2026-03-03T09:14:00Z``: change events are refused with fractions or another offset."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _query(text: str | None) -> Parameters:
    return (("query", text),) if text else ()
