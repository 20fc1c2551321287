"""The part of the contract that adapters over HTTP keep on top: no failure ever reads as "all clear"."""

import logging

import httpx
import pytest

from opsloom.adapter_api.config import HttpConfig
from opsloom.adapter_api.contract_kit import argument_checks, faults, secret_checks, word_checks
from opsloom.adapter_api.contract_kit.asking import CANARY, Asker
from opsloom.adapter_api.contract_kit.change_contract import ChangeContract
from opsloom.adapter_api.contract_kit.expectation import expect
from opsloom.adapter_api.contract_kit.fake_provider import CannedReply, FakeProvider
from opsloom.adapter_api.contract_kit.fault_checks import FaultExaminer, expect_evidence
from opsloom.adapter_api.contract_kit.manifest_checks import has_secret
from opsloom.adapter_api.contract_kit.operations import Operation
from opsloom.model.errors import NotFoundError, OpsloomError


class HttpAdapterContract(ChangeContract):
    """Inherit as ``class TestAcme(HttpAdapterContract)`` and give ``replies`` besides settings with a secret.

    ``replies`` are good answers in the vendor's published shapes, with a row for every search:
    ``{"GET /api/alerts": [...], "GET /api/alerts/*": {...}}``.
    ``empty_replies`` are bodies that the vendor publishes as "there is nothing": ``{"GET /api/alerts": ["[]"]}``;
    any other JSON than the expected must be an error.
    ``optional_requests`` are requests without which the adapter can still give a right answer, and why.
    ``changes`` is described at :class:`~opsloom.adapter_api.contract_kit.change_contract.ChangeContract`.
    """

    def test_the_settings_are_those_of_http_and_hold_a_secret(self, asker: Asker) -> None:
        expect(isinstance(asker.config, HttpConfig), "the config must inherit HttpConfig")
        expect(has_secret(asker.config), "give settings with a secret, so that the kit can look where it ends up")

    def test_connecting_sends_nothing(self, asker: Asker) -> None:
        async def check() -> None:
            provider = FakeProvider(self.replies, self.settings["base_url"])
            async with self.adapter.connect(asker.site(provider)):
                pass
            expect(not provider.requests, "connect() must not ask the provider anything")

        self.run(check)

    def test_an_id_that_does_not_exist_is_not_found(self, asker: Asker, look_up: Operation) -> None:
        async def check() -> None:
            provider = FakeProvider({}, self.settings["base_url"])
            heard = await asker.ask(look_up, "opsloom-no-such-id", provider)
            expect(isinstance(heard.error, NotFoundError), f"{heard.error!r} instead of NotFoundError")

        self.run(check)

    @pytest.mark.parametrize("status", [200, 302, 401, 403, 404, 429, 500])
    def test_every_whole_answer_is_captured_as_evidence(
        self, examiner: FaultExaminer, operation: Operation, status: int
    ) -> None:
        async def check() -> None:
            for question in await examiner.asker.questions(operation):
                expect_evidence(*await examiner.ask_well(operation, question))
            async for struck in examiner.strike(operation, faults.answers(status, b"<not what was asked for>")):
                expect_evidence(struck.heard, struck.provider)

        self.run(check)

    def test_a_word_that_nobody_documented_keeps_its_row(self, examiner: FaultExaminer, search: Operation) -> None:
        async def reword(_request: httpx.Request, good: CannedReply, provider: FakeProvider) -> httpx.Response:
            body = word_checks.with_invented_words(good.body, self.words)
            return provider.whole(CannedReply(body, good.status, good.headers))

        async def check() -> None:
            for question in await examiner.asker.questions(search):
                heard, _ = await examiner.ask_well(search, question)
                reworded = await examiner.asker.ask(search, question, examiner.provider(reword))
                word_checks.check_invented_words(heard.answer(), reworded.answer(), self.words)

        self.run(check)

    def test_a_hostile_argument_changes_no_request(self, examiner: FaultExaminer, reader: Operation) -> None:
        async def check() -> None:
            for question in await examiner.asker.questions(reader):
                for harmless, attacks in argument_checks.attacks_on(question):
                    usual = examiner.provider()
                    await examiner.asker.ask(reader, harmless, usual)
                    for value, hostile in attacks:
                        provider = examiner.provider()
                        await examiner.asker.ask(reader, hostile, provider)
                        argument_checks.expect_same_requests(provider.requests, usual.requests, value)

        self.run(check)

    def test_the_credential_goes_into_headers_and_nowhere_else(
        self, examiner: FaultExaminer, operation: Operation, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def check() -> None:
            forms = secret_checks.forms_of_secret(examiner.asker.config)
            for question in await examiner.asker.questions(operation):
                heard, provider = await examiner.ask_well(operation, question)
                secret_checks.expect_sent(provider.requests, forms)
                secret_checks.expect_not_in_evidence(heard.call.exchanges, forms)
            for fault in (faults.refused, faults.cut_off, faults.truncated, faults.answers(401)):
                async for struck in examiner.strike(operation, fault):
                    secret_checks.expect_not_in_error(struck.heard, forms)
                    secret_checks.expect_not_in_evidence(struck.heard.call.exchanges, forms)
            secret_checks.expect_not_in_logs(caplog.records, forms)

        with caplog.at_level(logging.DEBUG):
            self.run(check)

    @pytest.mark.parametrize("media_type", ["application/json", "text/html"])
    @pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 429, 500])
    def test_an_echoed_credential_is_not_repeated(
        self,
        examiner: FaultExaminer,
        operation: Operation,
        status: int,
        media_type: str,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        async def check() -> None:
            forms = secret_checks.forms_of_secret(examiner.asker.config)
            async for struck in examiner.strike(operation, faults.echoes(status, media_type, CANARY)):
                if not examiner.did_without(struck):
                    expect(isinstance(struck.heard.error, OpsloomError), f"{status} gave {struck.heard.error!r}")
                secret_checks.expect_not_in_error(struck.heard, forms, echoed=True)
                secret_checks.expect_not_in_evidence(struck.heard.call.exchanges, forms)
            secret_checks.expect_not_in_logs(caplog.records, forms)

        with caplog.at_level(logging.DEBUG):
            self.run(check)
