"""The requests to OpsOrch Core (https://github.com/OpsOrch/opsorch-core/blob/main/README.md).

Its queries go by POST and change nothing. It refuses a body with a field that it does not know.
"""

import json
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import HttpClient
from opsloom.adapter_api.http_errors import error_of_change
from opsloom.adapter_api.http_json import parse_json
from opsloom.adapter_api.http_paths import path_segment
from opsloom.adapter_api.json_shapes import Many
from opsloom.model.errors import UnavailableError, UnexpectedAnswerError, UnsupportedError
from opsloom.model.window import Window, format_time
from opsloom_adapters.opsorch import wire

T = TypeVar("T")

_JSON = {"accept": "application/json", "content-type": "application/json"}
_NOT_IMPLEMENTED = 501


@dataclass(frozen=True)
class Collection(Generic[T]):
    """Records of one capability of OpsOrch: ``POST /NAME/query`` gives many, ``GET /NAME/ID`` one."""

    name: str
    many: TypeAdapter[Many[T]]


ALERTS = Collection("alerts", wire.ALERTS)
INCIDENTS = Collection("incidents", wire.INCIDENTS)
TICKETS = Collection("tickets", wire.TICKETS)
DEPLOYMENTS = Collection("deployments", wire.DEPLOYMENTS)
SERVICES = Collection("services", wire.SERVICES)


@dataclass(frozen=True)
class Found(Generic[T]):
    """What a query gave, in no certain order. ``whole``: it is fewer than were asked for."""

    rows: Sequence[T]
    whole: bool


class OpsorchClient:
    """Asks one OpsOrch. Every method raises the errors of :class:`HttpClient`.

    UnsupportedError where OpsOrch has no provider for what is asked, which it says with a status of 501.
    """

    def __init__(self, http: HttpClient, most_rows: int) -> None:
        self._http = http
        self._most_rows = most_rows

    async def query(
        self,
        call: Call,
        collection: Collection[T],
        *,
        filters: Mapping[str, object] | None = None,
        scope: Mapping[str, str | None] | None = None,
        window: Window | None = None,
    ) -> Found[T]:
        """``POST /COLLECTION/query``: no time and no page can be asked for."""
        question = {**(filters or {}), "limit": self._most_rows, **_scope(scope or {})}
        path = f"/{collection.name}/query"
        asked = self._http.ask_parsed(call, path, question, collection.many, window=window)
        rows = await _of_provider(collection.name, asked, call)
        return Found(rows, whole=len(rows) < self._most_rows)

    async def get(self, call: Call, name: str, native_id: str, shape: TypeAdapter[T]) -> T:
        """``GET /COLLECTION/ID``."""
        path = f"/{name}/{path_segment(native_id)}"
        return await _of_provider(name, self._http.get_parsed(call, path, shape), call)

    async def timeline(self, call: Call, incident: str) -> Sequence[wire.TimelineEntry]:
        """``GET /incidents/ID/timeline``."""
        path = f"/incidents/{path_segment(incident)}/timeline"
        return await _of_provider("incidents", self._http.get_parsed(call, path, wire.TIMELINE), call)

    async def members(self, call: Call, team: str) -> Sequence[wire.TeamMember]:
        """``GET /teams/ID/members``."""
        path = f"/teams/{path_segment(team)}/members"
        return await _of_provider("teams", self._http.get_parsed(call, path, wire.MEMBERS), call)

    async def logs(
        self,
        call: Call,
        window: Window,
        expression: Mapping[str, object],
        scope: Mapping[str, str | None],
        limit: int,
    ) -> wire.LogEntries:
        """``POST /logs/query``."""
        question = {**_times(window), "expression": expression, "limit": limit, **_scope(scope)}
        asked = self._http.ask_parsed(call, "/logs/query", question, wire.LOG_ENTRIES, window=window)
        return await _of_provider("logs", asked, call)

    async def describe_metrics(self, call: Call, service: str | None) -> wire.MetricDescriptors:
        """``GET /metrics/describe``."""
        parameters = (("service", service),) if service else ()
        asked = self._http.get_parsed(call, "/metrics/describe", wire.METRICS, parameters=parameters)
        return await _of_provider("metrics", asked, call)

    async def series(
        self,
        call: Call,
        window: Window,
        step_seconds: int,
        expression: Mapping[str, object],
        scope: Mapping[str, str | None],
    ) -> Sequence[wire.MetricSeries]:
        """``POST /metrics/query``."""
        question = {**_times(window), "step": step_seconds, "expression": expression, **_scope(scope)}
        asked = self._http.ask_parsed(call, "/metrics/query", question, wire.SERIES, window=window)
        return await _of_provider("metrics", asked, call)

    async def create_ticket(self, call: Call, ticket: Mapping[str, object]) -> wire.Ticket:
        """``POST /tickets``.

        :raises OutcomeUnknownError: also where a success does not tell the ticket.
        """
        reply = await self._http.send(call, "POST", "/tickets", json.dumps(ticket).encode(), headers=_JSON)
        try:
            return parse_json(reply.body, wire.TICKET, call.instance)
        except UnexpectedAnswerError as error:
            raise error_of_change(error) from None

    async def update_ticket(self, call: Call, native_id: str, changes: Mapping[str, object]) -> None:
        """``PATCH /tickets/ID``."""
        path = f"/tickets/{path_segment(native_id)}"
        await self._http.send(call, "PATCH", path, json.dumps(changes).encode(), headers=_JSON)

    async def append_timeline(self, call: Call, incident: str, entry: Mapping[str, object]) -> None:
        """``POST /incidents/ID/timeline``."""
        path = f"/incidents/{path_segment(incident)}/timeline"
        await self._http.send(call, "POST", path, json.dumps(entry).encode(), headers=_JSON)

    async def probe(self, call: Call) -> Probe:
        """``GET /health``, which wants the token, too."""
        reply = await self._http.get(call, "/health", headers={"accept": "application/json"})
        parse_json(reply.body, wire.HEALTH, call.instance)
        return Probe(server_time=reply.date)


async def _of_provider(name: str, asked: Awaitable[T], call: Call) -> T:
    try:
        return await asked
    except UnavailableError as error:
        if error.status != _NOT_IMPLEMENTED:
            raise
        raise UnsupportedError(
            f"{call.instance} has no provider for {name}: set one in OpsOrch, or ask another instance"
        ) from error


def _times(window: Window) -> dict[str, str]:
    return {"start": format_time(window.start), "end": format_time(window.end)}


def _scope(scope: Mapping[str, str | None]) -> dict[str, object]:
    said = {name: value for name, value in scope.items() if value is not None}
    return {"scope": said} if said else {}
