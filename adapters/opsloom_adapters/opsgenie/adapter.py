"""The Opsgenie adapter: what it is and can do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar, Self

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import AlertReader, OwnershipReader
from opsloom.adapter_api.http import open_http
from opsloom.adapter_api.rate_limit import RateLimitHeaders
from opsloom.adapter_api.writers import AlertAcknowledger, AlertUpdater
from opsloom.model.alerts import Alert, AlertQuery
from opsloom.model.changes import Acknowledgement, ChangePlan, Observation, Order, Receipt, UpdateAlert
from opsloom.model.ownership import Ownership, OwnershipQuery, Service, ServiceQuery
from opsloom.model.page import Page
from opsloom_adapters.opsgenie.config import OpsgenieConfig

if TYPE_CHECKING:  # loaded when it is first asked: a start pays for the manifest only
    from opsloom_adapters.opsgenie.client import OpsgenieClient


class OpsgenieAdapter:
    """Reads the alerts and the on-call of one Opsgenie account, and acts on its alerts."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="opsgenie",
        title="Opsgenie",
        config=OpsgenieConfig,
        capabilities=frozenset({AlertReader, OwnershipReader, AlertAcknowledger, AlertUpdater}),
        documentation="https://docs.opsgenie.com/docs/api-overview",
        scopes=(
            Scope("Read", "to read alerts and their notes"),
            Scope("Configuration access", "to read services, teams, schedules and escalations"),
            Scope("Create and Update", "to acknowledge, snooze, escalate, close and comment on alerts", writes=True),
        ),
        credential_url="https://support.atlassian.com/opsgenie/docs/create-a-default-api-integration/",
        asks=("base_url", "token", "write_token"),
        rate_limit=RateLimitHeaders(reset="x-ratelimit-period-in-sec"),
    )

    def __init__(self, client: "OpsgenieClient", config: OpsgenieConfig) -> None:
        self._client = client
        self._config = config

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        from opsloom_adapters.opsgenie.client import OpsgenieClient

        async with open_http(site, cls.manifest) as http:
            yield cls(OpsgenieClient(http), site.config_as(OpsgenieConfig))

    async def probe(self, call: Call) -> Probe:
        return await self._client.probe(call)

    async def search_alerts(self, query: AlertQuery, call: Call) -> Page[Alert]:
        from opsloom_adapters.opsgenie.alerts import search_alerts

        return await search_alerts(self._client, self._config, query, call)

    async def get_alert(self, native_id: str, call: Call) -> Alert:
        from opsloom_adapters.opsgenie.alerts import get_alert

        return await get_alert(self._client, self._config, native_id, call)

    async def search_services(self, query: ServiceQuery, call: Call) -> Page[Service]:
        from opsloom_adapters.opsgenie.services import search_services

        return await search_services(self._client, self._config, query, call)

    async def get_ownership(self, query: OwnershipQuery, call: Call) -> Page[Ownership]:
        from opsloom_adapters.opsgenie.ownership import get_ownership

        return await get_ownership(self._client, self._config, query, call)

    async def plan_acknowledgement(self, change: Acknowledgement, call: Call) -> ChangePlan:
        from opsloom_adapters.opsgenie.acknowledgements import plan_acknowledgement

        return await plan_acknowledgement(self._client, self._config, change, call)

    async def apply_acknowledgement(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.opsgenie.acknowledgements import apply_acknowledgement

        return await apply_acknowledgement(self._client, self._config, order, call)

    async def observe_acknowledgement(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.opsgenie.acknowledgements import observe_acknowledgement

        return await observe_acknowledgement(self._client, self._config, order, call)

    async def plan_alert_update(self, change: UpdateAlert, call: Call) -> ChangePlan:
        from opsloom_adapters.opsgenie.updates import plan_alert_update

        return await plan_alert_update(self._client, self._config, change, call)

    async def apply_alert_update(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.opsgenie.updates import apply_alert_update

        return await apply_alert_update(self._client, self._config, order, call)

    async def observe_alert_update(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.opsgenie.updates import observe_alert_update

        return await observe_alert_update(self._client, self._config, order, call)
