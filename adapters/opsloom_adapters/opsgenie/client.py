"""The requests to Opsgenie's REST API (https://docs.opsgenie.com/docs/api-overview)."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from pydantic import TypeAdapter

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import HttpClient, Parameters
from opsloom.adapter_api.http_json import parse_json
from opsloom.adapter_api.http_paths import path_segment
from opsloom.adapter_api.paging import Fetched
from opsloom.model.errors import UnexpectedAnswerError, UnsupportedError
from opsloom.model.window import Window, format_time
from opsloom_adapters.opsgenie import wire

T = TypeVar("T")
PAGE_ROWS_MAX = 100
_PAYMENT_REQUIRED = 402
_BY_ID = ("identifierType", "id")
_ACCEPT = {"accept": "application/json"}


class OpsgenieClient:
    """Asks one account; every method raises the errors of :class:`HttpClient`."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def alerts(
        self, call: Call, query: str, *, offset: int, rows: int, window: Window | None = None, link: str | None = None
    ) -> Fetched[wire.Alert, int]:
        """``GET /v2/alerts``: a page of alerts, the newest first."""
        parameters = (("query", query), ("sort", "createdAt"), ("order", "desc"), *_slice(offset, rows))
        reply = await self._http.get_parsed(
            call, "/v2/alerts", wire.ALERTS, parameters=parameters, window=window, link=link
        )
        return Fetched(reply.data, offset + rows if reply.paging.next else None)

    async def alert(self, call: Call, alert: str, *, link: str | None = None) -> wire.Alert:
        """``GET /v2/alerts/{id}``."""
        return await self._data(call, _alert(alert), wire.ALERT, (_BY_ID,), link=link)

    async def notes(self, call: Call, alert: str) -> tuple[wire.Note, ...]:
        """``GET /v2/alerts/{id}/notes``: the newest hundred."""
        parameters = (_BY_ID, ("order", "desc"), ("limit", str(PAGE_ROWS_MAX)))
        return await self._data(call, f"{_alert(alert)}/notes", wire.NOTES, parameters)

    async def teams(self, call: Call) -> tuple[wire.Team, ...]:
        """``GET /v2/teams``: all, without their members."""
        return await self._data(call, "/v2/teams", wire.TEAMS)

    async def team(self, call: Call, identifier: str, kind: str) -> wire.Team:
        """``GET /v2/teams/{identifier}``, with members; ``kind`` says whether it is an ``id`` or a ``name``."""
        path = f"/v2/teams/{path_segment(identifier)}"
        return await self._data(call, path, wire.TEAM, (("identifierType", kind),))

    async def services(self, call: Call, offset: int) -> Fetched[wire.Service, int]:
        """``GET /v1/services``: a page of services, by name.

        :raises UnsupportedError: the account's plan has no services.
        """
        parameters = (("sort", "name"), ("order", "asc"), *_slice(offset, PAGE_ROWS_MAX))
        try:
            reply = await self._http.get_parsed(call, "/v1/services", wire.SERVICES, parameters=parameters)
        except UnexpectedAnswerError as error:
            if error.status != _PAYMENT_REQUIRED:
                raise
            raise UnsupportedError(
                f"the plan of {call.instance} has no services; name them in the setting services"
            ) from error
        return Fetched(reply.data, offset + PAGE_ROWS_MAX if reply.paging.next else None)

    async def schedules(self, call: Call) -> tuple[wire.Schedule, ...]:
        """``GET /v2/schedules``: all."""
        return await self._data(call, "/v2/schedules", wire.SCHEDULES)

    async def timeline(self, call: Call, schedule: str, at: datetime) -> wire.Timeline:
        """``GET /v2/schedules/{id}/timeline``: who is on call on the day from ``at`` on, overrides included."""
        path = f"/v2/schedules/{path_segment(schedule)}/timeline"
        parameters = (_BY_ID, ("date", format_time(at)), ("interval", "1"), ("intervalUnit", "days"))
        return await self._data(call, path, wire.TIMELINE, parameters)

    async def escalations(self, call: Call) -> tuple[wire.Escalation, ...]:
        """``GET /v2/escalations``: all."""
        return await self._data(call, "/v2/escalations", wire.ESCALATIONS)

    async def act(
        self, call: Call, alert: str, action: str, body: Mapping[str, object], *, link: str | None = None
    ) -> None:
        """``POST /v2/alerts/{id}/{action}``. 202 says that Opsgenie will see to it, not that it was done."""
        path = f"{_alert(alert)}/{action}"
        content = json.dumps(body).encode("ascii")
        headers = {**_ACCEPT, "content-type": "application/json"}
        await self._http.send(call, "POST", path, content, parameters=(_BY_ID,), headers=headers, link=link)

    async def probe(self, call: Call) -> Probe:
        """``GET /v2/alerts`` with one row."""
        reply = await self._http.get(call, "/v2/alerts", parameters=_slice(0, 1), headers=_ACCEPT)
        parse_json(reply.body, wire.ALERTS, call.instance)
        return Probe(server_time=reply.date)

    async def _data(
        self,
        call: Call,
        path: str,
        shape: TypeAdapter[wire.Reply[T]],
        parameters: Parameters = (),
        *,
        link: str | None = None,
    ) -> T:
        return (await self._http.get_parsed(call, path, shape, parameters=parameters, link=link)).data


def _alert(alert: str) -> str:
    return f"/v2/alerts/{path_segment(alert)}"


def _slice(offset: int, rows: int) -> Parameters:
    return (("offset", str(offset)), ("limit", str(rows)))
