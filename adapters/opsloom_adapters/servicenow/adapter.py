"""The ServiceNow adapter: what it is and can do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar, Self

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import DeployReader, IncidentReader, OwnershipReader, TopologyReader
from opsloom.adapter_api.http import open_http
from opsloom.adapter_api.rate_limit import RateLimitHeaders, ResetForm
from opsloom.adapter_api.writers import TicketWriter
from opsloom.model.changes import ChangePlan, Observation, Order, Receipt, TicketChange
from opsloom.model.deploys import Deploy, DeployQuery
from opsloom.model.incidents import Incident, IncidentQuery
from opsloom.model.ownership import Ownership, OwnershipQuery, Service, ServiceQuery
from opsloom.model.page import Page
from opsloom.model.topology import Dependency, DependencyQuery
from opsloom_adapters.servicenow.config import ServicenowConfig

if TYPE_CHECKING:  # loaded when it is first asked: a start pays for the manifest only
    from opsloom_adapters.servicenow.client import ServicenowClient


class ServicenowAdapter:
    """Reads incidents, changes and the CMDB of one ServiceNow instance, and writes incidents."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="servicenow",
        title="ServiceNow",
        config=ServicenowConfig,
        capabilities=frozenset({IncidentReader, DeployReader, OwnershipReader, TopologyReader, TicketWriter}),
        documentation="https://www.servicenow.com/docs/r/api-reference/rest-apis/c_TableAPI.html",
        credential_url="https://www.servicenow.com/docs/r/it-service-management/change-management/installed-with-cm-itsm-roles.html",
        asks=("base_url", "username", "password", "write_username", "write_password"),
        rate_limit=RateLimitHeaders(
            limit="x-ratelimit-limit", reset="x-ratelimit-reset", reset_form=ResetForm.UNIX_SECONDS
        ),
        scopes=(
            Scope("sn_incident_read", "to read incidents"),
            Scope("sn_change_read", "to read change requests"),
            Scope("cmdb_read", "to read services and their relationships"),
            Scope("oc_read", "to read who is on call"),
            Scope("read on sys_journal_field", "to read work notes and comments; an access rule that admins add"),
            Scope("sn_incident_write", "to create incidents, and to change their state and assignee", writes=True),
        ),
    )

    def __init__(self, client: "ServicenowClient", config: ServicenowConfig) -> None:
        self._client = client
        self._config = config

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        from opsloom_adapters.servicenow.client import ServicenowClient

        async with open_http(site, cls.manifest) as http:
            yield cls(ServicenowClient(http), site.config_as(ServicenowConfig))

    async def probe(self, call: Call) -> Probe:
        return await self._client.probe(call)

    async def search_incidents(self, query: IncidentQuery, call: Call) -> Page[Incident]:
        from opsloom_adapters.servicenow.incidents import search_incidents

        return await search_incidents(self._client, self._config, query, call)

    async def get_incident(self, native_id: str, call: Call) -> Incident:
        from opsloom_adapters.servicenow.incidents import get_incident

        return await get_incident(self._client, self._config, native_id, call)

    async def search_deploys(self, query: DeployQuery, call: Call) -> Page[Deploy]:
        from opsloom_adapters.servicenow.deploys import search_deploys

        return await search_deploys(self._client, self._config, query, call)

    async def get_deploy(self, native_id: str, call: Call) -> Deploy:
        from opsloom_adapters.servicenow.deploys import get_deploy

        return await get_deploy(self._client, self._config, native_id, call)

    async def search_services(self, query: ServiceQuery, call: Call) -> Page[Service]:
        from opsloom_adapters.servicenow.ownership import search_services

        return await search_services(self._client, self._config, query, call)

    async def get_ownership(self, query: OwnershipQuery, call: Call) -> Page[Ownership]:
        from opsloom_adapters.servicenow.ownership import get_ownership

        return await get_ownership(self._client, self._config, query, call)

    async def get_dependencies(self, query: DependencyQuery, call: Call) -> Page[Dependency]:
        from opsloom_adapters.servicenow.topology import get_dependencies

        return await get_dependencies(self._client, self._config, query, call)

    async def plan_ticket(self, change: TicketChange, call: Call) -> ChangePlan:
        from opsloom_adapters.servicenow.ticket_changes import plan_ticket

        return await plan_ticket(self._client, self._config, change, call)

    async def apply_ticket(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.servicenow.ticket_changes import apply_ticket

        return await apply_ticket(self._client, self._config, order, call)

    async def observe_ticket(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.servicenow.ticket_changes import observe_ticket

        return await observe_ticket(self._client, self._config, order, call)
