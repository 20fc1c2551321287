"""The requests to Datadog's API that change something; each is sent once, by an approved action."""

import json
from collections.abc import Mapping
from typing import TypeVar

from pydantic import TypeAdapter

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import HttpClient
from opsloom.adapter_api.http_errors import error_of_change
from opsloom.adapter_api.http_json import parse_json
from opsloom.adapter_api.http_paths import path_segment
from opsloom.model.errors import UnexpectedAnswerError
from opsloom_adapters.datadog import change_wire, downtime_wire, incident_wire

T = TypeVar("T")
_JSON = {"accept": "application/json", "content-type": "application/json"}


class DatadogChangeClient:
    """Changes one organization; every method raises the errors of :meth:`HttpClient.send`.

    A success that does not tell what was made is an :class:`OutcomeUnknownError`, too.
    """

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def create_downtime(self, call: Call, attributes: Mapping[str, object]) -> downtime_wire.Downtime:
        """``POST /api/v2/downtime``."""
        body = {"data": {"type": "downtime", "attributes": attributes}}
        return (await self._sent(call, "POST", "/api/v2/downtime", body, downtime_wire.DOWNTIME)).data

    async def cancel_downtime(self, call: Call, downtime: str) -> None:
        """``DELETE /api/v2/downtime/{downtime_id}``, which keeps it as a canceled one for about two days."""
        await self._http.send(call, "DELETE", f"/api/v2/downtime/{path_segment(downtime)}")

    async def create_incident(self, call: Call, attributes: Mapping[str, object]) -> incident_wire.Incident:
        """``POST /api/v2/incidents``."""
        body = {"data": {"type": "incidents", "attributes": attributes}}
        return (await self._sent(call, "POST", "/api/v2/incidents", body, incident_wire.INCIDENT)).data

    async def update_incident(
        self, call: Call, incident: str, attributes: Mapping[str, object]
    ) -> incident_wire.Incident:
        """``PATCH /api/v2/incidents/{incident_id}``: only what is in ``attributes`` changes."""
        body = {"data": {"type": "incidents", "id": incident, "attributes": attributes}}
        path = f"/api/v2/incidents/{path_segment(incident)}"
        return (await self._sent(call, "PATCH", path, body, incident_wire.INCIDENT)).data

    async def post_event(self, call: Call, event: Mapping[str, object]) -> change_wire.PostedEvent:
        """``POST /api/v1/events``."""
        return (await self._sent(call, "POST", "/api/v1/events", event, change_wire.POSTED)).event

    async def _sent(self, call: Call, method: str, path: str, body: Mapping[str, object], shape: TypeAdapter[T]) -> T:
        reply = await self._http.send(call, method, path, json.dumps(body).encode(), headers=_JSON)
        try:
            return parse_json(reply.body, shape, call.instance)
        except UnexpectedAnswerError as error:
            raise error_of_change(error) from None
