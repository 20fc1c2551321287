"""The Backstage adapter: what it is and can do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar, Self

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import OwnershipReader, TopologyReader
from opsloom.adapter_api.http import open_http
from opsloom.model.ownership import Ownership, OwnershipQuery, Service, ServiceQuery
from opsloom.model.page import Page
from opsloom.model.topology import Dependency, DependencyQuery
from opsloom_adapters.backstage.config import BackstageConfig

if TYPE_CHECKING:  # loaded when it is first asked: a start pays for the manifest only
    from opsloom_adapters.backstage.client import BackstageClient


class BackstageAdapter:
    """Reads the software catalog of one Backstage; never writes."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="backstage",
        title="Backstage software catalog",
        config=BackstageConfig,
        capabilities=frozenset({OwnershipReader, TopologyReader}),
        documentation="https://backstage.io/docs/features/software-catalog/software-catalog-api",
        scopes=(Scope("catalog.entity.read", "to read components, groups, users and their relations"),),
        credential_url="https://backstage.io/docs/auth/service-to-service-auth",
        asks=("base_url", "token"),
    )

    def __init__(self, client: "BackstageClient", config: BackstageConfig) -> None:
        self._client = client
        self._config = config

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        from opsloom_adapters.backstage.client import BackstageClient

        async with open_http(site, cls.manifest) as http:
            yield cls(BackstageClient(http), site.config_as(BackstageConfig))

    async def probe(self, call: Call) -> Probe:
        return await self._client.probe(call)

    async def search_services(self, query: ServiceQuery, call: Call) -> Page[Service]:
        from opsloom_adapters.backstage.ownership import search_services

        return await search_services(self._client, self._config, query, call)

    async def get_ownership(self, query: OwnershipQuery, call: Call) -> Page[Ownership]:
        from opsloom_adapters.backstage.ownership import get_ownership

        return await get_ownership(self._client, self._config, query, call)

    async def get_dependencies(self, query: DependencyQuery, call: Call) -> Page[Dependency]:
        from opsloom_adapters.backstage.topology import get_dependencies

        return await get_dependencies(self._client, self._config, query, call)
