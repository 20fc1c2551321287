"""Whatever goes wrong at the provider or on the way there becomes the right error, and never an answer."""

from fnmatch import fnmatchcase

import pytest

from opsloom.adapter_api.contract_kit import faults
from opsloom.adapter_api.contract_kit.expectation import expect
from opsloom.adapter_api.contract_kit.fake_network_contract import FakeNetworkContract
from opsloom.adapter_api.contract_kit.fake_provider import Fault
from opsloom.adapter_api.contract_kit.fault_checks import FaultExaminer, expect_retried, expect_sent_once
from opsloom.adapter_api.contract_kit.operations import Operation
from opsloom.model.errors import (
    AuthenticationError,
    NotFoundError,
    PermissionDeniedError,
    ProviderTimeoutError,
    RateLimitedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from opsloom.model.limits import HTTP_BODY_MAX_BYTES

_RETRY_AFTER_SECONDS = 1
_FAR_AWAY_SECONDS = 3_600
_READ_AHEAD_BYTES = 1024 * 1024
_OTHER_SHAPES = ("[]", "{}", "null", '"x"', "[null]", "0", "")


class FailureContract(FakeNetworkContract):
    """Each failure strikes each request of each method in turn, and lasts."""

    def test_a_401_is_an_authentication_error(self, examiner: FaultExaminer, operation: Operation) -> None:
        async def check() -> None:
            expect_sent_once(await examiner.expect_error(operation, faults.answers(401), AuthenticationError))

        self.run(check)

    def test_a_403_names_the_missing_scopes(self, examiner: FaultExaminer, operation: Operation) -> None:
        async def check() -> None:
            failed = await examiner.expect_error(operation, faults.answers(403), PermissionDeniedError)
            expect_sent_once(failed)
            for struck in failed:
                needed = [one.name for one in self.adapter.manifest.scopes if not one.writes]
                missing = [name for name in needed if name not in str(struck.heard.error)]
                expect(not missing, f"the error of a 403 must name the scopes {missing}")

        self.run(check)

    def test_a_404_is_not_found(self, examiner: FaultExaminer, operation: Operation) -> None:
        async def check() -> None:
            expect_sent_once(await examiner.expect_error(operation, faults.answers(404), NotFoundError))

        self.run(check)

    def test_a_500_is_unavailable_after_a_retry(self, examiner: FaultExaminer, operation: Operation) -> None:
        async def check() -> None:
            expect_retried(await examiner.expect_error(operation, faults.answers(500), UnavailableError))

        self.run(check)

    def test_a_429_that_lasts_is_rate_limited(self, examiner: FaultExaminer, operation: Operation) -> None:
        async def check() -> None:
            fault = faults.answers(429, headers={"retry-after": str(_RETRY_AFTER_SECONDS)})
            failed = await examiner.expect_error(operation, fault, RateLimitedError)
            expect_retried(failed)
            for struck in failed:
                told = getattr(struck.heard.error, "retry_after_seconds", None)
                expect(told == _RETRY_AFTER_SECONDS, f"Retry-After was {_RETRY_AFTER_SECONDS}, the error says {told}")

        self.run(check)

    def test_retry_after_is_waited_for_once(self, examiner: FaultExaminer, operation: Operation) -> None:
        async def check() -> None:
            fault = faults.answers(429, headers={"retry-after": str(_RETRY_AFTER_SECONDS)})
            async for struck in examiner.strike(operation, fault, once=True):
                struck.heard.answer()
                expect(struck.heard.seconds >= _RETRY_AFTER_SECONDS, "Retry-After was not waited for")

        self.run(check)

    def test_a_retry_after_beyond_the_deadline_is_not_waited_for(
        self, examiner: FaultExaminer, operation: Operation
    ) -> None:
        async def check() -> None:
            fault = faults.answers(429, headers={"retry-after": str(_FAR_AWAY_SECONDS)})
            failed = await examiner.expect_error(operation, fault, RateLimitedError)
            expect_sent_once(failed)
            for struck in failed:
                expect(struck.heard.seconds == 0, f"waited {struck.heard.seconds} s for what cannot be in time")

        self.run(check)

    @pytest.mark.parametrize("fault", [faults.slow, faults.trickling], ids=["silent", "trickling"])
    def test_a_slow_answer_is_a_timeout_within_the_deadline(
        self, examiner: FaultExaminer, operation: Operation, fault: Fault
    ) -> None:
        async def check() -> None:
            deadline = examiner.asker.config.deadline_seconds
            for struck in await examiner.expect_error(operation, fault, ProviderTimeoutError):
                expect(struck.heard.seconds <= deadline, f"took {struck.heard.seconds} of {deadline} s")

        self.run(check)

    @pytest.mark.parametrize("fault", [faults.refused, faults.cut_off], ids=["refused", "cut_off"])
    def test_a_broken_connection_is_unavailable(
        self, examiner: FaultExaminer, operation: Operation, fault: Fault
    ) -> None:
        async def check() -> None:
            expect_retried(await examiner.expect_error(operation, fault, UnavailableError))

        self.run(check)

    def test_a_login_page_is_unexpected(self, examiner: FaultExaminer, operation: Operation) -> None:
        async def check() -> None:
            expect_sent_once(await examiner.expect_error(operation, faults.login_page, UnexpectedAnswerError))

        self.run(check)

    def test_a_redirect_is_not_followed(self, examiner: FaultExaminer, operation: Operation) -> None:
        async def check() -> None:
            failed = await examiner.expect_error(operation, faults.redirect, UnexpectedAnswerError)
            for struck in failed:
                hosts = {request.url.host for request in struck.provider.requests}
                expect(faults.OTHER_HOST not in hosts, "a request reached the host of the redirect")
            expect_sent_once(failed)

        self.run(check)

    def test_truncated_json_is_unexpected(self, examiner: FaultExaminer, operation: Operation) -> None:
        async def check() -> None:
            await examiner.expect_error(operation, faults.truncated, UnexpectedAnswerError)

        self.run(check)

    @pytest.mark.parametrize("body", _OTHER_SHAPES)
    def test_an_answer_of_another_shape_is_an_error(
        self, examiner: FaultExaminer, operation: Operation, body: str
    ) -> None:
        async def check() -> None:
            fault = faults.answers(200, body.encode())
            async for struck in examiner.strike(operation, fault):
                bodies = [said for name, said in self.empty_replies.items() if fnmatchcase(struck.request, name)]
                legitimate = any(body in said for said in bodies)
                if not (legitimate and struck.heard.error is None) and not examiner.did_without(struck):
                    examiner.expect_error_of(struck, (UnexpectedAnswerError, NotFoundError))

        self.run(check)

    @pytest.mark.parametrize(
        ("fault", "most_bytes"),
        [
            (faults.huge, HTTP_BODY_MAX_BYTES + _READ_AHEAD_BYTES),
            (faults.gzip_bomb, len(faults.bomb_bytes()) // 2),
        ],
        ids=["huge", "gzip_bomb"],
    )
    def test_a_huge_answer_is_not_read_to_its_end(
        self, examiner: FaultExaminer, operation: Operation, fault: Fault, most_bytes: int
    ) -> None:
        async def check() -> None:
            failed = await examiner.expect_error(operation, fault, UnexpectedAnswerError)
            expect_sent_once(failed)
            for struck in failed:
                pulled = struck.provider.pulled_bytes
                expect(pulled <= most_bytes, f"{pulled} bytes of it were read")

        self.run(check)
