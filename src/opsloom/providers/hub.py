"""The hub: asks every instance that can answer, at once, and says who did not.

Each instance has its own deadline, so a slow one becomes a named gap and not a delay of the rest. Identical
questions that are under way are joined. The order of the answers is that of the instance names, always.
"""

import logging
from collections.abc import AsyncIterator, Collection, Hashable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Protocol, TypeVar, cast

import anyio
from anyio.abc import TaskGroup

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.permissions import Permission
from opsloom.adapter_api.rate_limit import Quota
from opsloom.model.changes import Order, Receipt
from opsloom.model.clock import Clock
from opsloom.model.errors import ConfigurationError, OpsloomError, ProviderError, ProviderTimeoutError, UnsupportedError
from opsloom.model.evidence import Exchange
from opsloom.providers.connection import Connection
from opsloom.providers.instance import BrokenInstance, Instance
from opsloom.providers.operations import ChangeOperation, Operation, Q, R
from opsloom.providers.secrets import read_secret

logger = logging.getLogger(__name__)
T = TypeVar("T")


class EvidenceKeeper(Protocol):
    """Where exchanges become evidence, and where secrets are made known to redaction."""

    async def keep(self, exchanges: Iterable[Exchange]) -> tuple[str, ...]:
        """Redact and store; returns the evidence ids."""
        ...

    def know(self, secret: str) -> None:
        """This value must never be shown or stored."""
        ...


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What one instance answered, or why it did not: exactly one of ``value`` and ``error`` is set.

    ``requests`` counts what was heard for it, ``quota`` is what the provider said of its rate limit.
    """

    instance: str
    adapter: str
    duration_ms: int
    value: T | None = None
    error: OpsloomError | None = None
    evidence: tuple[str, ...] = ()
    requests: int = 0
    quota: Quota | None = None


@dataclass
class _Flight:
    """A question under way, and those who wait for it."""

    landed: anyio.Event = field(default_factory=anyio.Event)
    outcome: Outcome[Any] | None = None


class Hub:
    """All configured instances; made by :func:`open_hub`."""

    def __init__(
        self,
        instances: Collection[Instance],
        broken: Collection[BrokenInstance],
        keeper: EvidenceKeeper,
        clock: Clock,
        tasks: TaskGroup,
    ) -> None:
        self.instances = {instance.name: instance for instance in sorted(instances, key=lambda one: one.name)}
        self.broken = tuple(broken)
        self.clock = clock
        self._keeper = keeper
        self._tasks = tasks
        self._connections = {
            instance.name: Connection(instance, lambda source: read_secret(source, keeper.know))
            for instance in instances
        }
        self._flights: dict[Hashable, _Flight] = {}

    @property
    def recorded(self) -> bool:
        """Whether any instance replays the past; then every answer is marked as demo."""
        return any(instance.adapter.manifest.recorded for instance in self.instances.values())

    def capable(self, capability: type) -> list[Instance]:
        """The instances that have ``capability``, by name."""
        return [one for one in self.instances.values() if capability in one.capabilities]

    def misconfigured(self, capability: type) -> list[BrokenInstance]:
        """The instances that have ``capability``, or may have it, and cannot be asked as they are configured."""
        return [one for one in self.broken if one.capabilities is None or capability in one.capabilities]

    async def ask(
        self, operation: Operation[Q, R], query: Q, given_up: Mapping[str, OpsloomError] | None = None
    ) -> list[Outcome[R]]:
        """Ask all instances that can; one outcome each, in the order of their names.

        Those in ``given_up`` are not asked: their outcome is the error there.

        :raises UnsupportedError: no instance can.
        :raises ConfigurationError: those that could are misconfigured.
        """
        instances = self.capable(operation.capability)
        if not instances:
            raise self._nobody(operation.capability)
        outcomes: dict[str, Outcome[R]] = {
            instance.name: Outcome(instance.name, instance.kind, 0, error=given_up[instance.name])
            for instance in instances
            if given_up and instance.name in given_up
        }

        async def ask_one(instance: Instance) -> None:
            outcomes[instance.name] = await self._join(instance, operation.method, query)

        async with anyio.create_task_group() as tasks:
            for instance in instances:
                if instance.name not in outcomes:
                    tasks.start_soon(ask_one, instance)
        return [outcomes[instance.name] for instance in instances]

    async def fetch(self, operation: Operation[Q, R], name: str, query: Q) -> Outcome[R]:
        """Ask the instance ``name``.

        :raises UnsupportedError: it does not exist or cannot; the text lists those that can.
        """
        return await self._join(self._able(operation.capability, name), operation.method, query)

    async def perform(self, capability: type, method: str, name: str, query: object) -> Outcome[Any]:
        """Call ``method`` of the instance ``name``: for changes and for looks that must be fresh, so never joined.

        :raises UnsupportedError: it does not exist or cannot; the text lists those that can.
        """
        return await self._call(self._able(capability, name), method, query)

    async def apply(self, operation: ChangeOperation, name: str, order: Order) -> Outcome[Receipt]:
        """Have the instance ``name`` carry out an approved ``order``: the only call that may change anything.

        :raises UnsupportedError: it does not exist or cannot; the text lists those that can.
        """
        return await self._call(self._able(operation.capability, name), operation.apply, order, writing=True)

    async def check_writing(self, name: str) -> Outcome[tuple[Permission, ...]]:
        """What the credential for changes of the instance ``name`` may do, where its provider tells; for an operator's
        own eyes."""
        return await self._call(self.instances[name], "check_writing", None, writing=True)

    async def probe(self, name: str) -> Outcome[Probe]:
        """Whether the instance ``name`` answers and takes the credential."""
        return await self._join(self.instances[name], "probe", None)

    def _able(self, capability: type, name: str) -> Instance:
        instance = self.instances.get(name)
        if instance is None or capability not in instance.capabilities:
            able = ", ".join(one.name for one in self.capable(capability)) or "none"
            raise UnsupportedError(f"no instance of that name can do this; instances that can: {able}")
        return instance

    def _nobody(self, capability: type) -> OpsloomError:
        if broken := self.misconfigured(capability):
            told = "; ".join(f"{one.name} is misconfigured ({one.problem})" for one in broken)
            return ConfigurationError(f"No source can be asked, so this says nothing about the systems: {told}")
        return UnsupportedError(f"no configured instance is a {capability.__name__}; see 'opsloom doctor'")

    async def _join(self, instance: Instance, method: str, query: object) -> Outcome[Any]:
        key = (instance.name, method, query)
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = _Flight()
            # In the hub's own task group: the one who asked first may be cancelled, the others wait on.
            self._tasks.start_soon(self._fly, flight, key, instance, method, query)
        await flight.landed.wait()
        return cast("Outcome[Any]", flight.outcome)

    async def _fly(self, flight: _Flight, key: Hashable, instance: Instance, method: str, query: object) -> None:
        try:
            flight.outcome = await self._call(instance, method, query)
        finally:
            del self._flights[key]
            flight.landed.set()

    async def _call(self, instance: Instance, method: str, query: object, *, writing: bool = False) -> Outcome[Any]:
        seconds = instance.config.deadline_seconds
        deadline = anyio.current_time() + seconds
        call = Call(instance.name, instance.kind, self.clock.now(), deadline, writing=writing)
        asked_at = anyio.current_time()
        value: object = None
        error: OpsloomError | None = None
        try:
            with anyio.fail_after(seconds):
                adapter = await self._connections[instance.name].adapter(self._tasks)
                asked_at = anyio.current_time()  # the duration is the provider's, without our own setting up
                bound = getattr(adapter, method)
                value = await (bound(call) if query is None else bound(query, call))
                if value is None:  # nothing is not an empty page: it must not read as an all-clear
                    raise TypeError(f"{method} returned None")
        except OpsloomError as problem:
            error = problem
        except TimeoutError:
            error = ProviderTimeoutError(f"{instance.name} did not answer within {seconds:g} s")
        except Exception as problem:  # an adapter's bug must not silence the other instances
            logger.exception("adapter %s of instance %s failed", instance.kind, instance.name)
            error = ProviderError(f"the adapter of {instance.name} failed ({type(problem).__name__})")
        duration_ms = round((anyio.current_time() - asked_at) * 1000)
        outcome = Outcome(
            instance.name, instance.kind, duration_ms, value, error, requests=len(call.exchanges), quota=call.quota
        )
        return await self._with_evidence(outcome, call.exchanges)

    async def _with_evidence(self, outcome: Outcome[Any], exchanges: Sequence[Exchange]) -> Outcome[Any]:
        """A claim without evidence is no answer: what cannot be kept counts as not said."""
        try:
            return replace(outcome, evidence=await self._keeper.keep(exchanges))
        except Exception:  # a bug of ours; the hub's other flights must go on
            logger.exception("what %s said could not be kept", outcome.instance)
            told = f"what {outcome.instance} said could not be kept as evidence; see the log of opsloom"
            return replace(outcome, value=None, error=OpsloomError(told))


@asynccontextmanager
async def open_hub(
    instances: Collection[Instance],
    broken: Collection[BrokenInstance],
    keeper: EvidenceKeeper,
    clock: Clock,
) -> AsyncIterator[Hub]:
    """A hub over the given instances; none is contacted before it is asked."""
    async with anyio.create_task_group() as tasks:
        yield Hub(instances, broken, keeper, clock, tasks)
        tasks.cancel_scope.cancel()
