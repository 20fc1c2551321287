"""The Jaeger adapter: what it is and can do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar, Self

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import LogReader, TopologyReader
from opsloom.adapter_api.http import open_http
from opsloom.model.logs import LogEntry, LogQuery
from opsloom.model.page import Page
from opsloom.model.topology import Dependency, DependencyQuery
from opsloom_adapters.jaeger.config import JaegerConfig

if TYPE_CHECKING:  # loaded when it is first asked: a start pays for the manifest only
    from opsloom_adapters.jaeger.client import JaegerClient


class JaegerAdapter:
    """Reads the dependencies and the failed spans of one Jaeger."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="jaeger",
        title="Jaeger",
        config=JaegerConfig,
        capabilities=frozenset({TopologyReader, LogReader}),
        documentation="https://www.jaegertracing.io/docs/latest/architecture/apis/",
        credential_url="https://www.jaegertracing.io/docs/latest/operations/security/",
        asks=("base_url", "token"),
        scopes=(
            Scope("GET /api/v3/services", "to see that it answers"),
            Scope("GET /api/v3/dependencies", "to read who calls whom"),
            Scope("GET /api/dependencies", "the same, of a Jaeger that does not have the one above yet"),
            Scope("GET /api/v3/traces", "to read spans that failed"),
        ),
    )

    def __init__(self, client: "JaegerClient", config: JaegerConfig) -> None:
        self._client = client
        self._web_url = config.web_url or config.base_url
        self._hours = config.dependency_hours

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        from opsloom_adapters.jaeger.client import JaegerClient

        async with open_http(site, cls.manifest) as http:
            yield cls(JaegerClient(http), site.config_as(JaegerConfig))

    async def probe(self, call: Call) -> Probe:
        return await self._client.probe(call)

    async def get_dependencies(self, query: DependencyQuery, call: Call) -> Page[Dependency]:
        from opsloom_adapters.jaeger.topology import get_dependencies

        return await get_dependencies(self._client, self._web_url, self._hours, query, call)

    async def search_logs(self, query: LogQuery, call: Call) -> Page[LogEntry]:
        from opsloom_adapters.jaeger.logs import search_logs

        return await search_logs(self._client, self._web_url, query, call)
