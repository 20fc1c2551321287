"""Requests that change something: sent once, and never taken for done or undone when nobody knows."""

import httpx
import pytest

from opsloom.adapter_api.http import Reply
from opsloom.model.errors import (
    AuthenticationError,
    ConflictError,
    NotFoundError,
    OutcomeUnknownError,
    PermissionDeniedError,
    ProviderError,
    RateLimitedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from tests.adapter_api.acme_client import TOKEN, acme_client, answering, make_call

BODY = b'{"state":"on"}'
JSON = {"content-type": "application/json", "idempotency-key": "opsloom-1", "if-match": '"7"'}


class Counting(httpx.MockTransport):
    """Counts what arrives."""

    def __init__(self, answer: httpx.Response | Exception) -> None:
        self.requests: list[httpx.Request] = []
        self._answer = answer
        super().__init__(self._reply)

    def _reply(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


async def send(transport: httpx.AsyncBaseTransport) -> Reply:
    async with acme_client(transport) as client:
        return await client.send(make_call(), "PUT", "/flags/1", BODY, headers=JSON)


async def test_a_change_arrives_as_it_was_given() -> None:
    transport = Counting(httpx.Response(200, content=b"{}", headers={"content-type": "application/json"}))
    assert (await send(transport)).status == 200
    [request] = transport.requests
    assert (request.method, request.content, request.headers["if-match"]) == ("PUT", BODY, '"7"')


async def test_its_evidence_holds_what_was_sent_and_no_credential() -> None:
    call = make_call()
    async with acme_client(answering(201), write_token={"env": "X"}) as client:
        await client.send(call, "POST", "/flags", BODY, headers=JSON)
    [exchange] = call.exchanges
    assert exchange.method == "POST"
    assert dict(exchange.parameters) == {"if-match": '"7"', "idempotency-key": "opsloom-1", "body": BODY.decode()}
    assert TOKEN not in exchange.model_dump_json()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, UnexpectedAnswerError),
        (400, UnexpectedAnswerError),
        (401, AuthenticationError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (409, ConflictError),
        (412, ConflictError),
        (429, RateLimitedError),
        (500, OutcomeUnknownError),
        (502, OutcomeUnknownError),
        (503, OutcomeUnknownError),
    ],
)
async def test_a_refusal_means_that_nothing_was_done_and_a_failure_that_nobody_knows(
    status: int, kind: type[ProviderError]
) -> None:
    transport = Counting(httpx.Response(status, content=b"{}", headers={"retry-after": "0"}))
    with pytest.raises(ProviderError) as caught:
        await send(transport)
    assert type(caught.value) is kind
    assert (caught.value.status, caught.value.instance) == (status, "acme-eu")
    assert len(transport.requests) == 1


@pytest.mark.parametrize(
    "broken",
    [httpx.ReadTimeout("slow"), httpx.WriteTimeout("slow"), httpx.ReadError("reset"), httpx.RemoteProtocolError("cut")],
)
async def test_a_broken_connection_leaves_the_outcome_unknown_and_nothing_is_sent_again(broken: Exception) -> None:
    transport = Counting(broken)
    with pytest.raises(OutcomeUnknownError, match="nobody knows whether it was done"):
        await send(transport)
    assert len(transport.requests) == 1


@pytest.mark.parametrize("broken", [httpx.ConnectError("refused"), httpx.ConnectTimeout("slow")])
async def test_what_never_left_was_not_done(broken: Exception) -> None:
    with pytest.raises(UnavailableError, match="nobody answers"):
        await send(Counting(broken))


async def test_a_web_page_for_an_answer_proves_nothing() -> None:
    page = httpx.Response(200, content=b"<html>log in</html>", headers={"content-type": "text/html"})
    with pytest.raises(OutcomeUnknownError):
        await send(Counting(page))
