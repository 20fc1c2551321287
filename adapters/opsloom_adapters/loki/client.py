"""The requests to Loki's HTTP API.

Source: https://grafana.com/docs/loki/latest/reference/loki-http-api/
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import TypeVar

from pydantic import TypeAdapter

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.loki.requests import LokiRequests, span_of
from opsloom.adapter_api.dialects.loki.wire import LABELS
from opsloom.adapter_api.http import HttpClient, Parameters, Reply
from opsloom.adapter_api.http_json import parse_json
from opsloom.model.errors import NotFoundError
from opsloom.model.window import Window
from opsloom_adapters.loki.wire import BUILD_INFO, PATTERNS, Pattern

T = TypeVar("T")


class _AsTenant:
    """Asks as one ``tenant``, whom a header names."""

    def __init__(self, http: HttpClient, tenant: str | None) -> None:
        self._http = http
        self._headers = {} if tenant is None else {"X-Scope-OrgID": tenant}

    async def get(self, call: Call, path: str) -> Reply:
        return await self._http.get(call, path, headers=self._headers)

    async def get_parsed(
        self,
        call: Call,
        path: str,
        shape: TypeAdapter[T],
        *,
        parameters: Parameters,
        window: Window | None = None,
        link: str | None = None,
    ) -> T:
        return await self._http.get_parsed(
            call, path, shape, parameters=parameters, headers=self._headers, window=window, link=link
        )


class LokiClient(LokiRequests):
    """Asks one Loki as one ``tenant``; every method raises the errors of :class:`HttpClient`."""

    def __init__(self, http: HttpClient, tenant: str | None) -> None:
        self._tenant = _AsTenant(http, tenant)
        super().__init__(self._tenant)

    async def patterns(self, call: Call, selector: str, window: Window) -> Sequence[Pattern]:
        """``GET /loki/api/v1/patterns``: not offered unless Loki's pattern ingester is on."""
        parameters = [("query", selector), *span_of(window)]
        path = "/loki/api/v1/patterns"
        return (await self._tenant.get_parsed(call, path, PATTERNS, parameters=parameters, window=window)).data

    async def probe(self, call: Call) -> Probe:
        """``GET /loki/api/v1/status/buildinfo``, which asks for no tenant, and the label names, which do."""
        version = ""
        with suppress(NotFoundError):  # a gateway need not let it through
            path = "/loki/api/v1/status/buildinfo"
            version = (await self._tenant.get_parsed(call, path, BUILD_INFO, parameters=())).version
        reply = await self._tenant.get(call, "/loki/api/v1/labels")
        parse_json(reply.body, LABELS, call.instance)
        return Probe(version=version, server_time=reply.date)
