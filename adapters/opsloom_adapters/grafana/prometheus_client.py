"""The requests to a Prometheus data source.

Source: https://prometheus.io/docs/prometheus/latest/querying/api/
"""

from collections.abc import Mapping, Sequence

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.prometheus.wire import Metadata, QueryData
from opsloom.model.errors import NotFoundError
from opsloom.model.window import Window
from opsloom_adapters.grafana import prometheus_wire as wire
from opsloom_adapters.grafana.client import DataSourceClient
from opsloom_adapters.grafana.times import milliseconds_of


class PrometheusClient:
    """Asks one data source; every method raises the errors of :class:`HttpClient`."""

    def __init__(self, source: DataSourceClient) -> None:
        self._source = source

    async def values(
        self, call: Call, expression: str, window: Window, *, step_seconds: int, limit: int, link: str
    ) -> wire.Envelope[QueryData]:
        """``GET /api/v1/query_range``: a value per step, or ``GET /api/v1/query``: the one at the end of ``window``
        where no second step fits into it. Older servers ignore ``limit``."""
        timeout = f"{call.remaining_seconds():.3f}"
        asked = [("query", expression), ("timeout", timeout), ("limit", str(limit))]
        if step_seconds >= window.seconds:
            path, asked = "/api/v1/query", [*asked, ("time", _seconds(milliseconds_of(window.end) - 1))]
        else:
            path, asked = "/api/v1/query_range", [*asked, *_span(window), ("step", str(step_seconds))]
        return await self._source.get_parsed(call, path, wire.QUERY, parameters=asked, window=window, link=link)

    async def metric_names(
        self, call: Call, selectors: Sequence[str], window: Window
    ) -> wire.Envelope[tuple[str, ...]]:
        """``GET /api/v1/label/__name__/values``: names with data in ``window`` that fit any selector."""
        path = "/api/v1/label/__name__/values"
        asked = [*(("match[]", selector) for selector in selectors), *_span(window)]
        return await self._source.get_parsed(call, path, wire.NAMES, parameters=asked, window=window)

    async def label_names(self, call: Call, selectors: Sequence[str], window: Window) -> Sequence[str]:
        """``GET /api/v1/labels``: names of the labels of series with data in ``window`` that fit any selector."""
        asked = [*(("match[]", selector) for selector in selectors), *_span(window)]
        return (await self._source.get_parsed(call, "/api/v1/labels", wire.NAMES, parameters=asked, window=window)).data

    async def metadata(self, call: Call, metric: str | None = None) -> Mapping[str, Sequence[Metadata]]:
        """``GET /api/v1/metadata`` of one metric or of all, by family name; empty where it is not offered."""
        asked = [] if metric is None else [("metric", metric)]
        try:
            return (await self._source.get_parsed(call, "/api/v1/metadata", wire.METADATA, parameters=asked)).data
        except NotFoundError:
            return {}


def _span(window: Window) -> list[tuple[str, str]]:
    return [("start", _seconds(milliseconds_of(window.start))), ("end", _seconds(milliseconds_of(window.end)))]


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds // 1_000}.{milliseconds % 1_000:03}"
