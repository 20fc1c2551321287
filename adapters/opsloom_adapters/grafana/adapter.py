"""The Grafana adapter: what it is and can do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar, Self

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import AlertReader, DeployReader, LogReader, MetricReader
from opsloom.adapter_api.http import HttpClient, open_http
from opsloom.adapter_api.permissions import Permission
from opsloom.adapter_api.writers import AlertSilencer, EventRecorder
from opsloom.model.alerts import Alert, AlertQuery
from opsloom.model.changes import ChangePlan, EventChange, Observation, Order, Receipt, Silence
from opsloom.model.deploys import Deploy, DeployQuery
from opsloom.model.logs import LogEntry, LogQuery
from opsloom.model.metrics import MetricCatalogQuery, MetricDescriptor, MetricQuery, Series
from opsloom.model.page import Page
from opsloom_adapters.grafana.config import GrafanaConfig


class GrafanaAdapter:
    """Reads alerts, annotations, metrics and logs of one organization of Grafana; silences and annotates."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="grafana",
        title="Grafana",
        config=GrafanaConfig,
        capabilities=frozenset({AlertReader, MetricReader, LogReader, DeployReader, AlertSilencer, EventRecorder}),
        documentation="https://grafana.com/docs/grafana/latest/developers/http_api/",
        scopes=(
            Scope("alert.instances:read", "to read alerts and silences"),
            Scope("annotations:read", "to read changes, and whether an event was recorded"),
            Scope("datasources:query", "to ask the data sources for metrics and logs"),
            Scope("datasources:read", "to find the data sources, where the settings name none"),
            Scope(
                "alert.instances:read", "to make silences, which Grafana allows to those only who see them", writes=True
            ),
            Scope("alert.instances:create", "to make silences", writes=True),
            Scope("alert.instances:write", "to end silences", writes=True),
            Scope("annotations:create", "to record events", writes=True),
            Scope("annotations:delete", "to take recorded events back", writes=True),
        ),
        credential_url="https://grafana.com/docs/grafana/latest/administration/service-accounts/",
        asks=("base_url", "token", "write_token"),
    )

    def __init__(self, http: HttpClient, config: GrafanaConfig) -> None:
        from opsloom_adapters.grafana.client import GrafanaClient
        from opsloom_adapters.grafana.data_sources import DataSources
        from opsloom_adapters.grafana.silences import GrafanaSilences

        self._client = GrafanaClient(http)
        self._config = config
        self._silences = GrafanaSilences(self._client, config)
        self._sources = DataSources(http, self._client, config)

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        async with open_http(site, cls.manifest) as http:
            yield cls(http, site.config_as(GrafanaConfig))

    async def probe(self, call: Call) -> Probe:
        return await self._client.probe(call)

    async def check_writing(self, call: Call) -> tuple[Permission, ...]:
        from opsloom_adapters.grafana.permissions import check_writing

        return await check_writing(self._client, self.manifest.scopes, call)

    async def search_alerts(self, query: AlertQuery, call: Call) -> Page[Alert]:
        from opsloom_adapters.grafana.alerts import search_alerts

        return await search_alerts(self._client, self._config, query, call)

    async def get_alert(self, native_id: str, call: Call) -> Alert:
        from opsloom_adapters.grafana.alerts import get_alert

        return await get_alert(self._client, self._config, native_id, call)

    async def list_metrics(self, query: MetricCatalogQuery, call: Call) -> Page[MetricDescriptor]:
        from opsloom_adapters.grafana.metric_catalog import list_metrics

        return await list_metrics(self._sources, self._config, query, call)

    async def query_metrics(self, query: MetricQuery, call: Call) -> Page[Series]:
        from opsloom_adapters.grafana.metrics import query_metrics

        return await query_metrics(self._sources, self._config, query, call)

    async def search_logs(self, query: LogQuery, call: Call) -> Page[LogEntry]:
        from opsloom_adapters.grafana.logs import search_logs

        return await search_logs(self._sources, self._config, query, call)

    async def search_deploys(self, query: DeployQuery, call: Call) -> Page[Deploy]:
        from opsloom_adapters.grafana.deploys import search_deploys

        return await search_deploys(self._client, self._config, query, call)

    async def get_deploy(self, native_id: str, call: Call) -> Deploy:
        from opsloom_adapters.grafana.deploys import get_deploy

        return await get_deploy(self._client, self._config, native_id, call)

    async def plan_silence(self, change: Silence, call: Call) -> ChangePlan:
        from opsloom.adapter_api.dialects.alertmanager.silences import plan_silence

        return await plan_silence(self._silences, change, call)

    async def apply_silence(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.grafana.silences import apply_silence

        return await apply_silence(self._silences, order, call)

    async def observe_silence(self, order: Order, call: Call) -> Observation:
        from opsloom.adapter_api.dialects.alertmanager.silences import observe_silence

        return await observe_silence(self._silences, order, call)

    async def plan_event(self, change: EventChange, call: Call) -> ChangePlan:
        from opsloom_adapters.grafana.events import plan_event

        return await plan_event(self._client, self._config, change, call)

    async def apply_event(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.grafana.events import apply_event

        return await apply_event(self._client, self._config, order, call)

    async def observe_event(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.grafana.events import observe_event

        return await observe_event(self._client, self._config, order, call)
