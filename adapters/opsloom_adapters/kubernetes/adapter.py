"""The Kubernetes adapter: what it is and can do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar, Self

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import AlertReader, DeployReader, LogReader, OwnershipReader
from opsloom.adapter_api.http import open_http
from opsloom.adapter_api.permissions import Permission
from opsloom.adapter_api.writers import DeployRoller, ServiceOperator
from opsloom.model.alerts import Alert, AlertQuery
from opsloom.model.changes import ChangePlan, ChangeRevision, Observation, Order, Receipt, ServiceOperation
from opsloom.model.deploys import Deploy, DeployQuery
from opsloom.model.logs import LogEntry, LogQuery
from opsloom.model.ownership import Ownership, OwnershipQuery, Service, ServiceQuery
from opsloom.model.page import Page
from opsloom_adapters.kubernetes.alerts import get_alert, search_alerts
from opsloom_adapters.kubernetes.client import KubernetesClient
from opsloom_adapters.kubernetes.config import KubernetesConfig
from opsloom_adapters.kubernetes.deploys import get_deploy, search_deploys
from opsloom_adapters.kubernetes.events import search_logs
from opsloom_adapters.kubernetes.operations import apply_operation, observe_operation, plan_operation
from opsloom_adapters.kubernetes.ownership import get_ownership, search_services
from opsloom_adapters.kubernetes.permissions import PATCH_DEPLOYMENTS, PATCH_SCALE, check_writing
from opsloom_adapters.kubernetes.rollbacks import apply_rollback, observe_rollback, plan_rollback
from opsloom_adapters.kubernetes.selectors import places_of


class KubernetesAdapter:
    """Reads and changes the Deployments of one cluster, and what is around them."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="kubernetes",
        title="Kubernetes",
        config=KubernetesConfig,
        capabilities=frozenset({AlertReader, DeployReader, LogReader, OwnershipReader, DeployRoller, ServiceOperator}),
        documentation="https://kubernetes.io/docs/reference/using-api/api-concepts/",
        credential_url="https://kubernetes.io/docs/reference/access-authn-authz/rbac/",
        asks=("base_url", "token", "ca_file", "write_token"),
        scopes=(
            Scope("get,list deployments.apps", "to read services, owners and how rollouts stand"),
            Scope("get,list replicasets.apps", "to read rollouts and what can be rolled back to"),
            Scope("get,list pods", "to find pods in trouble"),
            Scope("list events", "to read events"),
            Scope("list horizontalpodautoscalers.autoscaling", "to warn of an autoscaler before scaling; optional"),
            Scope(PATCH_DEPLOYMENTS, "to roll back and restart", writes=True),
            Scope(PATCH_SCALE, "to scale", writes=True),
        ),
    )

    def __init__(self, client: KubernetesClient, config: KubernetesConfig) -> None:
        self._client = client
        self._config = config

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        async with open_http(site, cls.manifest) as http:
            yield cls(KubernetesClient(http), site.config_as(KubernetesConfig))

    async def probe(self, call: Call) -> Probe:
        return await self._client.probe(call, places_of(self._config)[0])

    async def check_writing(self, call: Call) -> tuple[Permission, ...]:
        return await check_writing(self._client, self._config, call)

    async def search_alerts(self, query: AlertQuery, call: Call) -> Page[Alert]:
        return await search_alerts(self._client, self._config, query, call)

    async def get_alert(self, native_id: str, call: Call) -> Alert:
        return await get_alert(self._client, self._config, native_id, call)

    async def search_logs(self, query: LogQuery, call: Call) -> Page[LogEntry]:
        return await search_logs(self._client, self._config, query, call)

    async def search_deploys(self, query: DeployQuery, call: Call) -> Page[Deploy]:
        return await search_deploys(self._client, self._config, query, call)

    async def get_deploy(self, native_id: str, call: Call) -> Deploy:
        return await get_deploy(self._client, self._config, native_id, call)

    async def search_services(self, query: ServiceQuery, call: Call) -> Page[Service]:
        return await search_services(self._client, self._config, query, call)

    async def get_ownership(self, query: OwnershipQuery, call: Call) -> Page[Ownership]:
        return await get_ownership(self._client, self._config, query, call)

    async def plan_rollback(self, change: ChangeRevision, call: Call) -> ChangePlan:
        return await plan_rollback(self._client, self._config, change, call)

    async def apply_rollback(self, order: Order, call: Call) -> Receipt:
        return await apply_rollback(self._client, self._config, order, call)

    async def observe_rollback(self, order: Order, call: Call) -> Observation:
        return await observe_rollback(self._client, self._config, order, call)

    async def plan_service_operation(self, change: ServiceOperation, call: Call) -> ChangePlan:
        return await plan_operation(self._client, self._config, change, call)

    async def apply_service_operation(self, order: Order, call: Call) -> Receipt:
        return await apply_operation(self._client, self._config, order, call)

    async def observe_service_operation(self, order: Order, call: Call) -> Observation:
        return await observe_operation(self._client, self._config, order, call)
