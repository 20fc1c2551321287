"""The Loki adapter: what it is and can do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar, Self

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import LogReader
from opsloom.adapter_api.http import open_http
from opsloom.model.logs import LogEntry, LogQuery
from opsloom.model.page import Page
from opsloom_adapters.loki.config import LokiConfig

if TYPE_CHECKING:  # loaded when it is first asked: a start pays for the manifest only
    from opsloom_adapters.loki.client import LokiClient


class LokiAdapter:
    """Reads the logs of one Loki, as one tenant where it has several."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="loki",
        title="Grafana Loki",
        config=LokiConfig,
        capabilities=frozenset({LogReader}),
        documentation="https://grafana.com/docs/loki/latest/reference/loki-http-api/",
        scopes=(
            Scope("GET /loki/api/v1/query_range", "to read log entries"),
            Scope("GET /loki/api/v1/query", "to count those that match"),
            Scope("GET /loki/api/v1/patterns", "to tell how often lines of the same form occur"),
            Scope("GET /loki/api/v1/labels", "to see that it answers, and whether the service labels exist"),
            Scope("GET /loki/api/v1/status/buildinfo", "to see its version"),
        ),
        credential_url="https://grafana.com/docs/loki/latest/operations/authentication/",
        asks=("base_url", "tenant"),
    )

    def __init__(self, client: "LokiClient", config: LokiConfig) -> None:
        self._client = client
        self._config = config

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        from opsloom_adapters.loki.client import LokiClient

        config = site.config_as(LokiConfig)
        async with open_http(site, cls.manifest) as http:
            yield cls(LokiClient(http, config.tenant), config)

    async def probe(self, call: Call) -> Probe:
        return await self._client.probe(call)

    async def search_logs(self, query: LogQuery, call: Call) -> Page[LogEntry]:
        from opsloom_adapters.loki.logs import search_logs

        return await search_logs(self._client, self._config, query, call)
