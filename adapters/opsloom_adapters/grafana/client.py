"""The requests to Grafana's own API; those that its data sources answer are in ``prometheus_client`` and
``dialects.loki.requests``."""

import json
from collections.abc import Mapping, Sequence
from typing import TypeVar

from pydantic import TypeAdapter

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.alertmanager import wire as alertmanager_wire
from opsloom.adapter_api.http import HttpClient, Parameters
from opsloom.adapter_api.http_errors import error_of_change
from opsloom.adapter_api.http_json import parse_json
from opsloom.adapter_api.http_paths import path_segment
from opsloom.model.errors import UnexpectedAnswerError
from opsloom.model.window import Window
from opsloom_adapters.grafana import wire

T = TypeVar("T")

_ALERTMANAGER = "/api/alertmanager/grafana/api/v2"
_NOTHING_HIDDEN = (("active", "true"), ("silenced", "true"), ("inhibited", "true"))
_JSON = {"content-type": "application/json", "accept": "application/json"}


class GrafanaClient:
    """Asks one Grafana; every method raises the errors of :class:`HttpClient`."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def alerts(
        self, call: Call, matchers: Sequence[str] = (), *, link: str | None = None
    ) -> list[alertmanager_wire.GettableAlert]:
        """``GET /api/alertmanager/grafana/api/v2/alerts``: all that match all of ``matchers``, also silenced ones."""
        parameters = (*_NOTHING_HIDDEN, *(("filter", matcher) for matcher in matchers))
        path = f"{_ALERTMANAGER}/alerts"
        return await self._http.get_parsed(call, path, alertmanager_wire.ALERTS, parameters=parameters, link=link)

    async def silences(self, call: Call) -> list[alertmanager_wire.GettableSilence]:
        """``GET /api/alertmanager/grafana/api/v2/silences``: all, with those that expired a short while ago."""
        return await self._http.get_parsed(call, f"{_ALERTMANAGER}/silences", alertmanager_wire.SILENCES)

    async def silence(self, call: Call, silence: str, *, link: str | None = None) -> alertmanager_wire.GettableSilence:
        """``GET /api/alertmanager/grafana/api/v2/silence/{silence}``."""
        return await self._http.get_parsed(call, _path_of_silence(silence), alertmanager_wire.SILENCE, link=link)

    async def create_silence(self, call: Call, postable: Mapping[str, object]) -> str:
        """``POST /api/alertmanager/grafana/api/v2/silences``; returns the id.

        :raises OutcomeUnknownError: also where a success names no id.
        """
        created = await self._create(call, f"{_ALERTMANAGER}/silences", postable, alertmanager_wire.CREATED_SILENCE)
        return created.silence_id

    async def expire_silence(self, call: Call, silence: str) -> None:
        """``DELETE /api/alertmanager/grafana/api/v2/silence/{silence}``, which keeps it as an expired one."""
        await self._http.send(call, "DELETE", _path_of_silence(silence))

    async def annotations(
        self,
        call: Call,
        tags: Sequence[str],
        *,
        limit: int,
        span: tuple[int, int] | None = None,
        window: Window | None = None,
        link: str | None = None,
    ) -> list[wire.Annotation]:
        """``GET /api/annotations``: what people and programs wrote, the last to end first; with any of ``tags``
        where some are given.

        ``span`` are Unix times in milliseconds, both included: those that it touches. ``matchAny`` is in Grafana's
        OpenAPI document only: https://github.com/grafana/grafana/blob/main/public/api-merged.json
        """
        parameters = [
            ("type", "annotation"),
            ("matchAny", "true"),
            *(("tags", tag) for tag in tags),
            *((("from", str(span[0])), ("to", str(span[1]))) if span else ()),
            ("limit", str(limit)),
        ]
        return await self._http.get_parsed(
            call, "/api/annotations", wire.ANNOTATIONS, parameters=parameters, window=window, link=link
        )

    async def annotation(self, call: Call, annotation: str) -> wire.Annotation:
        """``GET /api/annotations/{annotation}``, which is in Grafana's OpenAPI document only."""
        return await self._http.get_parsed(call, _path_of_annotation(annotation), wire.ANNOTATION)

    async def create_annotation(self, call: Call, said: Mapping[str, object]) -> str:
        """``POST /api/annotations``; returns the id.

        :raises OutcomeUnknownError: also where a success names no id.
        """
        return str((await self._create(call, "/api/annotations", said, wire.CREATED_ANNOTATION)).id)

    async def delete_annotation(self, call: Call, annotation: str) -> None:
        """``DELETE /api/annotations/{annotation}``."""
        await self._http.send(call, "DELETE", _path_of_annotation(annotation))

    async def data_sources(self, call: Call) -> list[wire.DataSource]:
        """``GET /api/datasources``: all that the token may see."""
        return await self._http.get_parsed(call, "/api/datasources", wire.DATA_SOURCES)

    async def permissions(self, call: Call) -> Mapping[str, object]:
        """``GET /api/access-control/user/permissions`` of the credential for changes: action to scopes."""
        path = "/api/access-control/user/permissions"
        reply = await self._http.get(call, path, headers={"accept": "application/json"}, as_writer=True)
        return parse_json(reply.body, wire.PERMISSIONS, call.instance)

    async def probe(self, call: Call) -> Probe:
        """``GET /api/health`` for the version, and ``GET /api/login/ping``, which takes any valid token."""
        health = await self._http.get_parsed(call, "/api/health", wire.HEALTH)
        reply = await self._http.get(call, "/api/login/ping", headers={"accept": "application/json"})
        parse_json(reply.body, wire.LOGGED_IN, call.instance)
        return Probe(version=health.version, server_time=reply.date)

    async def _create(self, call: Call, path: str, said: Mapping[str, object], shape: TypeAdapter[T]) -> T:
        reply = await self._http.send(call, "POST", path, json.dumps(said).encode(), headers=_JSON)
        try:
            return parse_json(reply.body, shape, call.instance)
        except UnexpectedAnswerError as error:
            raise error_of_change(error) from None


class DataSourceClient:
    """Asks what is behind one data source, through Grafana."""

    def __init__(self, http: HttpClient, uid: str) -> None:
        self._http = http
        self._path = f"/api/datasources/proxy/uid/{path_segment(uid)}"

    async def get_parsed(
        self,
        call: Call,
        path: str,
        shape: TypeAdapter[T],
        *,
        parameters: Parameters,
        window: Window | None = None,
        link: str | None = None,
    ) -> T:
        """``GET /api/datasources/proxy/uid/{uid}`` and ``path``, as :meth:`HttpClient.get_parsed`."""
        return await self._http.get_parsed(
            call, self._path + path, shape, parameters=parameters, window=window, link=link
        )


def _path_of_silence(silence: str) -> str:
    return f"{_ALERTMANAGER}/silence/{path_segment(silence)}"


def _path_of_annotation(annotation: str) -> str:
    return f"/api/annotations/{path_segment(annotation)}"
