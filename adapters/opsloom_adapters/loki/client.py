"""The requests to Loki's HTTP API.

Source: https://grafana.com/docs/loki/latest/reference/loki-http-api/
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import TypeVar

from pydantic import TypeAdapter

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import HttpClient, Parameters
from opsloom.adapter_api.http_json import parse_json
from opsloom.model.errors import InvalidRequestError, NotFoundError, UnexpectedAnswerError
from opsloom.model.window import Window
from opsloom_adapters.loki import wire
from opsloom_adapters.loki.mapping import nanoseconds_of

T = TypeVar("T")


class LokiClient:
    """Asks one Loki as one ``tenant``; every method raises the errors of :class:`HttpClient`."""

    def __init__(self, http: HttpClient, tenant: str | None) -> None:
        self._http = http
        self._headers = {} if tenant is None else {"X-Scope-OrgID": tenant}

    async def entries(
        self, call: Call, logql: str, window: Window, *, end: int, limit: int, link: str | None
    ) -> wire.Envelope[wire.StreamsData]:
        """``GET /loki/api/v1/query_range``: the newest ``limit`` entries of ``window`` before ``end`` (nanoseconds).

        :raises InvalidRequestError: Loki refuses the question, such as a window over its ``max_query_length``.
        """
        parameters = [
            ("query", logql),
            ("start", str(nanoseconds_of(window.start))),
            ("end", str(end)),
            ("limit", str(limit)),
            ("direction", "backward"),
        ]
        path = "/loki/api/v1/query_range"
        try:
            return await self._ask(call, path, wire.ENTRIES, parameters, window=window, link=link)
        except UnexpectedAnswerError as error:
            if error.status != 400:
                raise
            raise InvalidRequestError(
                f"{call.instance} refuses this question; where the quoted reason names a limit, "
                "narrow the window or name a service",
                upstream=error.upstream,
            ) from error

    async def count(self, call: Call, logql: str, window: Window) -> int:
        """``GET /loki/api/v1/query``: a number of entries, at the last nanosecond of ``window``."""
        parameters = [("query", logql), ("time", str(nanoseconds_of(window.end) - 1))]
        envelope = await self._ask(call, "/loki/api/v1/query", wire.COUNT, parameters, window=window)
        return sum(round(row.value[1]) for row in envelope.data.result)

    async def patterns(self, call: Call, selector: str, window: Window) -> Sequence[wire.Pattern]:
        """``GET /loki/api/v1/patterns``: not offered unless Loki's pattern ingester is on."""
        parameters = [("query", selector), *_span(window)]
        return (await self._ask(call, "/loki/api/v1/patterns", wire.PATTERNS, parameters, window=window)).data

    async def label_names(self, call: Call, window: Window) -> Sequence[str]:
        """``GET /loki/api/v1/labels``: of the streams of ``window``, and perhaps of some time around it."""
        return (await self._ask(call, "/loki/api/v1/labels", wire.LABELS, _span(window), window=window)).data

    async def probe(self, call: Call) -> Probe:
        """``GET /loki/api/v1/status/buildinfo``, which asks for no tenant, and the label names, which do."""
        version = ""
        with suppress(NotFoundError):  # a gateway need not let it through
            version = (await self._ask(call, "/loki/api/v1/status/buildinfo", wire.BUILD_INFO, ())).version
        reply = await self._http.get(call, "/loki/api/v1/labels", headers=self._headers)
        parse_json(reply.body, wire.LABELS, call.instance)
        return Probe(version=version, server_time=reply.date)

    async def _ask(
        self,
        call: Call,
        path: str,
        shape: TypeAdapter[T],
        parameters: Parameters,
        *,
        window: Window | None = None,
        link: str | None = None,
    ) -> T:
        return await self._http.get_parsed(
            call, path, shape, parameters=parameters, headers=self._headers, window=window, link=link
        )


def _span(window: Window) -> list[tuple[str, str]]:
    return [("start", str(nanoseconds_of(window.start))), ("end", str(nanoseconds_of(window.end)))]
