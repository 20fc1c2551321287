"""Planning, applying and observing changes as the approval does, while all is well or the provider fails."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any, get_args, get_type_hints

import httpx

from opsloom.adapter_api.adapter import Adapter
from opsloom.adapter_api.contract_kit.asking import Heard
from opsloom.adapter_api.contract_kit.expectation import expect
from opsloom.adapter_api.contract_kit.fake_provider import FakeProvider, Fault
from opsloom.adapter_api.contract_kit.fault_checks import FaultExaminer
from opsloom.adapter_api.contract_kit.operations import methods_of
from opsloom.adapter_api.contract_kit.secret_checks import forms_of_secret
from opsloom.adapter_api.writers import WRITERS
from opsloom.model.changes import ChangePlan, Order

MARKER = "opsloom-7k2m9q4r"


@dataclass(frozen=True)
class ChangeMethods:
    """The names of the three methods for one kind of change."""

    plan: str
    apply: str
    observe: str


@dataclass(frozen=True)
class StruckChange:
    """A change during which the provider failed from its request ``index`` on; ``request`` names that one.

    ``changing`` says whether that request was to change something.
    """

    heard: Heard
    provider: FakeProvider
    request: str
    changing: bool


@dataclass(frozen=True)
class ChangeExaminer:
    """Changes something while the provider fails."""

    examiner: FaultExaminer

    def provider(self, fault: Fault | None = None, after: int = 0) -> FakeProvider:
        return self.examiner.provider(fault, after)

    async def plan(self, change: Any, provider: FakeProvider | None = None) -> Heard:
        """Plan ``change``; nothing that changes something may be sent."""
        return await self._call(methods_for(self.examiner.asker.adapter, change).plan, change, provider)

    async def order(self, change: Any) -> Order:
        """The order that an approval of ``change`` would give."""
        provider = self.provider()
        plan = (await self.plan(change, provider)).answer()
        self._expect_foreseen(provider)
        expect(isinstance(plan, ChangePlan), f"planning gave {type(plan).__name__}, not a ChangePlan")
        return Order(plan=plan, marker=MARKER, requester="oncall-a", approver="lead-b")

    async def apply(self, order: Order, provider: FakeProvider | None = None) -> Heard:
        name = methods_for(self.examiner.asker.adapter, order.plan.change).apply
        return await self._call(name, order, provider, writing=True)

    async def apply_unapproved(self, order: Order, provider: FakeProvider) -> Heard:
        """As :meth:`apply`, from a call that no approval stands behind."""
        return await self._call(methods_for(self.examiner.asker.adapter, order.plan.change).apply, order, provider)

    async def observe(self, order: Order, provider: FakeProvider | None = None) -> Heard:
        return await self._call(methods_for(self.examiner.asker.adapter, order.plan.change).observe, order, provider)

    async def strike(
        self, act: Callable[[Any, FakeProvider], Any], subject: Any, fault: Fault
    ) -> AsyncIterator[StruckChange]:
        """Let ``act`` (one of the three) be done once per request that it takes, with the fault from that one on."""
        well = self.provider()
        (await act(subject, well)).answer()
        self._expect_foreseen(well)
        for index, request in enumerate(well.requests):
            provider = self.provider(fault, index)
            heard = await act(subject, provider)
            yield StruckChange(heard, provider, well.name_of(request), self.changes_something(request))

    def changes_something(self, request: httpx.Request) -> bool:
        """Whether ``request`` was sent with the credential for changes."""
        headers = " ".join(request.headers.values())
        return any(form in headers for form in forms_of_secret(self.examiner.asker.config, writing=True))

    def sent(self, provider: FakeProvider) -> list[httpx.Request]:
        """The requests that were to change something."""
        return [request for request in provider.requests if self.changes_something(request)]

    async def _call(self, method: str, subject: Any, provider: FakeProvider | None, *, writing: bool = False) -> Heard:
        return await self.examiner.asker.call(method, subject, provider or self.provider(), writing=writing)

    @staticmethod
    def _expect_foreseen(provider: FakeProvider) -> None:
        missing = ", ".join(provider.unforeseen)
        expect(not missing, f"no canned reply for {missing}: add it to replies")


def methods_for(adapter: type[Adapter], change: Any) -> ChangeMethods:
    """The methods of ``adapter`` that take ``change``."""
    for writer in WRITERS:
        if writer in adapter.manifest.capabilities and type(change) in changes_of(writer):
            return ChangeMethods(*(method.__name__ for method in methods_of(writer)))
    raise AssertionError(f"the adapter has no writer for {type(change).__name__}")


def changes_of(writer: type) -> tuple[type, ...]:
    """The kinds of change that the Protocol ``writer`` takes."""
    taken = get_type_hints(methods_of(writer)[0])["change"]
    return tuple(_members(taken))


def _members(union: Any) -> Iterator[type]:
    for part in get_args(union) or (union,):
        yield from _members(part) if get_args(part) else (part,)
