"""What adapters that change something keep: nothing half known, nothing sent twice, nothing without approval."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any, ClassVar

import pytest

from opsloom.adapter_api.contract_kit import faults
from opsloom.adapter_api.contract_kit.change_examining import ChangeExaminer, changes_of
from opsloom.adapter_api.contract_kit.expectation import expect
from opsloom.adapter_api.contract_kit.failure_contract import FailureContract
from opsloom.adapter_api.contract_kit.fake_provider import Fault
from opsloom.adapter_api.contract_kit.fault_checks import FaultExaminer
from opsloom.adapter_api.writers import WRITERS
from opsloom.model.changes import Observation, Receipt
from opsloom.model.errors import (
    AuthenticationError,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    OpsloomError,
    OutcomeUnknownError,
    PermissionDeniedError,
    ProviderTimeoutError,
    RateLimitedError,
    UnavailableError,
    UnexpectedAnswerError,
    UnsupportedError,
)

_READ_FAULTS: dict[str, tuple[Fault, tuple[type[OpsloomError], ...]]] = {
    "401": (faults.answers(401), (AuthenticationError,)),
    "403": (faults.answers(403), (PermissionDeniedError,)),
    "404": (faults.answers(404), (NotFoundError, InvalidRequestError, UnsupportedError)),
    "500": (faults.answers(500), (UnavailableError,)),
    "silent": (faults.slow, (ProviderTimeoutError,)),
    "cut_off": (faults.cut_off, (UnavailableError,)),
    "login_page": (faults.login_page, (UnexpectedAnswerError,)),
    "truncated": (faults.truncated, (UnexpectedAnswerError,)),
    "null": (faults.answers(200, b"null"), (UnexpectedAnswerError,)),
}
_REFUSALS: dict[str, tuple[Fault, type[OpsloomError]]] = {
    "401": (faults.answers(401), AuthenticationError),
    "403": (faults.answers(403), PermissionDeniedError),
    "409": (faults.answers(409), ConflictError),
    "412": (faults.answers(412), ConflictError),
    "429": (faults.answers(429, headers={"retry-after": "1"}), RateLimitedError),
    "refused": (faults.refused, UnavailableError),
}
_DOUBTS: dict[str, Fault] = {
    "500": faults.answers(500),
    "silent": faults.slow,
    "cut_off": faults.cut_off,
    "login_page": faults.login_page,
}


class ChangeContract(FailureContract):
    """``changes`` are what to plan, apply and observe: at least one of each kind that the adapter takes and fits
    ``replies``. ``refused_changes`` are kinds that the adapter refuses, and why. The settings must hold a credential
    for changes under another name than that for reading.
    """

    changes: ClassVar[Sequence[Any]] = ()
    refused_changes: ClassVar[dict[type, str]] = {}

    @pytest.fixture
    def changer(self, examiner: FaultExaminer) -> ChangeExaminer:
        """Changes something while the provider fails."""
        return ChangeExaminer(examiner)

    def pytest_generate_tests(self, metafunc: "pytest.Metafunc") -> None:
        """Besides those of readers, one test per ``change``."""
        super().pytest_generate_tests(metafunc)
        if "change" in metafunc.fixturenames:
            metafunc.parametrize("change", self.changes, ids=[one.kind for one in self.changes])

    def test_each_kind_of_change_is_tried(self) -> None:
        writers = [one for one in WRITERS if one in self.adapter.manifest.capabilities]
        known = {type(change) for change in self.changes} | set(self.refused_changes)
        missing = [kind.__name__ for writer in writers for kind in changes_of(writer) if kind not in known]
        expect(not missing, f"add to changes (or to refused_changes): {', '.join(missing)}")

    def test_planning_reads_only_and_gives_the_same_twice(self, changer: ChangeExaminer, change: Any) -> None:
        async def check() -> None:
            first = await changer.order(change)
            provider = changer.provider()
            again = (await changer.plan(first.plan.change, provider)).answer()
            expect(not changer.sent(provider), "planning used the credential for changes")
            expect(again.observed == first.plan.observed, "the same world gave another state that it depends on")
            expect(bool(again.effects and again.summary and again.targets), "say what becomes what, and of what")
            expect(again.inverse is not None or bool(again.irreversible), "without an inverse, say why")

        self.run(check)

    @pytest.mark.parametrize("name", _READ_FAULTS)
    def test_a_failure_while_planning_is_an_error(self, changer: ChangeExaminer, change: Any, name: str) -> None:
        async def check() -> None:
            fault, kinds = _READ_FAULTS[name]
            async for struck in changer.strike(lambda one, at: changer.plan(one, at), change, fault):
                if not self._is_optional(struck.request):
                    expect(isinstance(struck.heard.error, kinds), f"{struck.request}: {struck.heard.error!r}")

        self.run(check)

    def test_an_order_is_sent_with_the_credential_for_changes(self, changer: ChangeExaminer, change: Any) -> None:
        async def check() -> None:
            order = await changer.order(change)
            provider = changer.provider()
            heard = await changer.apply(order, provider)
            expect(isinstance(heard.answer(), Receipt), "applying must give a Receipt")
            expect(bool(changer.sent(provider)), "nothing was sent with the credential for changes")

        self.run(check)

    @pytest.mark.parametrize("name", _REFUSALS)
    def test_what_was_refused_was_not_done(self, changer: ChangeExaminer, change: Any, name: str) -> None:
        async def check() -> None:
            fault, kind = _REFUSALS[name]
            order = await changer.order(change)
            async for struck in changer.strike(lambda one, at: changer.apply(one, at), order, fault):
                error = struck.heard.error
                if struck.changing:
                    sent = len(changer.sent(struck.provider))
                    expect(isinstance(error, kind), f"{struck.request} was refused: {error!r}, not {kind.__name__}")
                    expect(sent == self._place_of(struck.request, struck.provider, changer), "it was sent again")
                elif not self._is_optional(struck.request):
                    expect(isinstance(error, OpsloomError), f"{struck.request} failed: {error!r}")

        self.run(check)

    @pytest.mark.parametrize("name", _DOUBTS)
    def test_an_order_without_an_answer_is_in_doubt_and_not_sent_again(
        self, changer: ChangeExaminer, change: Any, name: str
    ) -> None:
        async def check() -> None:
            order = await changer.order(change)
            async for struck in changer.strike(lambda one, at: changer.apply(one, at), order, _DOUBTS[name]):
                if struck.changing:
                    error = struck.heard.error
                    expect(isinstance(error, OutcomeUnknownError), f"{struck.request}: {error!r} tells too much")
                    sent = len(changer.sent(struck.provider))
                    expect(sent == self._place_of(struck.request, struck.provider, changer), "it was sent again")

        self.run(check)

    def test_an_order_whose_answer_is_broken_may_have_been_done(self, changer: ChangeExaminer, change: Any) -> None:
        async def check() -> None:
            order = await changer.order(change)
            for fault in (faults.truncated, faults.answers(200, b"null"), faults.answers(200, b"[]")):
                async for struck in changer.strike(lambda one, at: changer.apply(one, at), order, fault):
                    done = struck.heard.error is None or isinstance(struck.heard.error, OutcomeUnknownError)
                    expect(done or not struck.changing, f"{struck.request}: {struck.heard.error!r} tells too much")

        self.run(check)

    def test_an_order_is_looked_for_without_changing_anything(self, changer: ChangeExaminer, change: Any) -> None:
        async def check() -> None:
            order = await changer.order(change)
            provider = changer.provider()
            heard = await changer.observe(order, provider)
            expect(isinstance(heard.answer(), Observation), "observing must give an Observation")
            expect(not changer.sent(provider), "observing used the credential for changes")

        self.run(check)

    @pytest.mark.parametrize("name", [name for name in _READ_FAULTS if name != "404"])
    def test_a_failure_while_looking_is_no_observation(self, changer: ChangeExaminer, change: Any, name: str) -> None:
        async def check() -> None:
            fault, kinds = _READ_FAULTS[name]
            order = await changer.order(change)
            async for struck in changer.strike(lambda one, at: changer.observe(one, at), order, fault):
                if not self._is_optional(struck.request):
                    expect(isinstance(struck.heard.error, kinds), f"{struck.request}: {struck.heard.error!r}")

        self.run(check)

    def test_nothing_is_changed_but_by_an_approved_action(self, changer: ChangeExaminer, change: Any) -> None:
        async def check() -> None:
            order = await changer.order(change)
            provider = changer.provider()
            heard = await changer.apply_unapproved(order, provider)
            expect(heard.error is not None, "it was applied although no approved action is")
            expect(not changer.sent(provider), "it was sent although no approved action is applied")

        self.run(check)

    def _is_optional(self, request: str) -> bool:
        return any(fnmatchcase(request, pattern) for pattern in self.optional_requests)

    @staticmethod
    def _place_of(request: str, provider: Any, changer: ChangeExaminer) -> int:
        """How many of the changing requests there are up to the one that failed."""
        names = [provider.name_of(one) for one in changer.sent(provider)]
        return names.index(request) + 1 if request in names else 1
