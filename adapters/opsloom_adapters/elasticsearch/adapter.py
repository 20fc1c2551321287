"""The Elasticsearch adapter: what it is and can do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar, Self

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import LogReader
from opsloom.adapter_api.http import open_http
from opsloom.model.logs import LogEntry, LogQuery
from opsloom.model.page import Page
from opsloom_adapters.elasticsearch.config import ElasticsearchConfig

if TYPE_CHECKING:  # loaded when it is first asked: a start pays for the manifest only
    from opsloom_adapters.elasticsearch.client import ElasticsearchClient


class ElasticsearchAdapter:
    """Reads the logs in the indices of one Elasticsearch or OpenSearch cluster."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="elasticsearch",
        title="Elasticsearch and OpenSearch logs",
        config=ElasticsearchConfig,
        capabilities=frozenset({LogReader}),
        documentation="https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-search",
        credential_url="https://www.elastic.co/docs/deploy-manage/api-keys/elasticsearch-api-keys",
        asks=("base_url", "token", "index", "web_url"),
        scopes=(
            Scope("read", "index privilege, to search the indices and to see which fields they have"),
            Scope("monitor", "cluster privilege, to see that it answers, and its version"),
        ),
    )

    def __init__(self, client: "ElasticsearchClient", config: ElasticsearchConfig) -> None:
        self._client = client
        self._config = config

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        from opsloom_adapters.elasticsearch.client import ElasticsearchClient

        config = site.config_as(ElasticsearchConfig)
        async with open_http(site, cls.manifest) as http:
            yield cls(ElasticsearchClient(http, config), config)

    async def probe(self, call: Call) -> Probe:
        return await self._client.probe(call)

    async def search_logs(self, query: LogQuery, call: Call) -> Page[LogEntry]:
        from opsloom_adapters.elasticsearch.logs import search_logs

        return await search_logs(self._client, self._config, query, call)
