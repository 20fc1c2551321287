"""The Datadog adapter: what it is and can do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar, Self

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import (
    AlertReader,
    DeployReader,
    IncidentReader,
    LogReader,
    MetricReader,
    OwnershipReader,
    SloReader,
)
from opsloom.adapter_api.http import open_http
from opsloom.adapter_api.permissions import Permission
from opsloom.adapter_api.rate_limit import RateLimitHeaders
from opsloom.adapter_api.writers import AlertSilencer, EventRecorder, TicketWriter
from opsloom.model.alerts import Alert, AlertQuery
from opsloom.model.changes import ChangePlan, EventChange, Observation, Order, Receipt, Silence, TicketChange
from opsloom.model.deploys import Deploy, DeployQuery
from opsloom.model.incidents import Incident, IncidentQuery
from opsloom.model.logs import LogEntry, LogQuery
from opsloom.model.metrics import MetricCatalogQuery, MetricDescriptor, MetricQuery, Series
from opsloom.model.ownership import Ownership, OwnershipQuery, Service, ServiceQuery
from opsloom.model.page import Page
from opsloom.model.slo import SloQuery, SloStatus
from opsloom_adapters.datadog.config import DatadogConfig

if TYPE_CHECKING:  # loaded when it is first asked: a start pays for the manifest only
    from opsloom_adapters.datadog.change_client import DatadogChangeClient
    from opsloom_adapters.datadog.client import DatadogClient


class DatadogAdapter:
    """Reads and changes one organization of Datadog."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="datadog",
        title="Datadog",
        config=DatadogConfig,
        capabilities=frozenset(
            {
                AlertReader,
                MetricReader,
                LogReader,
                DeployReader,
                IncidentReader,
                OwnershipReader,
                SloReader,
                AlertSilencer,
                TicketWriter,
                EventRecorder,
            }
        ),
        documentation="https://docs.datadoghq.com/api/latest/",
        credential_url="https://docs.datadoghq.com/account_management/api-app-keys/",
        asks=("base_url", "api_key", "app_key", "write_app_key"),
        rate_limit=RateLimitHeaders(
            limit="x-ratelimit-limit", remaining="x-ratelimit-remaining", reset="x-ratelimit-reset"
        ),
        scopes=(
            Scope("monitors_read", "to read monitors and the alerts of their groups"),
            Scope("metrics_read", "to list metrics"),
            Scope("timeseries_query", "to read the values of metrics"),
            Scope("apm_read", "to read what APM counts of a service"),
            Scope("logs_read_data", "to search logs"),
            Scope("dora_metrics_read", "to read deployments"),
            Scope("events_read", "to read events that count as deploys, and to see an event that was posted"),
            Scope("incident_read", "to read incidents"),
            Scope("apm_service_catalog_read", "to read the software catalog"),
            Scope("teams_read", "to find the team of a service"),
            Scope("on_call_read", "to see who is on call"),
            Scope("slos_read", "to read SLOs"),
            Scope("monitors_downtime", "to plan and verify downtimes, which Datadog shows only to who may make them"),
            Scope("monitors_downtime", "to schedule and cancel downtimes", writes=True),
            Scope("incident_write", "to declare incidents and to set their state", writes=True),
        ),
    )

    def __init__(self, client: "DatadogClient", changes: "DatadogChangeClient", config: DatadogConfig) -> None:
        self._client = client
        self._changes = changes
        self._config = config
        self._site_url = config.site_url

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        from opsloom_adapters.datadog.change_client import DatadogChangeClient
        from opsloom_adapters.datadog.client import DatadogClient

        async with open_http(site, cls.manifest) as http:
            yield cls(DatadogClient(http), DatadogChangeClient(http), site.config_as(DatadogConfig))

    async def probe(self, call: Call) -> Probe:
        return await self._client.probe(call)

    async def check_writing(self, call: Call) -> tuple[Permission, ...]:
        from opsloom_adapters.datadog.writing_check import check_writing

        return await check_writing(self._client, call)

    async def search_alerts(self, query: AlertQuery, call: Call) -> Page[Alert]:
        from opsloom_adapters.datadog.alerts import search_alerts

        return await search_alerts(self._client, self._site_url, query, call)

    async def get_alert(self, native_id: str, call: Call) -> Alert:
        from opsloom_adapters.datadog.alerts import get_alert

        return await get_alert(self._client, self._site_url, native_id, call)

    async def list_metrics(self, query: MetricCatalogQuery, call: Call) -> Page[MetricDescriptor]:
        from opsloom_adapters.datadog.metric_catalog import list_metrics

        return await list_metrics(self._client, self._site_url, query, call)

    async def query_metrics(self, query: MetricQuery, call: Call) -> Page[Series]:
        from opsloom_adapters.datadog.metrics import query_metrics

        return await query_metrics(self._client, self._site_url, query, call)

    async def search_logs(self, query: LogQuery, call: Call) -> Page[LogEntry]:
        from opsloom_adapters.datadog.logs import search_logs

        return await search_logs(self._client, self._site_url, query, call)

    async def search_deploys(self, query: DeployQuery, call: Call) -> Page[Deploy]:
        from opsloom_adapters.datadog.deploys import search_deploys

        return await search_deploys(self._client, self._config, query, call)

    async def get_deploy(self, native_id: str, call: Call) -> Deploy:
        from opsloom_adapters.datadog.deploys import get_deploy

        return await get_deploy(self._client, self._config, native_id, call)

    async def search_incidents(self, query: IncidentQuery, call: Call) -> Page[Incident]:
        from opsloom_adapters.datadog.incidents import search_incidents

        return await search_incidents(self._client, self._site_url, query, call)

    async def get_incident(self, native_id: str, call: Call) -> Incident:
        from opsloom_adapters.datadog.incidents import get_incident

        return await get_incident(self._client, self._site_url, native_id, call)

    async def search_services(self, query: ServiceQuery, call: Call) -> Page[Service]:
        from opsloom_adapters.datadog.ownership import search_services

        return await search_services(self._client, self._site_url, query, call)

    async def get_ownership(self, query: OwnershipQuery, call: Call) -> Page[Ownership]:
        from opsloom_adapters.datadog.ownership import get_ownership

        return await get_ownership(self._client, self._site_url, query, call)

    async def search_slos(self, query: SloQuery, call: Call) -> Page[SloStatus]:
        from opsloom_adapters.datadog.slos import search_slos

        return await search_slos(self._client, self._site_url, query, call)

    async def plan_silence(self, change: Silence, call: Call) -> ChangePlan:
        from opsloom_adapters.datadog.downtimes import plan_silence

        return await plan_silence(self._client, self._site_url, change, call)

    async def apply_silence(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.datadog.downtimes import apply_silence

        return await apply_silence(self._client, self._changes, self._site_url, order, call)

    async def observe_silence(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.datadog.downtimes import observe_silence

        return await observe_silence(self._client, self._site_url, order, call)

    async def plan_ticket(self, change: TicketChange, call: Call) -> ChangePlan:
        from opsloom_adapters.datadog.incident_changes import plan_ticket

        return await plan_ticket(self._client, self._site_url, change, call)

    async def apply_ticket(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.datadog.incident_changes import apply_ticket

        return await apply_ticket(self._client, self._changes, self._site_url, order, call)

    async def observe_ticket(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.datadog.incident_changes import observe_ticket

        return await observe_ticket(self._client, self._site_url, order, call)

    async def plan_event(self, change: EventChange, call: Call) -> ChangePlan:
        from opsloom_adapters.datadog.event_recording import plan_event

        return await plan_event(change, call)

    async def apply_event(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.datadog.event_recording import apply_event

        return await apply_event(self._changes, order, call)

    async def observe_event(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.datadog.event_recording import observe_event

        return await observe_event(self._client, order, call)
