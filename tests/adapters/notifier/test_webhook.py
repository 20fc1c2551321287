"""By webhook: what a receiver gets, and what each of its answers means."""

from collections.abc import Callable, Iterator
from pathlib import Path

import anyio
import httpx
import pytest

from opsloom.model.changes import Receipt, Sight
from opsloom.model.clock import StoppedClock, SystemClock
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
from opsloom_adapters.notifier.wire import NOTIFICATION
from tests.adapters.notifier.asking import (
    MARKER,
    NOW,
    SECRET,
    URL,
    WEBHOOK,
    apply,
    call_at,
    connected,
    observe,
    order,
    shown_in_readme,
)
from tests.adapters.notifier.receiver import Receiver, receiving
from tests.bed.loopback import HOST, free_port


class Edge(httpx.MockTransport):
    """Answers every request alike, and keeps it."""

    def __init__(self, answer: httpx.Response | Exception) -> None:
        super().__init__(self._answer)
        self.requests: list[httpx.Request] = []
        self._said = answer

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if isinstance(self._said, Exception):
            raise self._said
        return self._said


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    with receiving(tmp_path) as receiver:
        yield receiver


async def test_a_receiver_that_goes_by_the_readme_takes_the_notification(receiver: Receiver) -> None:
    async with connected(**{**WEBHOOK, "webhook_url": receiver.url}) as adapter:
        assert await apply(adapter, await order(adapter), call_at(clock=SystemClock())) == Receipt()
    [body] = receiver.accepted
    assert NOTIFICATION.validate_json(body).dedup_key == MARKER


async def test_what_was_signed_long_ago_is_refused_by_such_a_receiver(receiver: Receiver) -> None:
    async with connected(**{**WEBHOOK, "webhook_url": receiver.url}) as adapter:
        with pytest.raises(AuthenticationError):
            await apply(adapter, await order(adapter), call_at(clock=StoppedClock(NOW)))
    assert receiver.accepted == []


async def test_a_receiver_that_takes_it_and_hangs_up_leaves_the_outcome_open(receiver: Receiver) -> None:
    receiver.hangs_up = True
    async with connected(**{**WEBHOOK, "webhook_url": receiver.url}) as adapter:
        with pytest.raises(OutcomeUnknownError):
            await apply(adapter, await order(adapter), call_at(clock=SystemClock()))
    assert len(receiver.accepted) == 1


async def test_where_nobody_listens_nothing_was_sent() -> None:
    async with connected(**{**WEBHOOK, "webhook_url": f"http://{HOST}:{free_port()}"}) as adapter:
        with pytest.raises(UnavailableError):
            await apply(adapter, await order(adapter))
        with pytest.raises(UnavailableError, match="no HTTP answer came from webhook_url"):
            await adapter.probe(call_at())


async def test_the_request_carries_key_time_and_signature() -> None:
    edge = Edge(httpx.Response(200))
    async with connected(edge, **WEBHOOK) as adapter:
        await apply(adapter, await order(adapter))
    [request] = edge.requests
    assert (request.method, str(request.url)) == ("POST", URL)
    assert {name: request.headers[name] for name in ("content-type", "idempotency-key", "x-opsloom-timestamp")} == {
        "content-type": "application/json",
        "idempotency-key": MARKER,
        "x-opsloom-timestamp": "1772529660",
    }
    # As openssl dgst -sha256 -hmac says of the timestamp, a full stop and the body.
    assert request.headers["x-opsloom-signature"] == (
        "v1=e750d6c282f5a9b05f4ad2cc60365090466ce0d6a824507f362fa47b0602fb2d"
    )


async def test_the_evidence_holds_the_notification_and_neither_secret_nor_signature() -> None:
    call = call_at()
    async with connected(Edge(httpx.Response(200, json={"id": "m1"})), **WEBHOOK) as adapter:
        await apply(adapter, await order(adapter), call)
    [exchange] = call.exchanges
    assert dict(exchange.parameters)["idempotency-key"] == MARKER
    assert NOTIFICATION.validate_json(dict(exchange.parameters)["body"]).dedup_key == MARKER
    assert exchange.body == b'{"id":"m1"}'
    assert not any(one in repr(exchange) for one in (SECRET, "v1="))


@pytest.mark.parametrize(
    ("reply", "receipt"),
    [
        (b'{"id": "m1", "url": "https://chat.test/m1"}', Receipt(native_id="m1", link="https://chat.test/m1")),
        (b'{"id": 17}', Receipt(native_id="17")),
        (b'{"id": "m1", "url": "javascript:alert(1)"}', Receipt(native_id="m1")),
        (b'{"id": ["m1"]}', Receipt()),
        (b"ok", Receipt()),
        (b"[]", Receipt()),
        (b"", Receipt()),
    ],
)
async def test_a_reply_may_name_what_was_made(reply: bytes, receipt: Receipt) -> None:
    async with connected(Edge(httpx.Response(201, content=reply)), **WEBHOOK) as adapter:
        assert await apply(adapter, await order(adapter)) == receipt


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (302, UnexpectedAnswerError),
        (400, UnexpectedAnswerError),
        (401, AuthenticationError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (409, ConflictError),
        (429, RateLimitedError),
    ],
)
async def test_a_refusal_means_that_nothing_was_done(status: int, error: type[ProviderError]) -> None:
    edge = Edge(httpx.Response(status, headers={"location": "http://elsewhere.test/", "retry-after": "0"}))
    async with connected(edge, **WEBHOOK) as adapter:
        with pytest.raises(error):
            await apply(adapter, await order(adapter))
    assert len(edge.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(503, headers={"retry-after": "0"}),
        httpx.Response(200, html="<title>Sign in</title>"),
        httpx.ReadTimeout("no answer"),
        httpx.ReadError("connection reset by peer"),
        httpx.RemoteProtocolError("server disconnected"),
    ],
    ids=["500", "503", "login page", "timeout", "reset", "disconnected"],
)
async def test_where_nobody_knows_it_is_sent_once_and_said(answer: httpx.Response | Exception) -> None:
    edge = Edge(answer)
    async with connected(edge, **WEBHOOK) as adapter:
        with pytest.raises(OutcomeUnknownError):
            await apply(adapter, await order(adapter))
    assert len(edge.requests) == 1


async def test_no_answer_within_the_deadline_leaves_the_outcome_open() -> None:
    async def silent(_request: httpx.Request) -> httpx.Response:
        await anyio.sleep_forever()
        raise AssertionError

    async with connected(httpx.MockTransport(silent), **WEBHOOK) as adapter:
        with pytest.raises(OutcomeUnknownError):
            await apply(adapter, await order(adapter), call_at(seconds=0.05))


async def test_nobody_can_look_whether_it_arrived() -> None:
    edge = Edge(httpx.Response(200))
    async with connected(edge, **WEBHOOK) as adapter:
        assert (await observe(adapter, await order(adapter))).sight is Sight.UNOBSERVABLE
    assert edge.requests == []


@pytest.mark.parametrize("status", [200, 302, 401, 404, 405, 501])
async def test_a_receiver_is_well_if_it_answers_at_all(status: int) -> None:
    edge = Edge(httpx.Response(status))
    async with connected(edge, **WEBHOOK) as adapter:
        await adapter.probe(call_at())
    request = edge.requests[-1]
    assert (request.method, request.content) == ("OPTIONS", b"")


@pytest.mark.parametrize("broken", [httpx.ConnectError, httpx.ReadTimeout, httpx.ReadError])
async def test_a_receiver_without_an_answer_is_not_well(broken: Callable[[str], Exception]) -> None:
    async with connected(Edge(broken("broken")), **WEBHOOK) as adapter:
        with pytest.raises(UnavailableError):
            await adapter.probe(call_at())


def test_the_notification_of_the_readme_is_one() -> None:
    shown = shown_in_readme("json").strip().encode()
    assert NOTIFICATION.validate_json(shown).as_json() == shown
