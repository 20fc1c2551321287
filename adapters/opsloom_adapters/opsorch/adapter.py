"""The OpsOrch adapter: what it is and can do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar, Self

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import (
    AlertReader,
    DeployReader,
    IncidentReader,
    LogReader,
    MetricReader,
    OwnershipReader,
    TicketReader,
)
from opsloom.adapter_api.http import open_http
from opsloom.adapter_api.writers import EventRecorder, TicketWriter
from opsloom.model.alerts import Alert, AlertQuery
from opsloom.model.changes import ChangePlan, EventChange, Observation, Order, Receipt, TicketChange
from opsloom.model.deploys import Deploy, DeployQuery
from opsloom.model.incidents import Incident, IncidentQuery
from opsloom.model.logs import LogEntry, LogQuery
from opsloom.model.metrics import MetricCatalogQuery, MetricDescriptor, MetricQuery, Series
from opsloom.model.ownership import Ownership, OwnershipQuery, Service, ServiceQuery
from opsloom.model.page import Page
from opsloom.model.tickets import Ticket, TicketQuery
from opsloom_adapters.opsorch.alerts import get_alert, search_alerts
from opsloom_adapters.opsorch.client import OpsorchClient
from opsloom_adapters.opsorch.config import OpsorchConfig
from opsloom_adapters.opsorch.deploys import get_deploy, search_deploys
from opsloom_adapters.opsorch.incidents import get_incident, search_incidents
from opsloom_adapters.opsorch.logs import search_logs
from opsloom_adapters.opsorch.metrics import list_metrics, query_metrics
from opsloom_adapters.opsorch.ownership import get_ownership, search_services
from opsloom_adapters.opsorch.ticket_changes import apply_ticket, observe_ticket, plan_ticket
from opsloom_adapters.opsorch.tickets import get_ticket, search_tickets
from opsloom_adapters.opsorch.timeline_events import apply_event, observe_event, plan_event


class OpsorchAdapter:
    """Reads and changes what one OpsOrch Core is connected to."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="opsorch",
        title="OpsOrch Core",
        config=OpsorchConfig,
        capabilities=frozenset(
            {
                *(AlertReader, DeployReader, IncidentReader, LogReader, MetricReader, OwnershipReader, TicketReader),
                *(EventRecorder, TicketWriter),
            }
        ),
        documentation="https://github.com/OpsOrch/opsorch-core/blob/main/README.md",
        credential_url="https://github.com/OpsOrch/opsorch-core/blob/main/README.md#runtime-environment",
        asks=("base_url", "token", "write_token"),
        scopes=(
            Scope("OPSORCH_BEARER_TOKEN", "to be answered at all; OpsOrch has one token and no finer permissions"),
            Scope("OPSORCH_BEARER_TOKEN", "to write tickets and timelines: the same token", writes=True),
        ),
    )

    def __init__(self, client: OpsorchClient, config: OpsorchConfig) -> None:
        self._client = client
        self._config = config

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        config = site.config_as(OpsorchConfig)
        async with open_http(site, cls.manifest) as http:
            yield cls(OpsorchClient(http, config.most_rows), config)

    async def probe(self, call: Call) -> Probe:
        return await self._client.probe(call)

    async def search_alerts(self, query: AlertQuery, call: Call) -> Page[Alert]:
        return await search_alerts(self._client, query, call)

    async def get_alert(self, native_id: str, call: Call) -> Alert:
        return await get_alert(self._client, native_id, call)

    async def search_incidents(self, query: IncidentQuery, call: Call) -> Page[Incident]:
        return await search_incidents(self._client, query, call)

    async def get_incident(self, native_id: str, call: Call) -> Incident:
        return await get_incident(self._client, native_id, call)

    async def search_deploys(self, query: DeployQuery, call: Call) -> Page[Deploy]:
        return await search_deploys(self._client, query, call)

    async def get_deploy(self, native_id: str, call: Call) -> Deploy:
        return await get_deploy(self._client, native_id, call)

    async def search_tickets(self, query: TicketQuery, call: Call) -> Page[Ticket]:
        return await search_tickets(self._client, self._config, query, call)

    async def get_ticket(self, native_id: str, call: Call) -> Ticket:
        return await get_ticket(self._client, self._config, native_id, call)

    async def search_logs(self, query: LogQuery, call: Call) -> Page[LogEntry]:
        return await search_logs(self._client, self._config, query, call)

    async def list_metrics(self, query: MetricCatalogQuery, call: Call) -> Page[MetricDescriptor]:
        return await list_metrics(self._client, query, call)

    async def query_metrics(self, query: MetricQuery, call: Call) -> Page[Series]:
        return await query_metrics(self._client, query, call)

    async def search_services(self, query: ServiceQuery, call: Call) -> Page[Service]:
        return await search_services(self._client, self._config, query, call)

    async def get_ownership(self, query: OwnershipQuery, call: Call) -> Page[Ownership]:
        return await get_ownership(self._client, self._config, query, call)

    async def plan_ticket(self, change: TicketChange, call: Call) -> ChangePlan:
        return await plan_ticket(self._client, self._config, change, call)

    async def apply_ticket(self, order: Order, call: Call) -> Receipt:
        return await apply_ticket(self._client, self._config, order, call)

    async def observe_ticket(self, order: Order, call: Call) -> Observation:
        return await observe_ticket(self._client, self._config, order, call)

    async def plan_event(self, change: EventChange, call: Call) -> ChangePlan:
        return await plan_event(self._client, change, call)

    async def apply_event(self, order: Order, call: Call) -> Receipt:
        return await apply_event(self._client, order, call)

    async def observe_event(self, order: Order, call: Call) -> Observation:
        return await observe_event(self._client, order, call)
