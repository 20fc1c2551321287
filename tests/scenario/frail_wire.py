"""A line to a back end at an address that stays, which can lose one request, or the answer to it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

import anyio
from anyio.abc import SocketAttribute, SocketStream

from tests.bed.loopback import HOST


class Loss(StrEnum):
    """What never arrives."""

    REQUEST = "request"
    ANSWER = "answer"


async def _nothing() -> None:
    """The back end lives on."""


@dataclass
class FrailWire:
    """While ``loses`` is set, every POST or the answer to it is lost; ``then`` runs before an answer is."""

    url: str
    back_end: str
    loses: Loss | None = None
    then: Callable[[], Awaitable[None]] = _nothing
    _posted: bool = False

    async def carry(self, near: SocketStream) -> None:
        """Serve one connection."""
        async with near:
            try:
                far = await anyio.connect_tcp(HOST, urlsplit(self.back_end).port or 0)
            except OSError:
                return  # whoever asked hears nothing
            async with far, anyio.create_task_group() as both:
                both.start_soon(self._carry_there, near, far, both.cancel_scope)
                both.start_soon(self._carry_back, far, near, both.cancel_scope)

    async def _carry_there(self, near: SocketStream, far: SocketStream, connection: anyio.CancelScope) -> None:
        with suppress(anyio.BrokenResourceError):
            async for part in near:
                self._posted = part.startswith(b"POST ") or (self._posted and not part.startswith(b"GET "))
                if self._posted and self.loses is Loss.REQUEST:
                    break
                await far.send(part)
        connection.cancel()

    async def _carry_back(self, far: SocketStream, near: SocketStream, connection: anyio.CancelScope) -> None:
        with suppress(anyio.BrokenResourceError):
            async for part in far:
                if self._posted and self.loses is Loss.ANSWER:
                    await self.then()
                    break
                await near.send(part)
        connection.cancel()


@asynccontextmanager
async def frail_wire(back_end: str) -> AsyncIterator[FrailWire]:
    """A wire to the server at ``back_end``."""
    listener = await anyio.create_tcp_listener(local_host=HOST)
    url = f"http://{HOST}:{listener.extra(SocketAttribute.local_port)}"  # noqa: S610  not Django's
    wire = FrailWire(url, back_end)
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, wire.carry)
        yield wire
        tasks.cancel_scope.cancel()
