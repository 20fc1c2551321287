"""The Alertmanager adapter: what it is and can do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar, Self

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import AlertReader
from opsloom.adapter_api.http import open_http
from opsloom.adapter_api.writers import AlertSilencer
from opsloom.model.alerts import Alert, AlertQuery
from opsloom.model.changes import ChangePlan, Observation, Order, Receipt, Silence
from opsloom.model.page import Page
from opsloom_adapters.alertmanager.config import AlertmanagerConfig

if TYPE_CHECKING:  # loaded when it is first asked: a start pays for the manifest only
    from opsloom_adapters.alertmanager.client import AlertmanagerClient


class AlertmanagerAdapter:
    """Reads and silences the current alerts of one Alertmanager, or of one cluster of them."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="alertmanager",
        title="Prometheus Alertmanager",
        config=AlertmanagerConfig,
        capabilities=frozenset({AlertReader, AlertSilencer}),
        documentation="https://prometheus.io/docs/alerting/latest/alertmanager/",
        scopes=(
            Scope("GET /api/v2/alerts", "to read alerts"),
            Scope("GET /api/v2/status", "to see that it answers, and its version"),
            Scope("GET /api/v2/silences", "to see which silences there are, and whether one was made"),
            Scope("GET /api/v2/silence/{id}", "to see a silence before and after it is ended"),
            Scope("POST /api/v2/silences", "to make silences", writes=True),
            Scope("DELETE /api/v2/silence/{id}", "to end silences", writes=True),
        ),
    )

    def __init__(self, client: "AlertmanagerClient", config: AlertmanagerConfig) -> None:
        from opsloom_adapters.alertmanager.silences import AlertmanagerSilences

        self._client = client
        self._config = config
        self._silences = AlertmanagerSilences(client, config)

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        from opsloom_adapters.alertmanager.client import AlertmanagerClient

        async with open_http(site, cls.manifest) as http:
            yield cls(AlertmanagerClient(http), site.config_as(AlertmanagerConfig))

    async def probe(self, call: Call) -> Probe:
        return await self._client.probe(call)

    async def search_alerts(self, query: AlertQuery, call: Call) -> Page[Alert]:
        from opsloom_adapters.alertmanager.alerts import search_alerts

        return await search_alerts(self._client, self._config, query, call)

    async def get_alert(self, native_id: str, call: Call) -> Alert:
        from opsloom_adapters.alertmanager.alerts import get_alert

        return await get_alert(self._client, self._config, native_id, call)

    async def plan_silence(self, change: Silence, call: Call) -> ChangePlan:
        from opsloom.adapter_api.dialects.alertmanager.silences import plan_silence

        return await plan_silence(self._silences, change, call)

    async def apply_silence(self, order: Order, call: Call) -> Receipt:
        from opsloom.adapter_api.dialects.alertmanager.silences import apply_silence

        return await apply_silence(self._silences, order, call)

    async def observe_silence(self, order: Order, call: Call) -> Observation:
        from opsloom.adapter_api.dialects.alertmanager.silences import observe_silence

        return await observe_silence(self._silences, order, call)
