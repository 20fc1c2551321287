"""The Unleash adapter: what it is and can do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar, Self

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import DeployReader, FlagReader
from opsloom.adapter_api.http import open_http
from opsloom.adapter_api.permissions import Permission
from opsloom.adapter_api.writers import FlagToggler
from opsloom.model.changes import ChangePlan, Observation, Order, Receipt, ToggleFlag
from opsloom.model.deploys import Deploy, DeployQuery
from opsloom.model.flags import FeatureFlag, FlagQuery
from opsloom.model.page import Page
from opsloom_adapters.unleash.config import UnleashConfig

if TYPE_CHECKING:  # loaded when it is first asked: a start pays for the manifest only
    from opsloom_adapters.unleash.client import UnleashClient


class UnleashAdapter:
    """Reads the flags and the event log of one Unleash, and switches flags."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="unleash",
        title="Unleash feature flags",
        config=UnleashConfig,
        capabilities=frozenset({FlagReader, DeployReader, FlagToggler}),
        documentation="https://docs.getunleash.io/reference/api/unleash",
        scopes=(
            Scope("root role Viewer", "to read flags and the event log"),
            Scope("UPDATE_FEATURE_ENVIRONMENT", "to switch a flag on or off in an environment", writes=True),
            Scope("CREATE_FEATURE_STRATEGY", "to switch on a flag without strategies: Unleash adds one", writes=True),
        ),
        credential_url="https://docs.getunleash.io/reference/api-tokens-and-client-keys#personal-access-tokens",
        asks=("base_url", "token", "write_token"),
    )

    def __init__(self, client: "UnleashClient", config: UnleashConfig) -> None:
        self._client = client
        self._config = config

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        from opsloom_adapters.unleash.client import UnleashClient

        config = site.config_as(UnleashConfig)
        async with open_http(site, cls.manifest) as http:
            yield cls(UnleashClient(http, config), config)

    async def probe(self, call: Call) -> Probe:
        return await self._client.probe(call)

    async def check_writing(self, call: Call) -> tuple[Permission, ...]:
        from opsloom_adapters.unleash.permissions import check_writing

        names = [scope.name for scope in self.manifest.scopes if scope.writes]
        return await check_writing(self._client, self._config, names, call)

    async def search_flags(self, query: FlagQuery, call: Call) -> Page[FeatureFlag]:
        from opsloom_adapters.unleash.flags import search_flags

        return await search_flags(self._client, self._config, query, call)

    async def search_deploys(self, query: DeployQuery, call: Call) -> Page[Deploy]:
        from opsloom_adapters.unleash.deploys import search_deploys

        return await search_deploys(self._client, self._config, query, call)

    async def get_deploy(self, native_id: str, call: Call) -> Deploy:
        from opsloom_adapters.unleash.deploys import get_deploy

        return await get_deploy(self._client, self._config, native_id, call)

    async def plan_toggle(self, change: ToggleFlag, call: Call) -> ChangePlan:
        from opsloom_adapters.unleash.toggles import plan_toggle

        return await plan_toggle(self._client, self._config, change, call)

    async def apply_toggle(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.unleash.toggles import apply_toggle

        return await apply_toggle(self._client, self._config, order, call)

    async def observe_toggle(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.unleash.toggles import observe_toggle

        return await observe_toggle(self._client, self._config, order, call)
