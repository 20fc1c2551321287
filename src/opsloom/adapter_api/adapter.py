"""What an adapter is: a manifest, and a way to connect."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Protocol, Self, TypeVar

from pydantic import SecretStr

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.config import AdapterConfig, SecretSource
from opsloom.adapter_api.rate_limit import RateLimitHeaders
from opsloom.model.errors import ConfigurationError

if TYPE_CHECKING:  # httpx is imported when the first instance connects, not at start
    import httpx

ConfigT = TypeVar("ConfigT", bound=AdapterConfig)


@dataclass(frozen=True)
class Scope:
    """A permission that a credential needs at the provider, and what for.

    ``writes``: it is for changes, so the credential for changes needs it and the one for reading must not have it.
    """

    name: str
    reason: str
    writes: bool = False


@dataclass(frozen=True)
class Manifest:
    """What opsloom must know of an adapter before it connects.

    ``capabilities`` are Protocols of :mod:`opsloom.adapter_api.capabilities`, exactly those that the adapter
    class implements. ``recorded`` marks an adapter that replays the past: answers from it are marked as demo.

    ``credential_url`` is the page on which a person makes the credential, or which tells how. ``asks`` are the settings
    that ``opsloom init --add`` asks for, in that order. ``rate_limit`` names the headers in which the provider tells
    how many requests are left.
    """

    kind: str
    title: str
    config: type[AdapterConfig]
    capabilities: frozenset[type]
    documentation: str
    scopes: tuple[Scope, ...] = ()
    recorded: bool = False
    credential_url: str = ""
    asks: tuple[str, ...] = ()
    rate_limit: RateLimitHeaders | None = None


@dataclass(frozen=True)
class Probe:
    """What a provider says of itself: its version, and its time for the clock-skew check, where it tells."""

    version: str = ""
    server_time: datetime | None = None


@dataclass(frozen=True)
class Site:
    """What an adapter gets to connect with.

    ``secret`` reads a secret where the operator keeps it; its value is known to redaction from then on.
    ``transport`` replaces the network in tests.
    """

    instance: str
    config: AdapterConfig
    secret: Callable[[SecretSource], Awaitable[SecretStr]]
    transport: "httpx.AsyncBaseTransport | None" = None

    def config_as(self, kind: type[ConfigT]) -> ConfigT:
        """The settings, as the type that the manifest declares."""
        if not isinstance(self.config, kind):
            raise ConfigurationError(f"instance {self.instance} is not configured as {kind.__name__}")
        return self.config


class Adapter(Protocol):
    """An adapter class: ``connect`` yields an object that implements all of ``manifest.capabilities``."""

    manifest: ClassVar[Manifest]

    @classmethod
    def connect(cls, site: Site) -> AbstractAsyncContextManager[Self]:
        """Set up clients; it must not ask the provider anything.

        :raises ConfigurationError: the settings cannot work, such as a file that is not there.
        """
        ...

    async def probe(self, call: Call) -> Probe:
        """The cheapest question that proves that the provider answers and takes the credential."""
        ...
