"""The Dynatrace adapter: what it is and can do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar, Self

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import AlertReader, DeployReader, MetricReader, OwnershipReader, TopologyReader
from opsloom.adapter_api.http import open_http
from opsloom.adapter_api.rate_limit import RateLimitHeaders, ResetForm
from opsloom.adapter_api.writers import AlertAcknowledger, AlertUpdater
from opsloom.model.alerts import Alert, AlertQuery
from opsloom.model.changes import Acknowledgement, ChangePlan, Observation, Order, Receipt, UpdateAlert
from opsloom.model.deploys import Deploy, DeployQuery
from opsloom.model.metrics import MetricCatalogQuery, MetricDescriptor, MetricQuery, Series
from opsloom.model.ownership import Ownership, OwnershipQuery, Service, ServiceQuery
from opsloom.model.page import Page
from opsloom.model.topology import Dependency, DependencyQuery
from opsloom_adapters.dynatrace.config import DynatraceConfig

if TYPE_CHECKING:  # loaded when it is first asked: a start pays for the manifest only
    from opsloom_adapters.dynatrace.client import DynatraceClient


class DynatraceAdapter:
    """Reads one Dynatrace environment, comments on its problems and closes them."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="dynatrace",
        title="Dynatrace",
        config=DynatraceConfig,
        capabilities=frozenset(
            {
                AlertReader,
                MetricReader,
                DeployReader,
                OwnershipReader,
                TopologyReader,
                AlertAcknowledger,
                AlertUpdater,
            }
        ),
        documentation="https://docs.dynatrace.com/docs/dynatrace-api/environment-api",
        scopes=(
            Scope("problems.read", "to read problems and their comments"),
            Scope("metrics.read", "to find metrics and read their values"),
            Scope("entities.read", "to read services, their owners and their calls"),
            Scope("events.read", "to read deployments and changed configurations"),
            Scope("problems.write", "to comment on problems, and to close them", writes=True),
        ),
        credential_url="https://docs.dynatrace.com/docs/dynatrace-api/basics/dynatrace-api-authentication",
        asks=("base_url", "token", "write_token"),
        rate_limit=RateLimitHeaders(
            limit="x-ratelimit-limit",
            remaining="x-ratelimit-remaining",
            reset="x-ratelimit-reset",
            reset_form=ResetForm.UNIX_MICROSECONDS,
        ),
    )

    def __init__(self, client: "DynatraceClient", config: DynatraceConfig) -> None:
        self._client = client
        self._config = config

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        from opsloom_adapters.dynatrace.client import DynatraceClient

        async with open_http(site, cls.manifest) as http:
            yield cls(DynatraceClient(http), site.config_as(DynatraceConfig))

    async def probe(self, call: Call) -> Probe:
        return await self._client.probe(call)

    async def search_alerts(self, query: AlertQuery, call: Call) -> Page[Alert]:
        from opsloom_adapters.dynatrace.problems import search_alerts

        return await search_alerts(self._client, self._config, query, call)

    async def get_alert(self, native_id: str, call: Call) -> Alert:
        from opsloom_adapters.dynatrace.problems import get_alert

        return await get_alert(self._client, self._config, native_id, call)

    async def list_metrics(self, query: MetricCatalogQuery, call: Call) -> Page[MetricDescriptor]:
        from opsloom_adapters.dynatrace.metrics import list_metrics

        return await list_metrics(self._client, query, call)

    async def query_metrics(self, query: MetricQuery, call: Call) -> Page[Series]:
        from opsloom_adapters.dynatrace.metrics import query_metrics

        return await query_metrics(self._client, query, call)

    async def search_deploys(self, query: DeployQuery, call: Call) -> Page[Deploy]:
        from opsloom_adapters.dynatrace.events import search_deploys

        return await search_deploys(self._client, query, call)

    async def get_deploy(self, native_id: str, call: Call) -> Deploy:
        from opsloom_adapters.dynatrace.events import get_deploy

        return await get_deploy(self._client, native_id, call)

    async def search_services(self, query: ServiceQuery, call: Call) -> Page[Service]:
        from opsloom_adapters.dynatrace.ownership import search_services

        return await search_services(self._client, self._config, query, call)

    async def get_ownership(self, query: OwnershipQuery, call: Call) -> Page[Ownership]:
        from opsloom_adapters.dynatrace.ownership import get_ownership

        return await get_ownership(self._client, self._config, query, call)

    async def get_dependencies(self, query: DependencyQuery, call: Call) -> Page[Dependency]:
        from opsloom_adapters.dynatrace.topology import get_dependencies

        return await get_dependencies(self._client, query, call)

    async def plan_acknowledgement(self, change: Acknowledgement, call: Call) -> ChangePlan:
        from opsloom_adapters.dynatrace.problem_changes import plan_change

        return await plan_change(self._client, self._config, change, call)

    async def apply_acknowledgement(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.dynatrace.problem_changes import apply_change

        return await apply_change(self._client, self._config, order, call)

    async def observe_acknowledgement(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.dynatrace.problem_changes import observe_change

        return await observe_change(self._client, self._config, order, call)

    async def plan_alert_update(self, change: UpdateAlert, call: Call) -> ChangePlan:
        from opsloom_adapters.dynatrace.problem_changes import plan_change

        return await plan_change(self._client, self._config, change, call)

    async def apply_alert_update(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.dynatrace.problem_changes import apply_change

        return await apply_change(self._client, self._config, order, call)

    async def observe_alert_update(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.dynatrace.problem_changes import observe_change

        return await observe_change(self._client, self._config, order, call)
