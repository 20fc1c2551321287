"""The PagerDuty adapter: what it is and can do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar, Self

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import AlertReader, DeployReader, IncidentReader, OwnershipReader
from opsloom.adapter_api.http import open_http
from opsloom.adapter_api.rate_limit import RateLimitHeaders
from opsloom.adapter_api.writers import AlertAcknowledger, AlertUpdater, Pager
from opsloom.model.alerts import Alert, AlertQuery
from opsloom.model.changes import (
    Acknowledgement,
    ChangePlan,
    Observation,
    Order,
    PagePerson,
    Receipt,
    UpdateAlert,
)
from opsloom.model.deploys import Deploy, DeployQuery
from opsloom.model.incidents import Incident, IncidentQuery
from opsloom.model.ownership import Ownership, OwnershipQuery, Service, ServiceQuery
from opsloom.model.page import Page
from opsloom_adapters.pagerduty.config import PagerdutyConfig

if TYPE_CHECKING:  # loaded when it is first asked: a start pays for the manifest only
    from opsloom_adapters.pagerduty.client import PagerdutyClient


class PagerdutyAdapter:
    """Reads one PagerDuty account, changes its incidents, and pages people."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="pagerduty",
        title="PagerDuty",
        config=PagerdutyConfig,
        capabilities=frozenset(
            {AlertReader, IncidentReader, DeployReader, OwnershipReader, AlertAcknowledger, AlertUpdater, Pager}
        ),
        documentation="https://developer.pagerduty.com/api-reference/",
        scopes=(
            Scope("incidents.read", "to read incidents, their alerts, notes and log entries"),
            Scope("services.read", "to find services by name, and their change events"),
            Scope("change_events.read", "to read change events of all services"),
            Scope("teams.read", "to find teams and their members"),
            Scope("escalation_policies.read", "to read whom to call next"),
            Scope("oncalls.read", "to read who is on call"),
            Scope("users.read", "to find whom to page or to escalate to"),
            Scope("schedules.read", "to find whose schedule to page or to escalate to"),
            Scope("incidents.write", "to change incidents, and to make them to page people", writes=True),
        ),
        credential_url="https://support.pagerduty.com/main/docs/api-access-keys",
        asks=("token", "from_email", "write_token"),
        rate_limit=RateLimitHeaders(limit="ratelimit-limit", remaining="ratelimit-remaining", reset="ratelimit-reset"),
    )

    def __init__(self, client: "PagerdutyClient", config: PagerdutyConfig) -> None:
        self._client = client
        self._config = config

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        from opsloom_adapters.pagerduty.client import PagerdutyClient

        config = site.config_as(PagerdutyConfig)
        async with open_http(site, cls.manifest) as http:
            yield cls(PagerdutyClient(http, config), config)

    async def probe(self, call: Call) -> Probe:
        return await self._client.probe(call)

    async def search_alerts(self, query: AlertQuery, call: Call) -> Page[Alert]:
        from opsloom_adapters.pagerduty.alerts import search_alerts

        return await search_alerts(self._client, query, call)

    async def get_alert(self, native_id: str, call: Call) -> Alert:
        from opsloom_adapters.pagerduty.alerts import get_alert

        return await get_alert(self._client, native_id, call)

    async def search_incidents(self, query: IncidentQuery, call: Call) -> Page[Incident]:
        from opsloom_adapters.pagerduty.incidents import search_incidents

        return await search_incidents(self._client, query, call)

    async def get_incident(self, native_id: str, call: Call) -> Incident:
        from opsloom_adapters.pagerduty.incidents import get_incident

        return await get_incident(self._client, native_id, call)

    async def search_deploys(self, query: DeployQuery, call: Call) -> Page[Deploy]:
        from opsloom_adapters.pagerduty.deploys import search_deploys

        return await search_deploys(self._client, query, call)

    async def get_deploy(self, native_id: str, call: Call) -> Deploy:
        from opsloom_adapters.pagerduty.deploys import get_deploy

        return await get_deploy(self._client, native_id, call)

    async def search_services(self, query: ServiceQuery, call: Call) -> Page[Service]:
        from opsloom_adapters.pagerduty.ownership import search_services

        return await search_services(self._client, query, call)

    async def get_ownership(self, query: OwnershipQuery, call: Call) -> Page[Ownership]:
        from opsloom_adapters.pagerduty.ownership import get_ownership

        return await get_ownership(self._client, query, call)

    async def plan_acknowledgement(self, change: Acknowledgement, call: Call) -> ChangePlan:
        from opsloom_adapters.pagerduty.incident_changes import plan_change

        return await plan_change(self._client, self._config, change, call)

    async def apply_acknowledgement(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.pagerduty.incident_changes import apply_change

        return await apply_change(self._client, self._config, order, call)

    async def observe_acknowledgement(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.pagerduty.incident_changes import observe_change

        return await observe_change(self._client, self._config, order, call)

    async def plan_alert_update(self, change: UpdateAlert, call: Call) -> ChangePlan:
        from opsloom_adapters.pagerduty.incident_changes import plan_change

        return await plan_change(self._client, self._config, change, call)

    async def apply_alert_update(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.pagerduty.incident_changes import apply_change

        return await apply_change(self._client, self._config, order, call)

    async def observe_alert_update(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.pagerduty.incident_changes import observe_change

        return await observe_change(self._client, self._config, order, call)

    async def plan_page(self, change: PagePerson, call: Call) -> ChangePlan:
        from opsloom_adapters.pagerduty.pages import plan_page

        return await plan_page(self._client, self._config, change, call)

    async def apply_page(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.pagerduty.pages import apply_page

        return await apply_page(self._client, self._config, order, call)

    async def observe_page(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.pagerduty.pages import observe_page

        return await observe_page(self._client, order, call)
