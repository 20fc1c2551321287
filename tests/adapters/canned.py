"""What the tests of adapters have in common: one instance with made-up secrets, and canned replies in the network's
place."""

import json
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import anyio
import httpx
from pydantic import SecretStr

from opsloom.adapter_api.adapter import Adapter, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.config import SecretSource
from opsloom.adapter_api.contract_kit.change_examining import MARKER
from opsloom.model.changes import ChangePlan, Order
from opsloom.model.clock import StoppedClock

A = TypeVar("A", bound=Adapter)


async def made_up_secret(source: SecretSource) -> SecretStr:
    return SecretStr(f"secret-of-{source.env}")


async def no_secret(source: SecretSource) -> SecretStr:
    raise AssertionError(f"nothing here needs the secret {source}")


@dataclass(frozen=True)
class Configured(Generic[A]):
    """An instance as the tests configure it; ``writing`` says that calls may change something."""

    adapter: type[A]
    instance: str
    now: datetime
    settings: Mapping[str, Any]
    writing: bool = False
    secret: Callable[[SecretSource], Awaitable[SecretStr]] = made_up_secret

    def call_at(self, now: datetime | None = None, *, writing: bool | None = None) -> Call:
        """A call of at most five seconds; what is not given is as it is usual here."""
        at, deadline = now or self.now, anyio.current_time() + 5
        may_change = self.writing if writing is None else writing
        return Call(self.instance, self.adapter.manifest.kind, at, deadline, StoppedClock(at), writing=may_change)

    @asynccontextmanager
    async def connected(self, transport: httpx.AsyncBaseTransport | None = None, **settings: Any) -> AsyncIterator[A]:
        """The adapter, over the network if no ``transport`` replaces it; ``settings`` change or extend the usual."""
        manifest = self.adapter.manifest
        config = manifest.config.model_validate({"adapter": manifest.kind, **self.settings, **settings})
        async with self.adapter.connect(Site(self.instance, config, self.secret, transport)) as adapter:
            yield adapter


class Answering(httpx.MockTransport, ABC):
    """Keeps the requests; :meth:`reply_to` says what is answered."""

    def __init__(self) -> None:
        super().__init__(self._answer)
        self.requests: list[httpx.Request] = []

    @abstractmethod
    def reply_to(self, request: httpx.Request) -> Any:
        """JSON, a whole response, or an error to raise."""

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        reply = self.reply_to(request)
        if isinstance(reply, Exception):
            raise reply
        return reply if isinstance(reply, httpx.Response) else httpx.Response(200, json=reply)


class Routed(Answering):
    """Answers by ``"METHOD /path"``; nothing else is expected. A reply may also be a function of the request, or a
    tuple of replies in turn."""

    def __init__(self, replies: Mapping[str, Any]) -> None:
        super().__init__()
        self.replies = dict(replies)

    @property
    def asked(self) -> list[str]:
        return [name_of(request) for request in self.requests]

    def parameters(self, name: str) -> list[httpx.QueryParams]:
        """Of each request with that name."""
        return [request.url.params for request in self.requests if name_of(request) == name]

    def body(self, index: int = -1) -> Any:
        return json.loads(self.requests[index].content)

    def reply_to(self, request: httpx.Request) -> Any:
        name = name_of(request)
        reply = self.replies[name]
        if isinstance(reply, tuple):
            reply, self.replies[name] = reply[0], reply[1:]
        return reply(request) if callable(reply) else reply


def name_of(request: httpx.Request) -> str:
    """``METHOD /path``."""
    return f"{request.method} {request.url.path}"


def order_of(plan: ChangePlan, marker: str = MARKER) -> Order:
    return Order(plan=plan, marker=marker, requester="oncall-a", approver="lead-b")
