"""The Prometheus adapter: what it is and can do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar, Self

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import AlertReader, MetricReader, TopologyReader
from opsloom.adapter_api.http import open_http
from opsloom.model.alerts import Alert, AlertQuery
from opsloom.model.metrics import MetricCatalogQuery, MetricDescriptor, MetricQuery, Series
from opsloom.model.page import Page
from opsloom.model.topology import Dependency, DependencyQuery
from opsloom_adapters.prometheus.config import PrometheusConfig

if TYPE_CHECKING:  # loaded when it is first asked: a start pays for the manifest only
    from opsloom_adapters.prometheus.client import PrometheusClient


class PrometheusAdapter:
    """Reads metrics and rule alerts of one Prometheus, or of what answers like one."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="prometheus",
        title="Prometheus",
        config=PrometheusConfig,
        capabilities=frozenset({AlertReader, MetricReader, TopologyReader}),
        documentation="https://prometheus.io/docs/prometheus/latest/querying/api/",
        scopes=(
            Scope("GET /api/v1/query, /api/v1/query_range", "to read metrics, and who calls whom"),
            Scope("GET /api/v1/label/__name__/values, /api/v1/labels, /api/v1/metadata", "to find metrics"),
            Scope("GET /api/v1/rules", "to read alerts"),
            Scope("GET /api/v1/status/buildinfo", "to see that it answers, and its version"),
        ),
    )

    def __init__(self, client: "PrometheusClient", config: PrometheusConfig) -> None:
        self._client = client
        self._config = config

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        from opsloom_adapters.prometheus.client import PrometheusClient

        async with open_http(site, cls.manifest) as http:
            yield cls(PrometheusClient(http), site.config_as(PrometheusConfig))

    async def probe(self, call: Call) -> Probe:
        return await self._client.probe(call)

    async def search_alerts(self, query: AlertQuery, call: Call) -> Page[Alert]:
        from opsloom_adapters.prometheus.alerts import search_alerts

        return await search_alerts(self._client, self._config, query, call)

    async def get_alert(self, native_id: str, call: Call) -> Alert:
        from opsloom_adapters.prometheus.alerts import get_alert

        return await get_alert(self._client, self._config, native_id, call)

    async def list_metrics(self, query: MetricCatalogQuery, call: Call) -> Page[MetricDescriptor]:
        from opsloom_adapters.prometheus.catalog import list_metrics

        return await list_metrics(self._client, self._config, query, call)

    async def query_metrics(self, query: MetricQuery, call: Call) -> Page[Series]:
        from opsloom_adapters.prometheus.metrics import query_metrics

        return await query_metrics(self._client, self._config, query, call)

    async def get_dependencies(self, query: DependencyQuery, call: Call) -> Page[Dependency]:
        from opsloom_adapters.prometheus.topology import get_dependencies

        return await get_dependencies(self._client, self._config, query, call)
