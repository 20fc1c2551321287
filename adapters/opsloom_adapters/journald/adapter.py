"""The journald adapter: what it is and can do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar, Self

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import LogReader
from opsloom.adapter_api.http import open_http
from opsloom.model.logs import LogEntry, LogQuery
from opsloom.model.page import Page
from opsloom_adapters.journald.config import JournaldConfig

if TYPE_CHECKING:  # loaded when it is first asked: a start pays for the manifest only
    from opsloom_adapters.journald.client import JournaldClient


class JournaldAdapter:
    """Reads the journal that one systemd-journal-gatewayd serves."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="journald",
        title="systemd journal",
        config=JournaldConfig,
        capabilities=frozenset({LogReader}),
        documentation=("https://www.freedesktop.org/software/systemd/man/latest/systemd-journal-gatewayd.service.html"),
        scopes=(
            Scope("group systemd-journal", "for the gateway's own user, to read the journal"),
            Scope("GET /entries", "to read entries"),
            Scope("GET /machine", "to see that it answers, and from when to when the journal reaches"),
        ),
    )

    def __init__(self, client: "JournaldClient", config: JournaldConfig) -> None:
        self._client = client
        self._config = config

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        from opsloom_adapters.journald.client import JournaldClient

        async with open_http(site, cls.manifest) as http:
            yield cls(JournaldClient(http), site.config_as(JournaldConfig))

    async def probe(self, call: Call) -> Probe:
        return await self._client.probe(call)

    async def search_logs(self, query: LogQuery, call: Call) -> Page[LogEntry]:
        from opsloom_adapters.journald.logs import search_logs

        return await search_logs(self._client, self._config, query, call)
