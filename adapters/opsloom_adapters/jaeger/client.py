"""The requests to Jaeger's query service: API v3, and what servers before it understand."""

import json
from collections.abc import Sequence

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import HttpClient
from opsloom.adapter_api.http_json import parse_json
from opsloom.model.errors import NotFoundError, UnexpectedAnswerError
from opsloom.model.window import Window, format_time
from opsloom_adapters.jaeger import wire

_NO_TRACES = "No traces found"
_OLDER_NAMES = {
    "query.serviceName": "query.service_name",
    "query.startTimeMin": "query.start_time_min",
    "query.startTimeMax": "query.start_time_max",
    "query.searchDepth": "query.num_traces",
}
"""How servers before 2026 want the parameters called."""


class JaegerClient:
    """Asks one query service; every method raises the errors of :class:`HttpClient`."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def probe(self, call: Call) -> Probe:
        """``GET /api/v3/services``; Jaeger does not tell its version."""
        reply = await self._http.get(call, "/api/v3/services", headers={"accept": "application/json"})
        parse_json(reply.body, wire.SERVICES, call.instance)
        return Probe(server_time=reply.date)

    async def dependencies(self, call: Call, window: Window, *, link: str) -> Sequence[wire.Dependency]:
        """``GET /api/v3/dependencies``, or ``GET /api/dependencies`` of a server that does not have that yet.

        Such a server answers 404, or its web page as to every path that it does not know.
        """
        parameters = (("startTime", format_time(window.start)), ("endTime", format_time(window.end)))
        path = "/api/v3/dependencies"
        try:
            reply = await self._http.get_parsed(
                call, path, wire.DEPENDENCIES, parameters=parameters, window=window, link=link
            )
        except (NotFoundError, UnexpectedAnswerError) as error:
            if error.status not in (200, 404):
                raise
            return await self._older_dependencies(call, window, link)
        return reply.dependencies

    async def error_traces(
        self, call: Call, service: str, window: Window, *, depth: int, link: str
    ) -> Sequence[wire.ResourceSpans]:
        """``GET /api/v3/traces``: up to ``depth`` traces with a failed span of the service, their spans by resource.

        A server that cannot filter by attributes gives other traces, too. "None found" is a 404 of its own.
        """
        parameters = [
            ("query.serviceName", service),
            ("query.startTimeMin", format_time(window.start)),
            ("query.startTimeMax", format_time(window.end)),
            ("query.searchDepth", str(depth)),
        ]
        filtering = ("query.attributes", json.dumps({"error": "true"}))
        try:
            return await self._traces(call, [*parameters, filtering], window, link)
        except UnexpectedAnswerError as error:
            if error.status != 400:
                raise
        older = [(_OLDER_NAMES[name], value) for name, value in parameters]
        return await self._traces(call, older, window, link)

    async def _traces(
        self, call: Call, parameters: Sequence[tuple[str, str]], window: Window, link: str
    ) -> Sequence[wire.ResourceSpans]:
        try:
            reply = await self._http.get_parsed(
                call, "/api/v3/traces", wire.TRACES, parameters=parameters, window=window, link=link
            )
        except NotFoundError as error:
            if _NO_TRACES not in error.upstream:
                raise
            return ()
        return reply.result.resource_spans

    async def _older_dependencies(self, call: Call, window: Window, link: str) -> Sequence[wire.Dependency]:
        parameters = (
            ("endTs", str(int(window.end.timestamp() * 1_000))),
            ("lookback", str(int(window.seconds * 1_000))),
        )
        reply = await self._http.get_parsed(
            call, "/api/dependencies", wire.OLDER_DEPENDENCIES, parameters=parameters, window=window, link=link
        )
        if reply.errors:
            raise UnexpectedAnswerError(f"{call.instance} could not read its dependencies", instance=call.instance)
        return reply.data or ()
