"""The requests to Alertmanager's API v2."""

import json
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.alertmanager import wire
from opsloom.adapter_api.http import HttpClient
from opsloom.adapter_api.http_errors import error_of_change
from opsloom.adapter_api.http_json import parse_json
from opsloom.model.errors import UnexpectedAnswerError
from opsloom_adapters.alertmanager.wire import STATUS

_NOTHING_HIDDEN = (("active", "true"), ("silenced", "true"), ("inhibited", "true"), ("unprocessed", "true"))


class AlertmanagerClient:
    """Asks one Alertmanager; every method raises the errors of :class:`HttpClient`."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def alerts(
        self,
        call: Call,
        matchers: Sequence[str] = (),
        *,
        link: str | None = None,
    ) -> list[wire.GettableAlert]:
        """``GET /api/v2/alerts``: all that match all of ``matchers``, also silenced and inhibited ones."""
        parameters = (*_NOTHING_HIDDEN, *(("filter", matcher) for matcher in matchers))
        return await self._http.get_parsed(call, "/api/v2/alerts", wire.ALERTS, parameters=parameters, link=link)

    async def silences(self, call: Call) -> list[wire.GettableSilence]:
        """``GET /api/v2/silences``: all, with those that expired within Alertmanager's retention."""
        return await self._http.get_parsed(call, "/api/v2/silences", wire.SILENCES)

    async def silence(self, call: Call, silence: str, *, link: str | None = None) -> wire.GettableSilence:
        """``GET /api/v2/silence/{silence}``."""
        return await self._http.get_parsed(call, _path_of(silence), wire.SILENCE, link=link)

    async def create_silence(self, call: Call, postable: Mapping[str, object]) -> str:
        """``POST /api/v2/silences``; returns the id.

        :raises OutcomeUnknownError: also where a success names no id.
        """
        headers = {"content-type": "application/json", "accept": "application/json"}
        reply = await self._http.send(call, "POST", "/api/v2/silences", json.dumps(postable).encode(), headers=headers)
        try:
            return parse_json(reply.body, wire.CREATED_SILENCE, call.instance).silence_id
        except UnexpectedAnswerError as error:
            raise error_of_change(error) from None

    async def expire_silence(self, call: Call, silence: str) -> None:
        """``DELETE /api/v2/silence/{silence}``, which keeps it as an expired one."""
        await self._http.send(call, "DELETE", _path_of(silence))

    async def probe(self, call: Call) -> Probe:
        """``GET /api/v2/status``."""
        reply = await self._http.get(call, "/api/v2/status")
        status = parse_json(reply.body, STATUS, call.instance)
        return Probe(version=status.version_info.version, server_time=reply.date)


def _path_of(silence: str) -> str:
    return f"/api/v2/silence/{quote(silence, safe='')}"
