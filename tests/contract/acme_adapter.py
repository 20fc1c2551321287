"""An adapter for Acme Alerts, in full: the example of docs/adapter-authors.md."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar, Self

from pydantic import AwareDatetime, BaseModel, Field, TypeAdapter

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import AlertReader
from opsloom.adapter_api.config import HttpConfig
from opsloom.adapter_api.http import HttpClient, open_http
from opsloom.adapter_api.http_paths import path_segment
from opsloom.model.alerts import Alert, AlertQuery, AlertStatus, Severity
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.page import Page
from opsloom.model.refs import Ref, RefKind
from opsloom.model.window import format_time


# config.py: what an operator writes into opsloom.toml
class AcmeConfig(HttpConfig):
    """``[instances.x]`` with ``adapter = "acme"``."""

    project: str = Field("default", description="project of Acme whose alerts are read")


# wire.py: what we need of Acme's replies, and nothing else; what it adds tomorrow is ignored
class WireAlert(BaseModel):
    id: str
    title: str
    state: str
    priority: str = ""
    service: str | None = None
    opened_at: AwareDatetime
    closed_at: AwareDatetime | None = None


class WireAlerts(BaseModel):
    alerts: list[WireAlert]
    total: int


class WireVersion(BaseModel):
    version: str


ALERT = TypeAdapter(WireAlert)
ALERTS = TypeAdapter(WireAlerts)
VERSION = TypeAdapter(WireVersion)


# mapping.py: Acme's words become ours; a word that we do not know becomes UNKNOWN, with the word kept
STATUS_OF_STATE = {
    "open": AlertStatus.FIRING,
    "acknowledged": AlertStatus.ACKNOWLEDGED,
    "muted": AlertStatus.SUPPRESSED,
    "closed": AlertStatus.RESOLVED,
}


def status_of(state: str) -> AlertStatus:
    return STATUS_OF_STATE.get(state, AlertStatus.UNKNOWN)


def alert_of(wire: WireAlert, instance: str, web_url: str) -> Alert:
    return Alert(
        ref=Ref(RefKind.ALERT, instance, wire.id),
        link=f"{web_url}/alerts/{path_segment(wire.id)}",
        name=wire.title,
        status=status_of(wire.state),
        status_raw=wire.state,
        severity=Severity.from_word(wire.priority),
        severity_raw=wire.priority,
        service=wire.service,
        starts_at=wire.opened_at,
        ends_at=wire.closed_at,
    )


# adapter.py
class AcmeAdapter:
    manifest: ClassVar[Manifest] = Manifest(
        kind="acme",
        title="Acme Alerts",
        config=AcmeConfig,
        capabilities=frozenset({AlertReader}),
        documentation="https://docs.example.com/acme",
        scopes=(Scope("alerts:read", "to search and read alerts"),),
    )

    def __init__(self, client: HttpClient, config: AcmeConfig) -> None:
        self._client = client
        self._project = config.project
        self._web_url = config.web_url or config.base_url

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        async with open_http(site, cls.manifest) as client:
            yield cls(client, site.config_as(AcmeConfig))

    async def probe(self, call: Call) -> Probe:
        reply = await self._client.get_parsed(call, "/api/version", VERSION)
        return Probe(version=reply.version)

    async def search_alerts(self, query: AlertQuery, call: Call) -> Page[Alert]:
        parameters = [
            ("project", self._project),
            ("from", format_time(query.window.start)),
            ("to", format_time(query.window.end)),
            ("limit", str(PROVIDER_ROWS_MAX)),
        ]
        if query.service is not None:
            parameters.append(("service", query.service))
        reply = await self._client.get_parsed(call, "/api/alerts", ALERTS, parameters=parameters, window=query.window)
        alerts = [alert_of(wire, call.instance, self._web_url) for wire in reply.alerts]
        wanted = [alert for alert in alerts if query.matches(alert)]
        return Page(
            rows=tuple(wanted[: query.limit]),
            complete=len(wanted) <= query.limit and reply.total <= len(alerts),
            query=" ".join(f"{name}={value}" for name, value in parameters),
            link=f"{self._web_url}/alerts",
        )

    async def get_alert(self, native_id: str, call: Call) -> Alert:
        path = f"/api/alerts/{path_segment(native_id)}"
        wire = await self._client.get_parsed(call, path, ALERT, parameters=[("project", self._project)])
        return alert_of(wire, call.instance, self._web_url)
