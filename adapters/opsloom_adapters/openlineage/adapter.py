"""The `openlineage` adapter: what it can do, and how it connects."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar, Self

import anyio

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import TopologyReader
from opsloom.adapter_api.http import open_http
from opsloom.model.errors import ConfigurationError
from opsloom.model.page import Page
from opsloom.model.topology import Dependency, DependencyQuery
from opsloom_adapters.openlineage.config import OpenlineageConfig

if TYPE_CHECKING:  # loaded when it is first asked: a start pays for the manifest only
    from opsloom_adapters.openlineage.source import EventSource


class OpenlineageAdapter:
    """Reads run events from a file, from Marquez, or from an address that serves JSON lines."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="openlineage",
        title="OpenLineage run events: jobs and the data sets between them",
        config=OpenlineageConfig,
        capabilities=frozenset({TopologyReader}),
        documentation="https://openlineage.io/docs/spec/object-model",
        scopes=(Scope("GET /api/v1/events/lineage, or GET of events_path", "to read run events"),),
    )

    def __init__(self, source: "EventSource", config: OpenlineageConfig) -> None:
        self._source = source
        self._config = config

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        """Nothing is read or asked yet.

        :raises ConfigurationError: the file is not there, or a secret or the CA file cannot be read.
        """
        from opsloom_adapters.openlineage.file_source import FileSource
        from opsloom_adapters.openlineage.http_sources import JsonLinesSource, MarquezSource

        config = site.config_as(OpenlineageConfig)
        if config.file is not None:
            if not await anyio.Path(config.file).is_file():
                raise ConfigurationError(f"instance {site.instance}: file is not there: {config.file}")
            yield cls(FileSource(config.file), config)
            return
        async with open_http(site, cls.manifest) as http:
            source = JsonLinesSource(http, config.events_path) if config.events_path else MarquezSource(http)
            yield cls(source, config)

    async def probe(self, call: Call) -> Probe:
        return await self._source.probe(call)

    async def get_dependencies(self, query: DependencyQuery, call: Call) -> Page[Dependency]:
        from opsloom_adapters.openlineage.topology import get_dependencies

        return await get_dependencies(self._source, self._config, query, call)
