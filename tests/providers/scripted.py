"""Instances whose adapter does what a test says: the fake at the edge of hub and tools."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any, ClassVar, Self, cast

from opsloom.adapter_api.adapter import Adapter, Manifest, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import CAPABILITIES
from opsloom.adapter_api.config import AdapterConfig
from opsloom.model.evidence import Exchange
from opsloom.model.limits import INSTANCE_DEADLINE_SECONDS
from opsloom.providers.instance import Instance

Act = Callable[[str, Any, Call], Awaitable[Any]]
"""Method, query (``None`` of a probe), call -> what the adapter returns."""


def scripted(
    name: str,
    act: Act,
    *,
    capabilities: Iterable[type] = CAPABILITIES,
    deadline_seconds: float = INSTANCE_DEADLINE_SECONDS,
    connection: Callable[[Site], AbstractAsyncContextManager[object]] = lambda _site: nullcontext(),
) -> Instance:
    """An instance that answers all questions with ``act`` while ``connection`` is open."""

    class Scripted:
        manifest: ClassVar[Manifest] = Manifest(
            kind="scripted",
            title="Scripted",
            config=AdapterConfig,
            capabilities=frozenset(capabilities),
            documentation="https://docs.example.com/scripted",
        )

        @classmethod
        @asynccontextmanager
        async def connect(cls, site: Site) -> AsyncIterator[Self]:
            async with connection(site):
                yield cls()

        def __getattr__(self, method: str) -> Callable[..., Awaitable[Any]]:
            return lambda *asked: act(method, asked[0] if len(asked) == 2 else None, asked[-1])

    config = AdapterConfig(adapter="scripted", deadline_seconds=deadline_seconds)
    return Instance(name, cast("type[Adapter]", Scripted), config)


class MemoryKeeper:
    """Keeps exchanges as they are; the evidence id is ``ev_`` and their place."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.known: list[str] = []

    async def keep(self, exchanges: Iterable[Exchange]) -> tuple[str, ...]:
        idents = []
        for exchange in exchanges:
            idents.append(f"ev_{len(self.exchanges)}")
            self.exchanges.append(exchange)
        return tuple(idents)

    def know(self, secret: str) -> None:
        self.known.append(secret)
