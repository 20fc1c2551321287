"""The part of the contract that every adapter keeps, whatever it reads from."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import anyio
import httpx
import pytest

from opsloom.adapter_api.adapter import Adapter, Probe
from opsloom.adapter_api.contract_kit import manifest_checks, row_checks, word_checks
from opsloom.adapter_api.contract_kit.argument_checks import attacks_on, expect_only_our_errors, expect_same_sources
from opsloom.adapter_api.contract_kit.asking import Asker, Questions
from opsloom.adapter_api.contract_kit.expectation import expect
from opsloom.adapter_api.contract_kit.operations import PROBE, Operation, operations_of
from opsloom.adapter_api.contract_kit.word_checks import WordsOfEnums
from opsloom.model.errors import InvalidRequestError, NotFoundError

_NO_SUCH_ID = "opsloom-no-such-id"


class AdapterContract:
    """Inherit as ``class TestAcme(AdapterContract)``, set the attributes, and pytest runs every check.

    ``settings`` are those of ``[instances.x]``; override :meth:`make_settings` where they need files.
    ``questions`` are asked in place of the default ones, which are broad and fit what the searches find.
    ``now`` is the present, and ``window_seconds`` before it is where the default window starts.
    ``words`` are described at :class:`~opsloom.adapter_api.contract_kit.word_checks.Words`.
    """

    adapter: ClassVar[type[Adapter]]
    settings: ClassVar[Mapping[str, Any]]
    words: ClassVar[WordsOfEnums] = {}
    questions: ClassVar[Questions] = {}
    now: ClassVar[datetime] = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)
    window_seconds: ClassVar[float] = 86_400

    def make_settings(self, tmp_path: Path) -> Mapping[str, Any]:
        """The settings, for an adapter that reads files: put those into ``tmp_path``."""
        return self.settings

    def make_transport(self) -> httpx.AsyncBaseTransport | None:
        """What replaces the network while all is well; nothing here."""
        return None

    def run(self, check: Callable[[], Awaitable[None]]) -> None:
        """Run an asynchronous check."""
        anyio.run(check)

    @pytest.fixture
    def asker(self, tmp_path: Path) -> Asker:
        """Asks the adapter under test."""
        config = self.adapter.manifest.config.model_validate(dict(self.make_settings(tmp_path)))
        return Asker(self.adapter, config, self.now, self.window_seconds, self.questions, self.make_transport)

    def pytest_generate_tests(self, metafunc: "pytest.Metafunc") -> None:
        """One test per method: ``reader`` (of a capability), ``search``, ``look_up``, ``operation`` (any)."""
        readers = operations_of(self.adapter.manifest.capabilities)
        choices = {
            "operation": [*readers, PROBE],
            "reader": readers,
            "search": [one for one in readers if one.paged],
            "look_up": [one for one in readers if one.looks_up],
        }
        for name in choices.keys() & set(metafunc.fixturenames):
            metafunc.parametrize(name, choices[name], ids=[one.method for one in choices[name]])

    def test_each_declared_capability_is_implemented(self) -> None:
        manifest_checks.check_declared_is_implemented(self.adapter)

    def test_each_implemented_capability_is_declared(self) -> None:
        manifest_checks.check_implemented_is_declared(self.adapter)

    def test_each_method_has_the_signature_of_its_protocol(self) -> None:
        manifest_checks.check_signatures(self.adapter)

    def test_the_settings_are_typed_and_explained(self) -> None:
        manifest_checks.check_config(self.adapter.manifest)

    def test_the_manifest_says_what_the_adapter_is_and_needs(self, asker: Asker) -> None:
        manifest_checks.check_self_description(self.adapter.manifest, asker.config)

    def test_each_question_is_one_that_the_adapter_takes(self) -> None:
        manifest_checks.check_questions(self.adapter.manifest, self.questions)

    def test_each_enum_of_the_rows_has_its_words(self) -> None:
        word_checks.check_every_enum_is_declared(operations_of(self.adapter.manifest.capabilities), self.words)

    def test_each_known_word_means_something(self) -> None:
        word_checks.check_known_words(self.words)

    def test_a_word_that_nobody_documented_is_unknown(self) -> None:
        word_checks.check_other_words(self.words)

    def test_connecting_and_leaving_works(self, asker: Asker) -> None:
        async def check() -> None:
            async with self.adapter.connect(asker.site()):
                pass

        self.run(check)

    def test_the_probe_answers(self, asker: Asker) -> None:
        async def check() -> None:
            heard = await asker.ask(PROBE, None)
            expect(isinstance(heard.answer(), Probe), "probe must give a Probe")

        self.run(check)

    def test_a_search_gives_good_rows(self, asker: Asker, search: Operation) -> None:
        async def check() -> None:
            for question in await asker.questions(search):
                page = (await asker.ask(search, question)).answer()
                row_checks.check_page(page, search, question)
                word_checks.check_words_are_kept(page, self.words)

        self.run(check)

    def test_a_limit_is_respected_and_the_cut_is_said(self, asker: Asker, search: Operation) -> None:
        self.run(lambda: row_checks.check_limit(asker, search))

    def test_a_record_is_found_by_its_native_id(self, asker: Asker, look_up: Operation) -> None:
        self.run(lambda: row_checks.check_look_up(asker, look_up))

    def test_an_id_that_does_not_exist_is_not_found(self, asker: Asker, look_up: Operation) -> None:
        async def check() -> None:
            heard = await asker.ask(look_up, _NO_SUCH_ID)
            expected = (NotFoundError, InvalidRequestError)
            expect(isinstance(heard.error, expected), f"{heard.error!r} instead of NotFoundError", heard.error)

        self.run(check)

    def test_what_was_heard_is_captured_as_evidence(self, asker: Asker, reader: Operation) -> None:
        async def check() -> None:
            for question in await asker.questions(reader):
                heard = await asker.ask(reader, question)
                heard.answer()
                expect(bool(heard.call.exchanges), f"{reader.method} captured no evidence")

        self.run(check)

    def test_a_hostile_argument_is_only_data(self, asker: Asker, reader: Operation) -> None:
        async def check() -> None:
            for question in await asker.questions(reader):
                for harmless, attacks in attacks_on(question):
                    usual = await asker.ask(reader, harmless)
                    for value, hostile in attacks:
                        heard = await asker.ask(reader, hostile)
                        expect_only_our_errors(heard, value)
                        expect_same_sources(heard.call, usual.call, value)

        self.run(check)
