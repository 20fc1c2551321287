"""The requests to the HTTP API of Prometheus.

Only what Prometheus 2.42 and newer and VictoriaMetrics have in common is relied on; ``limit``, which older
servers ignore, merely spares newer ones some work.
Source: https://prometheus.io/docs/prometheus/latest/querying/api/
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.prometheus.wire import Metadata, QueryData
from opsloom.adapter_api.http import HttpClient, Parameters
from opsloom.adapter_api.http_json import parse_json
from opsloom.model.errors import NotFoundError, UnavailableError
from opsloom.model.window import Window
from opsloom_adapters.prometheus import wire
from opsloom_adapters.prometheus.answers import data_of, timeout_in

_LAST_MOMENT = timedelta(milliseconds=1)  # of a half-open window


class PrometheusClient:
    """Asks one server; every method raises the errors of :class:`HttpClient`."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def values(
        self, call: Call, expression: str, window: Window, *, step_seconds: int, limit: int, link: str
    ) -> wire.Envelope[QueryData]:
        """A range of values, or the one at the end of ``window`` where no second step fits into it."""
        if step_seconds >= window.seconds:
            return await self.query(call, expression, window, limit=limit, link=link)
        return await self.query_range(call, expression, window, step_seconds=step_seconds, limit=limit, link=link)

    async def query_range(
        self, call: Call, expression: str, window: Window, *, step_seconds: int, limit: int, link: str
    ) -> wire.Envelope[QueryData]:
        """``GET /api/v1/query_range``: one point per step, from the start of ``window`` to its end."""
        parameters = [
            ("query", expression),
            ("start", _unix(window.start)),
            ("end", _unix(window.end)),
            ("step", str(step_seconds)),
            ("timeout", _seconds(call.remaining_seconds())),
            ("limit", str(limit)),
        ]
        return await self._ask(call, "/api/v1/query_range", wire.QUERY, parameters, window=window, link=link)

    async def query(
        self, call: Call, expression: str, window: Window, *, limit: int, link: str
    ) -> wire.Envelope[QueryData]:
        """``GET /api/v1/query``: the value at the end of ``window``."""
        parameters = [
            ("query", expression),
            ("time", _unix(window.end - _LAST_MOMENT)),
            ("timeout", _seconds(call.remaining_seconds())),
            ("limit", str(limit)),
        ]
        return await self._ask(call, "/api/v1/query", wire.QUERY, parameters, window=window, link=link)

    async def metric_names(
        self, call: Call, selectors: Sequence[str], window: Window
    ) -> wire.Envelope[tuple[str, ...]]:
        """``GET /api/v1/label/__name__/values``: names with data in ``window`` that fit any selector."""
        parameters = [
            *(("match[]", selector) for selector in selectors),
            ("start", _unix(window.start)),
            ("end", _unix(window.end)),
        ]
        return await self._ask(call, "/api/v1/label/__name__/values", wire.NAMES, parameters, window=window)

    async def label_names(self, call: Call, selectors: Sequence[str], window: Window) -> tuple[str, ...]:
        """``GET /api/v1/labels``: names of the labels of series with data in ``window`` that fit any selector."""
        parameters = [
            *(("match[]", selector) for selector in selectors),
            ("start", _unix(window.start)),
            ("end", _unix(window.end)),
        ]
        return data_of(await self._ask(call, "/api/v1/labels", wire.NAMES, parameters, window=window), call.instance)

    async def metadata(self, call: Call, metric: str | None = None) -> Mapping[str, Sequence[Metadata]]:
        """``GET /api/v1/metadata`` of one metric or of all, by family name; empty where it is not offered."""
        parameters = [] if metric is None else [("metric", metric)]
        try:
            envelope = await self._ask(call, "/api/v1/metadata", wire.METADATA, parameters)
        except NotFoundError:
            return {}
        return data_of(envelope, call.instance)

    async def alerting_rules(self, call: Call, *, link: str | None = None) -> wire.Envelope[wire.RuleDiscovery]:
        """``GET /api/v1/rules?type=alert``: each rule with its alerts, so that "no rules" shows."""
        return await self._ask(call, "/api/v1/rules", wire.RULES, [("type", "alert")], link=link)

    async def probe(self, call: Call) -> Probe:
        """``GET /api/v1/status/buildinfo``, or the cheapest query where that is not offered."""
        try:
            reply = await self._http.get(call, "/api/v1/status/buildinfo")
        except NotFoundError:
            reply = await self._http.get(call, "/api/v1/query", parameters=[("query", "1")])
            data_of(parse_json(reply.body, wire.QUERY, call.instance), call.instance)
            return Probe(server_time=reply.date)
        build = data_of(parse_json(reply.body, wire.BUILD_INFO, call.instance), call.instance)
        return Probe(version=build.version, server_time=reply.date)

    async def _ask(
        self,
        call: Call,
        path: str,
        shape: TypeAdapter[wire.Envelope[wire.T]],
        parameters: Parameters,
        *,
        window: Window | None = None,
        link: str | None = None,
    ) -> wire.Envelope[wire.T]:
        try:
            return await self._http.get_parsed(call, path, shape, parameters=parameters, window=window, link=link)
        except UnavailableError as error:
            timeout = timeout_in(error)
            if timeout is None:
                raise
            raise timeout from error


def _unix(moment: datetime) -> str:
    """Rounded up to Prometheus's resolution of a millisecond, so that no answer lies before ``moment``."""
    return _seconds(moment.replace(microsecond=0).timestamp() - (-moment.microsecond // 1_000) / 1_000)


def _seconds(value: float) -> str:
    return f"{value:.3f}"
