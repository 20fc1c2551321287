"""The `catalog` adapter: what it can do, and how it connects."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar, Self

import anyio

from opsloom.adapter_api.adapter import Manifest, Probe, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import OwnershipReader, TopologyReader
from opsloom.model.errors import ConfigurationError
from opsloom.model.ownership import Ownership, OwnershipQuery, Service, ServiceQuery
from opsloom.model.page import Page
from opsloom.model.topology import Dependency, DependencyQuery
from opsloom_adapters.catalog.config import CatalogConfig

if TYPE_CHECKING:  # loaded when it is first asked: a start pays for the manifest only
    from opsloom_adapters.catalog.source import CatalogSource


class CatalogAdapter:
    """Reads a folder of YAML files; never writes."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="catalog",
        title="service catalogue in files: Backstage entities, on-call schedules, escalation policies",
        config=CatalogConfig,
        capabilities=frozenset({OwnershipReader, TopologyReader}),
        documentation="https://backstage.io/docs/features/software-catalog/descriptor-format",
    )

    def __init__(self, source: "CatalogSource") -> None:
        self._source = source

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        """Look for the folder; nothing is read yet.

        :raises ConfigurationError: the folder is not there.
        """
        from opsloom_adapters.catalog.source import CatalogSource

        config = site.config_as(CatalogConfig)
        if not await anyio.Path(config.root).is_dir():
            raise ConfigurationError(f"instance {site.instance}: root is not a folder: {config.root}")
        yield cls(CatalogSource(config))

    async def probe(self, call: Call) -> Probe:
        """Whether there are documents; files have no version."""
        (await self._source.read(call)).capture(call)
        return Probe()

    async def search_services(self, query: ServiceQuery, call: Call) -> Page[Service]:
        from opsloom_adapters.catalog import ownership

        return await ownership.search_services(self._source, query, call)

    async def get_ownership(self, query: OwnershipQuery, call: Call) -> Page[Ownership]:
        from opsloom_adapters.catalog import ownership

        return await ownership.get_ownership(self._source, query, call)

    async def get_dependencies(self, query: DependencyQuery, call: Call) -> Page[Dependency]:
        from opsloom_adapters.catalog import topology

        return await topology.get_dependencies(self._source, query, call)
