"""Asking an adapter as the hub does: connect, call within a deadline, look at all that came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import anyio
import httpx
from pydantic import SecretStr

from opsloom.adapter_api.adapter import Adapter, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.config import AdapterConfig, HttpConfig, SecretSource
from opsloom.adapter_api.contract_kit.expectation import expect
from opsloom.adapter_api.contract_kit.operations import PROBE, Operation, operations_of
from opsloom.model.clock import StoppedClock
from opsloom.model.metrics import MetricQuery
from opsloom.model.ownership import OwnershipQuery
from opsloom.model.window import Window

INSTANCE = "acme-eu"
CANARY = "opsloom-canary-" + "4f2c9d17"
"""The value of every secret that the kit hands out, but for that of the credential for changes."""
WRITE_CANARY = "opsloom-writer-" + "8d03b6e5"
_LIMIT = 100
_STEP_SECONDS = 60
_NAMED_BY: dict[type[Any], tuple[str, str]] = {
    MetricQuery: ("list_metrics", "metric"),
    OwnershipQuery: ("search_services", "service"),
}

Questions = Mapping[Callable[..., Any], Sequence[Any]]
"""Method of a capability -> what to ask it, such as ``{AlertReader.search_alerts: [AlertQuery(...)]}``."""


@dataclass(frozen=True)
class Heard:
    """What came of one call: a value or an error, what was captured, and how long it took."""

    value: Any
    error: Exception | None
    call: Call
    seconds: float

    def answer(self) -> Any:
        """The value, where the adapter had all it needed to give one."""
        expect(self.error is None, f"the good replies are answered with {self.error!r}", self.error)
        return self.value


@dataclass(frozen=True)
class Asker:
    """Asks one adapter; ``transport`` makes a provider that answers well."""

    adapter: type[Adapter]
    config: AdapterConfig
    now: datetime
    window_seconds: float
    given: Questions = field(default_factory=dict)
    transport: Callable[[], httpx.AsyncBaseTransport | None] = lambda: None

    def site(self, transport: httpx.AsyncBaseTransport | None = None) -> Site:
        """Where the adapter connects: every secret is the canary."""
        return Site(INSTANCE, self.config, self._canary, transport or self.transport())

    async def _canary(self, source: SecretSource) -> SecretStr:
        changing = self.config.write_headers() if isinstance(self.config, HttpConfig) else ()
        reading = self.config.read_headers() if isinstance(self.config, HttpConfig) else ()
        only_for_changes = {one.source for one in changing} - {one.source for one in reading}
        return SecretStr(WRITE_CANARY if source in only_for_changes else CANARY)

    async def ask(
        self, operation: Operation, question: Any, transport: httpx.AsyncBaseTransport | None = None
    ) -> Heard:
        """Connect anew and ask once; whatever is thrown is part of the result."""
        return await self.call(operation.method, None if operation is PROBE else question, transport)

    async def call(
        self,
        method: str,
        subject: Any,
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        writing: bool = False,
    ) -> Heard:
        """Connect anew and call ``method`` with ``subject`` (``None``: it takes none); see :meth:`ask`."""
        value, error = None, None
        started = anyio.current_time()
        kind = self.adapter.manifest.kind
        deadline = started + self.config.deadline_seconds
        call = Call(INSTANCE, kind, self.now, deadline, StoppedClock(self.now), writing=writing)
        try:
            async with self.adapter.connect(self.site(transport)) as connected:
                bound = getattr(connected, method)
                value = await (bound(call) if subject is None else bound(subject, call))
        except Exception as problem:  # noqa: BLE001 - the checks judge whatever an adapter throws
            error = problem
        return Heard(value, error, call, anyio.current_time() - started)

    async def questions(self, operation: Operation) -> list[Any]:
        """What to ask: what the author gave, or else something broad that fits the good replies."""
        given = list(self.given.get(operation.declared, ()))
        if given or operation.takes is None:
            return given or [None]
        if operation.looks_up:
            return [(await self._first_row(self._search_for(operation))).ref.native_id]
        return [await self._broad(operation.takes)]

    async def _broad(self, kind: type[Any]) -> Any:
        window = Window(start=self.now - timedelta(seconds=self.window_seconds), end=self.now)
        known = {"window": window, "limit": _LIMIT, "at": self.now, "step_seconds": _STEP_SECONDS}
        arguments = {name: value for name, value in known.items() if name in kind.model_fields}
        if kind in _NAMED_BY:
            catalogue, argument = _NAMED_BY[kind]
            arguments[argument] = (await self._first_row(self._operation(catalogue))).name
        return kind(**arguments)

    async def _first_row(self, search: Operation) -> Any:
        page = (await self.ask(search, (await self.questions(search))[0])).answer()
        expect(bool(page.rows), f"{search.method} finds nothing in the good replies: give one with a row")
        return page.rows[0]

    def _search_for(self, look_up: Operation) -> Operation:
        return next(one for one in self._operations() if one.paged and one.gives is look_up.gives)

    def _operation(self, method: str) -> Operation:
        return next(one for one in self._operations() if one.method == method)

    def _operations(self) -> list[Operation]:
        return operations_of(self.adapter.manifest.capabilities)
