"""No failure of a provider is ever mistaken for an answer, wherever in a call it strikes."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import httpx

from opsloom.adapter_api.contract_kit.asking import INSTANCE, Asker, Heard
from opsloom.adapter_api.contract_kit.expectation import expect
from opsloom.adapter_api.contract_kit.fake_provider import FakeProvider, Fault, Replies
from opsloom.adapter_api.contract_kit.operations import Operation
from opsloom.adapter_api.http import ASKING_HEADERS
from opsloom.model.errors import OpsloomError, ProviderError
from opsloom.model.limits import HTTP_ATTEMPTS
from opsloom.model.page import Page


@dataclass(frozen=True)
class Struck:
    """A call during which the provider failed from ``request`` on."""

    heard: Heard
    provider: FakeProvider
    request: str

    def tries(self) -> Counter[tuple[str, httpx.URL, bytes]]:
        """How often each request was sent."""
        return Counter((one.method, one.url, one.content) for one in self.provider.requests)


@dataclass(frozen=True)
class FaultExaminer:
    """Asks while the provider fails.

    ``optional`` names requests without which the adapter can still answer, with the reason.
    """

    asker: Asker
    replies: Replies
    base_url: str
    optional: Mapping[str, str] = field(default_factory=dict)

    def provider(self, fault: Fault | None = None, after: int = 0, *, once: bool = False) -> FakeProvider:
        """A provider that fails from its request ``after`` on."""
        return FakeProvider(self.replies, self.base_url, fault=fault, after=after, once=once)

    async def ask_well(self, operation: Operation, question: Any) -> tuple[Heard, FakeProvider]:
        """Ask while all is well; every request must have a canned reply."""
        provider = self.provider()
        heard = await self.asker.ask(operation, question, provider)
        missing = ", ".join(provider.unforeseen)
        expect(not missing, f"no canned reply for {missing}: add it to replies", heard.error)
        heard.answer()
        expect(bool(provider.requests), f"{operation.method} asks the provider nothing")
        return heard, provider

    async def strike(self, operation: Operation, fault: Fault, *, once: bool = False) -> AsyncIterator[Struck]:
        """Ask each question once per request that it takes, with the fault at that request."""
        for question in await self.asker.questions(operation):
            _, well = await self.ask_well(operation, question)
            for index, request in enumerate(well.requests):
                provider = self.provider(fault, index, once=once)
                heard = await self.asker.ask(operation, question, provider)
                yield Struck(heard, provider, well.name_of(request))

    async def expect_error(
        self, operation: Operation, fault: Fault, kinds: type[OpsloomError] | tuple[type[OpsloomError], ...]
    ) -> list[Struck]:
        """The fault becomes an error of ``kinds``; those calls are returned for more questions."""
        failed = []
        async for struck in self.strike(operation, fault):
            if self.did_without(struck):
                continue
            self.expect_error_of(struck, kinds)
            failed.append(struck)
        return failed

    def did_without(self, struck: Struck) -> bool:
        """Whether the request is optional and the adapter gave more than nothing without it."""
        optional = any(fnmatchcase(struck.request, pattern) for pattern in self.optional)
        return optional and struck.heard.error is None and not is_empty(struck.heard.value)

    def expect_error_of(self, struck: Struck, kinds: type[OpsloomError] | tuple[type[OpsloomError], ...]) -> None:
        """The call failed with an error of ``kinds``."""
        names = " or ".join(one.__name__ for one in (kinds if isinstance(kinds, tuple) else (kinds,)))
        error, value = struck.heard.error, struck.heard.value
        if error is None:
            what = "an EMPTY answer" if is_empty(value) else "an answer"
            expect(False, f"{struck.request} failed and the adapter gave {what}; it must raise {names}")
        expect(isinstance(error, kinds), f"{struck.request} failed: {error!r} instead of {names}", error)
        if isinstance(error, ProviderError):
            expect(error.instance == INSTANCE, "the error must name the instance")


def is_empty(value: object) -> bool:
    """Whether ``value`` reads as "all clear"."""
    return value is None or (isinstance(value, Page) and not value.rows)


def expect_tries(struck: Collection[Struck], fits: Callable[[int], bool], sentence: str) -> None:
    """How often a request was sent: ``fits`` is given the highest count of each call."""
    for one in struck:
        most = max(one.tries().values())
        expect(fits(most), f"{one.request}: {sentence}, but was sent {most} times")


def expect_retried(struck: Collection[Struck]) -> None:
    """A transient failure is tried again, and not for ever."""
    expect_tries(struck, lambda most: most == HTTP_ATTEMPTS, f"must be sent {HTTP_ATTEMPTS} times in all")


def expect_sent_once(struck: Collection[Struck]) -> None:
    """A failure that will not go away is not tried again."""
    expect_tries(struck, lambda most: most == 1, "must not be sent again")


def expect_evidence(heard: Heard, provider: FakeProvider) -> None:
    """Every whole answer was captured as it was received, with the request that it answers."""
    said = Counter(provider.whole_answers)
    kept = Counter((one.status, one.body) for one in heard.call.exchanges)
    lost = said - kept
    expect(not lost, f"{sum(lost.values())} whole answers of the provider were not captured as evidence")
    sent = {(one.method, one.url) for one in provider.requests}
    for one in heard.call.exchanges:
        in_url = [pair for pair in one.parameters if pair[0] not in ASKING_HEADERS | {"body"}]
        asked = httpx.URL(one.url, params=in_url) if in_url else httpx.URL(one.url)
        expect((one.method, asked) in sent, f"evidence of {one.method} {asked}, which was never asked")
