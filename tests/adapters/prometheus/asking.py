"""How these tests ask a Prometheus: a real one, or canned replies at the edge of the network."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import httpx
from pydantic import SecretStr

from opsloom.adapter_api.adapter import Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.config import SecretSource
from opsloom.model.alerts import AlertQuery
from opsloom.model.metrics import MetricCatalogQuery, MetricQuery
from opsloom.model.topology import DependencyQuery
from opsloom.model.window import Window
from opsloom_adapters.prometheus import PrometheusAdapter

INSTANCE = "prom-eu"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
START = NOW.timestamp() - 3_600
URL = "http://prometheus.test"

NAMES = "/api/v1/label/__name__/values"
METADATA = "/api/v1/metadata"
QUERY = "/api/v1/query"
QUERY_RANGE = "/api/v1/query_range"
RULES = "/api/v1/rules"

HOSTILE = 'x"} or vector(1) or {a="'


def call_at(now: datetime = NOW) -> Call:
    return Call(INSTANCE, "prometheus", now, anyio.current_time() + 5)


def hour_until(end: datetime) -> Window:
    return Window(start=end - timedelta(hours=1), end=end)


def metric_query(**asked: Any) -> MetricQuery:
    return MetricQuery(**{"window": hour_until(NOW), "step_seconds": 60, "limit": 50, **asked})


def catalog_query(**asked: Any) -> MetricCatalogQuery:
    return MetricCatalogQuery(**{"window": hour_until(NOW), "limit": 50, **asked})


def alert_query(**asked: Any) -> AlertQuery:
    return AlertQuery(**{"window": hour_until(NOW), "limit": 50, **asked})


def dependency_query(**asked: Any) -> DependencyQuery:
    return DependencyQuery(**{"window": hour_until(NOW), "limit": 50, **asked})


def success(data: Any, **beside: Any) -> dict[str, Any]:
    return {"status": "success", "data": data, **beside}


def matrix(*series: dict[str, Any], **beside: Any) -> dict[str, Any]:
    return success({"resultType": "matrix", "result": list(series)}, **beside)


def vector(*series: dict[str, Any]) -> dict[str, Any]:
    return success({"resultType": "vector", "result": list(series)})


def refusal(error_type: str, error: str) -> dict[str, Any]:
    return {"status": "error", "errorType": error_type, "error": error}


class Answering(httpx.MockTransport):
    """Answers each path with its reply, JSON or a whole response, else with 404; keeps the requests."""

    def __init__(self, replies: Mapping[str, Any]) -> None:
        super().__init__(self._answer)
        self.requests: list[httpx.Request] = []
        self._replies = replies

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        reply = self._replies.get(request.url.path)
        if reply is None:
            return httpx.Response(404, text="404 page not found")
        if isinstance(reply, httpx.Response):
            return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)
        return httpx.Response(200, json=reply, headers={"date": "Sun, 01 Mar 2026 12:00:00 GMT"})

    def asked(self, path: str, parameter: str) -> list[str]:
        """All values of ``parameter`` in the requests for ``path``."""
        requests = (request for request in self.requests if request.url.path == path)
        return [value for request in requests for value in request.url.params.get_list(parameter)]


async def _no_secret(source: SecretSource) -> SecretStr:
    raise AssertionError(f"nothing here needs the secret {source}")


@asynccontextmanager
async def connected(
    transport: httpx.AsyncBaseTransport | None = None, base_url: str = URL, **settings: Any
) -> AsyncIterator[PrometheusAdapter]:
    config = PrometheusAdapter.manifest.config.model_validate(
        {"adapter": "prometheus", "base_url": base_url, **settings}
    )
    async with PrometheusAdapter.connect(Site(INSTANCE, config, _no_secret, transport)) as adapter:
        yield adapter
