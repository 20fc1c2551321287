"""How these tests ask Datadog: canned replies at the edge of the network."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

import anyio
import httpx
from pydantic import SecretStr

from opsloom.adapter_api.adapter import Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.config import SecretSource
from opsloom.model.changes import ChangePlan, Order
from opsloom.model.window import Window
from opsloom_adapters.datadog import DatadogAdapter
from tests.adapters.datadog.vendor import MARKER

INSTANCE = "dd-eu"
NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
WINDOW = Window(start=NOW - timedelta(hours=1), end=NOW)
HOSTILE = 'x"} OR service:* \\ (a'


def call_at(now: datetime = NOW) -> Call:
    return Call(INSTANCE, "datadog", now, anyio.current_time() + 5, writing=True)


def order_of(plan: ChangePlan) -> Order:
    return Order(plan=plan, marker=MARKER, requester="oncall-a", approver="lead-b")


class Routed(httpx.MockTransport):
    """Answers ``METHOD path`` (``*`` stands for anything) with JSON, a response, or a list of them, one at a time."""

    def __init__(self, replies: Mapping[str, Any]) -> None:
        super().__init__(self._answer)
        self.replies = {name: list(said) if isinstance(said, list) else [said] for name, said in replies.items()}
        self.requests: list[httpx.Request] = []

    @property
    def asked(self) -> list[str]:
        return [f"{request.method} {request.url.path}" for request in self.requests]

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(request.content) for request in self.requests if request.content]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        said = next(said for name, said in self.replies.items() if fnmatchcase(self.asked[-1], name))
        reply = said.pop(0) if len(said) > 1 else said[0]
        return reply if isinstance(reply, httpx.Response) else httpx.Response(200, json=reply)


async def _secret(source: SecretSource) -> SecretStr:
    return SecretStr(f"value of {source.env}")


@asynccontextmanager
async def connected(transport: httpx.AsyncBaseTransport, **settings: Any) -> AsyncIterator[DatadogAdapter]:
    config = DatadogAdapter.manifest.config.model_validate(
        {
            "adapter": "datadog",
            "base_url": "https://api.datadoghq.com",
            "api_key": {"env": "API"},
            "app_key": {"env": "APP"},
            "write_app_key": {"env": "WRITE"},
            **settings,
        }
    )
    async with DatadogAdapter.connect(Site(INSTANCE, config, _secret, transport)) as adapter:
        yield adapter
