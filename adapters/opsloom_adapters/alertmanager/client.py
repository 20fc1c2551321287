"""The requests to Alertmanager's API v2."""

from collections.abc import Sequence

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import HttpClient, parse_json
from opsloom_adapters.alertmanager import wire

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

    async def probe(self, call: Call) -> Probe:
        """``GET /api/v2/status``."""
        reply = await self._http.get(call, "/api/v2/status")
        status = parse_json(reply.body, wire.STATUS, call.instance)
        return Probe(version=status.version_info.version, server_time=reply.date)
