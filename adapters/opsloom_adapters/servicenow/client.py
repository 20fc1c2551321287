"""The requests to ServiceNow's Table API and On-Call Scheduling API.

The Table API is asked for as version 2: version 1, which an instance may have as its default, answers an empty result
with a 404.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import HttpClient
from opsloom.adapter_api.http_errors import error_of_change
from opsloom.adapter_api.http_json import parse_json
from opsloom.adapter_api.http_paths import path_segment
from opsloom.model.errors import UnexpectedAnswerError
from opsloom.model.window import Window
from opsloom_adapters.servicenow import wire

R = TypeVar("R", bound=wire.Row)

_TABLE = "/api/now/v2/table/"
_JSON = {"accept": "application/json"}
_VALUES_AND_NAMES = (("sysparm_display_value", "all"), ("sysparm_exclude_reference_link", "true"))


@dataclass(frozen=True)
class RowsPage(Generic[R]):
    """``total`` counts what fits the query, readable or not; ``None`` when it was not told.

    ``hidden`` are the rows of this page that access rules removed: ServiceNow does so after it cut the page.
    """

    rows: Sequence[R]
    total: int | None
    hidden: int


class ServicenowClient:
    """Asks one instance; every method raises the errors of :class:`HttpClient`."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def rows(
        self,
        call: Call,
        row: type[R],
        query: str,
        *,
        limit: int,
        table: str | None = None,
        offset: int = 0,
        window: Window | None = None,
        link: str | None = None,
    ) -> RowsPage[R]:
        """``GET /table/{tableName}``: at most ``limit`` rows that fit the encoded ``query``."""
        parameters = (
            ("sysparm_query", query),
            ("sysparm_fields", row.columns()),
            *_VALUES_AND_NAMES,
            ("sysparm_limit", str(limit)),
            ("sysparm_offset", str(offset)),
        )
        path = _TABLE + (table or row.table)
        reply = await self._http.get(call, path, parameters=parameters, headers=_JSON, window=window, link=link)
        found = parse_json(reply.body, wire.rows_of(row), call.instance).result
        told = reply.headers.get("x-total-count", "")
        total = int(told) if told.isascii() and told.isdigit() else None
        expected = len(found) if total is None else min(limit, max(0, total - offset))
        return RowsPage(found, total, max(0, expected - len(found)))

    async def row(self, call: Call, row: type[R], sys_id: str, *, link: str | None = None) -> R:
        """``GET /table/{tableName}/{sys_id}``."""
        parameters = (("sysparm_fields", row.columns()), *_VALUES_AND_NAMES)
        path = f"{_TABLE}{row.table}/{path_segment(sys_id)}"
        reply = await self._http.get_parsed(
            call, path, wire.row_of(row), parameters=parameters, headers=_JSON, link=link
        )
        return reply.result

    async def create_incident(self, call: Call, columns: Mapping[str, str]) -> str:
        """``POST /table/incident``; returns the ``sys_id``.

        :raises OutcomeUnknownError: also when the answer does not tell it, as when the user may not read what it made.
        """
        parameters = (("sysparm_fields", wire.Made.columns()),)
        path = _TABLE + wire.Incident.table
        headers = {**_JSON, "content-type": "application/json"}
        body = json.dumps(columns).encode()
        reply = await self._http.send(call, "POST", path, body, parameters=parameters, headers=headers)
        try:
            return parse_json(reply.body, wire.row_of(wire.Made), call.instance).result.sys_id
        except UnexpectedAnswerError as error:
            raise error_of_change(error) from error

    async def change_incident(self, call: Call, sys_id: str, columns: Mapping[str, str], *, link: str) -> None:
        """``PATCH /table/incident/{sys_id}``; columns that the user may not write stay as they are, without a word."""
        parameters = (("sysparm_fields", wire.Made.columns()),)
        path = f"{_TABLE}{wire.Incident.table}/{path_segment(sys_id)}"
        headers = {**_JSON, "content-type": "application/json"}
        body = json.dumps(columns).encode()
        await self._http.send(call, "PATCH", path, body, parameters=parameters, headers=headers, link=link)

    async def on_call_now(self, call: Call, group_sys_id: str) -> list[wire.OnCallMember]:
        """``GET /api/now/on_call_rota/whoisoncall``: the members of a group who are on call."""
        path = "/api/now/on_call_rota/whoisoncall"
        parameters = (("group_ids", group_sys_id),)
        return (await self._http.get_parsed(call, path, wire.ON_CALL, parameters=parameters, headers=_JSON)).result

    async def probe(self, call: Call) -> Probe:
        """``GET /table/incident`` for one row."""
        parameters = (("sysparm_fields", wire.Probed.columns()), ("sysparm_limit", "1"))
        reply = await self._http.get(call, _TABLE + wire.Probed.table, parameters=parameters, headers=_JSON)
        parse_json(reply.body, wire.rows_of(wire.Probed), call.instance)
        return Probe(server_time=reply.date)
