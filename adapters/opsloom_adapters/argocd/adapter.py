"""The Argo CD adapter: what it is and can do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar, Self

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import AlertReader, DeployReader
from opsloom.adapter_api.http import open_http
from opsloom.adapter_api.permissions import Permission
from opsloom.adapter_api.writers import DeployRoller, ServiceOperator
from opsloom.model.alerts import Alert, AlertQuery
from opsloom.model.changes import ChangePlan, ChangeRevision, Observation, Order, Receipt, ServiceOperation
from opsloom.model.deploys import Deploy, DeployQuery
from opsloom.model.page import Page
from opsloom_adapters.argocd.config import ArgocdConfig

_SYNC = "applications, sync, */*"

if TYPE_CHECKING:  # loaded when it is first asked: a start pays for the manifest only
    from opsloom_adapters.argocd.client import ArgocdClient


class ArgocdAdapter:
    """Reads the applications of one Argo CD, deploys an earlier revision again, and syncs."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="argocd",
        title="Argo CD",
        config=ArgocdConfig,
        capabilities=frozenset({AlertReader, DeployReader, DeployRoller, ServiceOperator}),
        documentation="https://argo-cd.readthedocs.io/en/stable/developer-guide/api-docs/",
        scopes=(
            Scope("applications, get, */*", "to read applications, their history, health and resources"),
            Scope(_SYNC, "to sync applications, and to roll them back", writes=True),
        ),
        credential_url="https://argo-cd.readthedocs.io/en/stable/operator-manual/user-management/",
        asks=("base_url", "token", "write_token"),
    )

    def __init__(self, client: "ArgocdClient", config: ArgocdConfig) -> None:
        self._client = client
        self._config = config

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        from opsloom_adapters.argocd.client import ArgocdClient

        config = site.config_as(ArgocdConfig)
        async with open_http(site, cls.manifest) as http:
            yield cls(ArgocdClient(http, config), config)

    async def probe(self, call: Call) -> Probe:
        return await self._client.probe(call)

    async def check_writing(self, call: Call) -> tuple[Permission, ...]:
        return (Permission(_SYNC, await self._client.may(call, "sync", as_writer=True)),)

    async def search_deploys(self, query: DeployQuery, call: Call) -> Page[Deploy]:
        from opsloom_adapters.argocd.deploys import search_deploys

        return await search_deploys(self._client, self._config, query, call)

    async def get_deploy(self, native_id: str, call: Call) -> Deploy:
        from opsloom_adapters.argocd.deploys import get_deploy

        return await get_deploy(self._client, self._config, native_id, call)

    async def search_alerts(self, query: AlertQuery, call: Call) -> Page[Alert]:
        from opsloom_adapters.argocd.alerts import search_alerts

        return await search_alerts(self._client, self._config, query, call)

    async def get_alert(self, native_id: str, call: Call) -> Alert:
        from opsloom_adapters.argocd.alerts import get_alert

        return await get_alert(self._client, self._config, native_id, call)

    async def plan_rollback(self, change: ChangeRevision, call: Call) -> ChangePlan:
        from opsloom_adapters.argocd.rollback import plan_rollback

        return await plan_rollback(self._client, self._config, change, call)

    async def apply_rollback(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.argocd.rollback import apply_rollback

        return await apply_rollback(self._client, self._config, order, call)

    async def observe_rollback(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.argocd.rollback import observe_rollback

        return await observe_rollback(self._client, self._config, order, call)

    async def plan_service_operation(self, change: ServiceOperation, call: Call) -> ChangePlan:
        from opsloom_adapters.argocd.sync import plan_sync

        return await plan_sync(self._client, self._config, change, call)

    async def apply_service_operation(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.argocd.sync import apply_sync

        return await apply_sync(self._client, self._config, order, call)

    async def observe_service_operation(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.argocd.sync import observe_sync

        return await observe_sync(self._client, self._config, order, call)
