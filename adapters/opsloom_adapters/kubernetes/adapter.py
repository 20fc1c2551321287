"""The Kubernetes adapter: what it is and can do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar, Self

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
from opsloom_adapters.kubernetes.config import KubernetesConfig

if TYPE_CHECKING:  # loaded when it is first asked: a start pays for the manifest only
    from opsloom_adapters.kubernetes.client import KubernetesClient


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
            Scope("patch deployments.apps", "to roll back and restart", writes=True),
            Scope("patch deployments.apps/scale", "to scale", writes=True),
        ),
    )

    def __init__(self, client: "KubernetesClient", config: KubernetesConfig) -> None:
        self._client = client
        self._config = config

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        from opsloom_adapters.kubernetes.client import KubernetesClient

        async with open_http(site, cls.manifest) as http:
            yield cls(KubernetesClient(http), site.config_as(KubernetesConfig))

    async def probe(self, call: Call) -> Probe:
        from opsloom_adapters.kubernetes.selectors import places_of

        return await self._client.probe(call, places_of(self._config)[0])

    async def check_writing(self, call: Call) -> tuple[Permission, ...]:
        from opsloom_adapters.kubernetes.permissions import check_writing

        return await check_writing(self._client, self._config, call)

    async def search_alerts(self, query: AlertQuery, call: Call) -> Page[Alert]:
        from opsloom_adapters.kubernetes.alerts import search_alerts

        return await search_alerts(self._client, self._config, query, call)

    async def get_alert(self, native_id: str, call: Call) -> Alert:
        from opsloom_adapters.kubernetes.alerts import get_alert

        return await get_alert(self._client, self._config, native_id, call)

    async def search_logs(self, query: LogQuery, call: Call) -> Page[LogEntry]:
        from opsloom_adapters.kubernetes.events import search_logs

        return await search_logs(self._client, self._config, query, call)

    async def search_deploys(self, query: DeployQuery, call: Call) -> Page[Deploy]:
        from opsloom_adapters.kubernetes.deploys import search_deploys

        return await search_deploys(self._client, self._config, query, call)

    async def get_deploy(self, native_id: str, call: Call) -> Deploy:
        from opsloom_adapters.kubernetes.deploys import get_deploy

        return await get_deploy(self._client, self._config, native_id, call)

    async def search_services(self, query: ServiceQuery, call: Call) -> Page[Service]:
        from opsloom_adapters.kubernetes.ownership import search_services

        return await search_services(self._client, self._config, query, call)

    async def get_ownership(self, query: OwnershipQuery, call: Call) -> Page[Ownership]:
        from opsloom_adapters.kubernetes.ownership import get_ownership

        return await get_ownership(self._client, self._config, query, call)

    async def plan_rollback(self, change: ChangeRevision, call: Call) -> ChangePlan:
        from opsloom_adapters.kubernetes.rollbacks import plan_rollback

        return await plan_rollback(self._client, self._config, change, call)

    async def apply_rollback(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.kubernetes.rollbacks import apply_rollback

        return await apply_rollback(self._client, self._config, order, call)

    async def observe_rollback(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.kubernetes.rollbacks import observe_rollback

        return await observe_rollback(self._client, self._config, order, call)

    async def plan_service_operation(self, change: ServiceOperation, call: Call) -> ChangePlan:
        from opsloom_adapters.kubernetes.operations import plan_operation

        return await plan_operation(self._client, self._config, change, call)

    async def apply_service_operation(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.kubernetes.operations import apply_operation

        return await apply_operation(self._client, self._config, order, call)

    async def observe_service_operation(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.kubernetes.operations import observe_operation

        return await observe_operation(self._client, self._config, order, call)
