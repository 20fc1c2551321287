"""The Acme adapter: what it is and can do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar, Self

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import AlertReader
from opsloom.adapter_api.http import open_http
from opsloom.adapter_api.writers import AlertAcknowledger
from opsloom.model.alerts import Alert, AlertQuery
from opsloom.model.changes import Acknowledgement, ChangePlan, Observation, Order, Receipt
from opsloom.model.page import Page
from opsloom_acme.acknowledgements import apply_acknowledgement, observe_acknowledgement, plan_acknowledgement
from opsloom_acme.alerts import get_alert, search_alerts
from opsloom_acme.client import AcmeClient
from opsloom_acme.config import AcmeConfig


class AcmeAdapter:
    """Reads and acknowledges the alerts of one Acme."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="acme",
        title="Acme Alerts",
        config=AcmeConfig,
        capabilities=frozenset({AlertReader, AlertAcknowledger}),
        documentation="https://docs.example.com/acme",
        scopes=(
            Scope("alerts:read", "to search and read alerts"),
            Scope("alerts:write", "to acknowledge alerts", writes=True),
        ),
        credential_url="https://docs.example.com/acme/tokens",
        asks=("base_url", "token", "project", "write_token"),
    )

    def __init__(self, client: AcmeClient, config: AcmeConfig) -> None:
        self._client = client
        self._config = config

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        config = site.config_as(AcmeConfig)
        async with open_http(site, cls.manifest) as http:
            yield cls(AcmeClient(http, config), config)

    async def probe(self, call: Call) -> Probe:
        return await self._client.probe(call)

    async def search_alerts(self, query: AlertQuery, call: Call) -> Page[Alert]:
        return await search_alerts(self._client, self._config, query, call)

    async def get_alert(self, native_id: str, call: Call) -> Alert:
        return await get_alert(self._client, self._config, native_id, call)

    async def plan_acknowledgement(self, change: Acknowledgement, call: Call) -> ChangePlan:
        return await plan_acknowledgement(self._client, change, call)

    async def apply_acknowledgement(self, order: Order, call: Call) -> Receipt:
        return await apply_acknowledgement(self._client, order, call)

    async def observe_acknowledgement(self, order: Order, call: Call) -> Observation:
        return await observe_acknowledgement(self._client, order, call)
