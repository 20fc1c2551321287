"""The requests to Acme's API (https://docs.example.com/acme/api), one method each."""

import json

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import HttpClient, Parameters
from opsloom.adapter_api.http_paths import path_segment
from opsloom.model.window import Window
from opsloom_acme import wire
from opsloom_acme.config import AcmeConfig


class AcmeClient:
    """Asks one Acme; every method raises the errors of :class:`HttpClient`."""

    def __init__(self, http: HttpClient, config: AcmeConfig) -> None:
        self.http = http
        self._project = ("project", config.project)

    async def alerts(self, call: Call, filters: Parameters, *, size: int, page: int, window: Window) -> wire.WireAlerts:
        """``GET /api/alerts``: a page of alerts, newest first; ``page`` counts from 1."""
        parameters = (self._project, *filters, ("size", str(size)), ("page", str(page)))
        return await self.http.get_parsed(call, "/api/alerts", wire.ALERTS, parameters=parameters, window=window)

    async def alert(self, call: Call, ident: str) -> wire.WireAlert:
        """``GET /api/alerts/{id}``: one alert."""
        path = f"/api/alerts/{path_segment(ident)}"
        return await self.http.get_parsed(call, path, wire.ALERT, parameters=(self._project,))

    async def set_state(self, call: Call, ident: str, state: str, note: str) -> None:
        """``POST /api/alerts/{id}/state``: a change, so it is sent once and with the credential for changes."""
        path = f"/api/alerts/{path_segment(ident)}/state"
        body = json.dumps({"state": state, "note": note}).encode()
        headers = {"content-type": "application/json"}
        await self.http.send(call, "POST", path, body, parameters=(self._project,), headers=headers)

    async def probe(self, call: Call) -> Probe:
        """``GET /api/version``: the cheapest question that needs the credential."""
        return Probe(version=(await self.http.get_parsed(call, "/api/version", wire.VERSION)).version)
