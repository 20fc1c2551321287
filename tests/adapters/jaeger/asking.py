"""How these tests ask Jaeger: canned replies at the edge of the network."""

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
from opsloom.model.window import Window
from opsloom_adapters.jaeger import JaegerAdapter

NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
WINDOW = Window(start=NOW - timedelta(hours=1), end=NOW)
NO_TRACES = httpx.Response(404, json={"error": {"httpCode": 404, "message": "No traces found"}})


def call_at(now: datetime = NOW) -> Call:
    return Call("traces", "jaeger", now, anyio.current_time() + 5)


class Routed(httpx.MockTransport):
    """Answers paths with JSON, a response, or a list of them, one at a time."""

    def __init__(self, replies: Mapping[str, Any]) -> None:
        super().__init__(self._answer)
        self.replies = {path: list(said) if isinstance(said, list) else [said] for path, said in replies.items()}
        self.requests: list[httpx.Request] = []

    @property
    def asked(self) -> list[str]:
        return [request.url.path for request in self.requests]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        said = self.replies[request.url.path]
        reply = said.pop(0) if len(said) > 1 else said[0]
        return reply if isinstance(reply, httpx.Response) else httpx.Response(200, json=reply)


async def _no_secret(source: SecretSource) -> SecretStr:
    raise AssertionError(f"nothing here needs the secret {source}")


@asynccontextmanager
async def connected(transport: httpx.AsyncBaseTransport, **settings: Any) -> AsyncIterator[JaegerAdapter]:
    config = JaegerAdapter.manifest.config.model_validate(
        {"adapter": "jaeger", "base_url": "http://jaeger.test", **settings}
    )
    async with JaegerAdapter.connect(Site("traces", config, _no_secret, transport)) as adapter:
        yield adapter
