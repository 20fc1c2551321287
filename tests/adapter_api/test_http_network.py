"""HttpClient on real sockets of the loopback: what a transport of httpx's own cannot show."""

import gzip
import socket
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest
from anyio.abc import SocketAttribute, SocketStream

from opsloom.adapter_api.contract_kit.faults import bomb_bytes
from opsloom.model.errors import (
    ConfigurationError,
    InvalidRequestError,
    ProviderTimeoutError,
    UnavailableError,
    UnexpectedAnswerError,
)
from opsloom.model.limits import HTTP_BODY_MAX_BYTES
from tests.adapter_api.acme_client import acme_client, make_call

BODY = b'{"alerts": []}'


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@asynccontextmanager
async def server(*chunks: bytes, hang: bool = False) -> AsyncIterator[str]:
    """Answers every connection with ``chunks``, then closes it (``hang``: leaves it open)."""

    async def serve(stream: SocketStream) -> None:
        async with stream:
            try:
                await stream.receive()
                for chunk in chunks:
                    await stream.send(chunk)
                if hang:
                    await anyio.sleep_forever()
            except (anyio.BrokenResourceError, anyio.EndOfStream):
                pass  # the client has heard enough

    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1") as listener,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(listener.serve, serve)
        port = listener.extra(SocketAttribute.local_port)  # noqa: S610 - anyio's, not Django's
        yield f"http://127.0.0.1:{port}"
        tasks.cancel_scope.cancel()


def head(body: bytes, **headers: str) -> bytes:
    named = {"content-type": "application/json", "content-length": str(len(body)), **headers}
    lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in named.items()]
    return ("HTTP/1.1 200 OK\r\n" + "".join(lines) + "\r\n").encode()


async def test_a_packed_answer_is_unpacked_and_kept_unpacked() -> None:
    packed, call = gzip.compress(BODY), make_call()
    async with (
        server(head(packed, content_encoding="gzip") + packed) as address,
        acme_client(None, base_url=address) as client,
    ):
        reply = await client.get(call, "/alerts")
    assert reply.body == BODY
    assert [one.body for one in call.exchanges] == [BODY]


async def test_a_bomb_is_not_unpacked_beyond_the_cap() -> None:
    bomb, call = bomb_bytes(), make_call()
    async with (
        server(head(bomb, content_encoding="gzip") + bomb) as address,
        acme_client(None, base_url=address) as client,
    ):
        tracemalloc.start()
        try:
            with pytest.raises(UnexpectedAnswerError, match="more than 8 MiB"):
                await client.get(call, "/alerts")
            _, peak_bytes = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak_bytes < 4 * HTTP_BODY_MAX_BYTES
    assert [len(one.body) for one in call.exchanges] == [HTTP_BODY_MAX_BYTES]


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", BODY),
        ("gzip", gzip.compress(BODY)[:-4]),
        ("gzip", gzip.compress(BODY) * 2),
        ("br", BODY),
        ("gzip, gzip", gzip.compress(gzip.compress(BODY))),
    ],
    ids=["not packed", "cut", "goes on after its end", "never asked for", "packed twice"],
)
async def test_what_cannot_be_unpacked_to_its_end_is_no_answer(encoding: str, packed: bytes) -> None:
    async with (
        server(head(packed, content_encoding=encoding) + packed) as address,
        acme_client(None, base_url=address) as client,
    ):
        with pytest.raises(UnexpectedAnswerError, match="no HTTP answer"):
            await client.get(make_call(), "/alerts")


async def test_an_answer_shorter_than_announced_is_a_broken_connection() -> None:
    call = make_call()
    async with server(head(BODY) + BODY[:-2]) as address, acme_client(None, base_url=address) as client:
        with pytest.raises(UnavailableError, match="broke"):
            await client.get(call, "/alerts")
    assert call.exchanges == []


async def test_bytes_that_are_no_http_are_a_broken_connection() -> None:
    async with server(b"SSH-2.0-acme\r\n") as address, acme_client(None, base_url=address) as client:
        with pytest.raises(UnavailableError):
            await client.get(make_call(), "/alerts")


async def test_an_answer_that_stops_halfway_is_a_timeout() -> None:
    async with (
        server(head(BODY) + BODY[:-2], hang=True) as address,
        acme_client(None, base_url=address) as client,
    ):
        with pytest.raises(ProviderTimeoutError):
            await client.get(make_call(0.2), "/alerts")


async def test_a_closed_port_is_named_as_the_address() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        async with acme_client(None, base_url=address) as client:
            with pytest.raises(UnavailableError, match="nobody answers at the address of acme-eu"):
                await client.get(make_call(), "/alerts")


async def test_a_line_break_in_a_header_never_reaches_the_wire() -> None:
    async with server(head(BODY) + BODY) as address, acme_client(None, base_url=address) as client:
        with pytest.raises(InvalidRequestError):
            await client.get(make_call(), "/alerts", headers={"x-service": "a\r\nx-injected: 1"})


@pytest.mark.parametrize("content", [None, "no certificate"], ids=["missing", "not a certificate"])
async def test_a_ca_file_that_cannot_be_read_is_the_operators_mistake(tmp_path: Path, content: str | None) -> None:
    ca_file = tmp_path / "ca.pem"
    if content is not None:
        ca_file.write_text(content)
    with pytest.raises(ConfigurationError, match="instance acme-eu: ca_file"):
        async with acme_client(None, base_url="https://127.0.0.1:1", ca_file=ca_file):
            pass
