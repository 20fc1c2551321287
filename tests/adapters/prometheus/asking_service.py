"""A Prometheus that has the metrics of one service, at the edge of the network."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import httpx

from opsloom.model.metrics import Series
from opsloom.model.page import Page
from tests.adapters.prometheus.asking import (
    NAMES,
    NOW,
    QUERY,
    QUERY_RANGE,
    START,
    call_at,
    connected,
    matrix,
    metric_query,
    success,
    vector,
)

LABELS = "/api/v1/labels"
ONE_LABEL = {"service_labels": ["service"]}
HTTP = ("http_requests_total", *(f"http_request_duration_seconds_{part}" for part in ("bucket", "sum", "count")))
SHOP = {"http_requests_total": ("__name__", "code", "method", "service")}


def histogram(family: str) -> list[str]:
    return [f"{family}_{part}" for part in ("bucket", "count", "sum")]


class Service(httpx.MockTransport):
    """Has the metrics ``names``; ``labels`` are those of some of them. Each expression has one series.

    Expressions with the piece ``silent`` have none; those with the piece in ``failing`` are answered as it says.
    """

    def __init__(
        self,
        names: Iterable[str],
        labels: Mapping[str, Sequence[str]] | None = None,
        *,
        silent: str | None = None,
        failing: tuple[str, httpx.Response] | None = None,
    ) -> None:
        super().__init__(self._answer)
        self.requests: list[httpx.Request] = []
        self._names, self._labels, self._silent, self._failing = list(names), labels or {}, silent, failing

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        path, asked = request.url.path, request.url.params
        if path == NAMES:
            return httpx.Response(200, json=success(self._names))
        if path == LABELS:
            metric = asked.get_list("match[]")[0].partition("{")[0]
            return httpx.Response(200, json=success(list(self._labels.get(metric, ("__name__", "service")))))
        if self._failing is not None and self._failing[0] in asked["query"]:
            return httpx.Response(self._failing[1].status_code, content=self._failing[1].content)
        if self._silent is not None and self._silent in asked["query"]:
            return httpx.Response(200, json=matrix({"metric": {}, "values": [[START, "NaN"]]}))
        if path == QUERY:
            return httpx.Response(200, json=vector({"metric": {}, "value": [NOW.timestamp() - 0.001, "0.25"]}))
        assert path == QUERY_RANGE
        return httpx.Response(200, json=matrix({"metric": {}, "values": [[START, "0.25"]]}))

    @property
    def expressions(self) -> list[str]:
        """What was asked for, in the order of the alphabet: all is asked at once."""
        asked = (request.url.params.get("query") for request in self.requests)
        return sorted(expression for expression in asked if expression is not None)


async def ask(provider: Service, settings: Mapping[str, Any] = ONE_LABEL, **asked: Any) -> Page[Series]:
    """What there is about checkout, or about the service that is asked for."""
    async with connected(provider, **settings) as adapter:
        return await adapter.query_metrics(metric_query(**{"service": "checkout", **asked}), call_at())
