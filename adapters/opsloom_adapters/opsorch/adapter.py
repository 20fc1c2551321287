"""The OpsOrch adapter: what it is and can do."""

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
from opsloom_adapters.opsorch.config import OpsorchConfig

if TYPE_CHECKING:  # loaded when it is first asked: a start pays for the manifest only
    from opsloom_adapters.opsorch.client import OpsorchClient


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

    def __init__(self, client: "OpsorchClient", config: OpsorchConfig) -> None:
        self._client = client
        self._config = config

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        from opsloom_adapters.opsorch.client import OpsorchClient

        config = site.config_as(OpsorchConfig)
        async with open_http(site, cls.manifest) as http:
            yield cls(OpsorchClient(http, config.most_rows), config)

    async def probe(self, call: Call) -> Probe:
        return await self._client.probe(call)

    async def search_alerts(self, query: AlertQuery, call: Call) -> Page[Alert]:
        from opsloom_adapters.opsorch.alerts import search_alerts

        return await search_alerts(self._client, query, call)

    async def get_alert(self, native_id: str, call: Call) -> Alert:
        from opsloom_adapters.opsorch.alerts import get_alert

        return await get_alert(self._client, native_id, call)

    async def search_incidents(self, query: IncidentQuery, call: Call) -> Page[Incident]:
        from opsloom_adapters.opsorch.incidents import search_incidents

        return await search_incidents(self._client, query, call)

    async def get_incident(self, native_id: str, call: Call) -> Incident:
        from opsloom_adapters.opsorch.incidents import get_incident

        return await get_incident(self._client, native_id, call)

    async def search_deploys(self, query: DeployQuery, call: Call) -> Page[Deploy]:
        from opsloom_adapters.opsorch.deploys import search_deploys

        return await search_deploys(self._client, query, call)

    async def get_deploy(self, native_id: str, call: Call) -> Deploy:
        from opsloom_adapters.opsorch.deploys import get_deploy

        return await get_deploy(self._client, native_id, call)

    async def search_tickets(self, query: TicketQuery, call: Call) -> Page[Ticket]:
        from opsloom_adapters.opsorch.tickets import search_tickets

        return await search_tickets(self._client, self._config, query, call)

    async def get_ticket(self, native_id: str, call: Call) -> Ticket:
        from opsloom_adapters.opsorch.tickets import get_ticket

        return await get_ticket(self._client, self._config, native_id, call)

    async def search_logs(self, query: LogQuery, call: Call) -> Page[LogEntry]:
        from opsloom_adapters.opsorch.logs import search_logs

        return await search_logs(self._client, self._config, query, call)

    async def list_metrics(self, query: MetricCatalogQuery, call: Call) -> Page[MetricDescriptor]:
        from opsloom_adapters.opsorch.metrics import list_metrics

        return await list_metrics(self._client, query, call)

    async def query_metrics(self, query: MetricQuery, call: Call) -> Page[Series]:
        from opsloom_adapters.opsorch.metrics import query_metrics

        return await query_metrics(self._client, query, call)

    async def search_services(self, query: ServiceQuery, call: Call) -> Page[Service]:
        from opsloom_adapters.opsorch.ownership import search_services

        return await search_services(self._client, self._config, query, call)

    async def get_ownership(self, query: OwnershipQuery, call: Call) -> Page[Ownership]:
        from opsloom_adapters.opsorch.ownership import get_ownership

        return await get_ownership(self._client, self._config, query, call)

    async def plan_ticket(self, change: TicketChange, call: Call) -> ChangePlan:
        from opsloom_adapters.opsorch.ticket_changes import plan_ticket

        return await plan_ticket(self._client, self._config, change, call)

    async def apply_ticket(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.opsorch.ticket_changes import apply_ticket

        return await apply_ticket(self._client, self._config, order, call)

    async def observe_ticket(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.opsorch.ticket_changes import observe_ticket

        return await observe_ticket(self._client, self._config, order, call)

    async def plan_event(self, change: EventChange, call: Call) -> ChangePlan:
        from opsloom_adapters.opsorch.timeline_events import plan_event

        return await plan_event(self._client, change, call)

    async def apply_event(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.opsorch.timeline_events import apply_event

        return await apply_event(self._client, order, call)

    async def observe_event(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.opsorch.timeline_events import observe_event

        return await observe_event(self._client, order, call)
