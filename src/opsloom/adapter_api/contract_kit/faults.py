"""The ways in which a provider answers badly. Each is a :data:`~.fake_provider.Fault`, or makes one."""

import zlib
from collections.abc import AsyncIterator, Mapping
from functools import cache

import anyio
import httpx

from opsloom.adapter_api.contract_kit.fake_provider import CannedReply, FakeProvider, Fault, PulledStream

OTHER_HOST = "elsewhere.invalid"
HUGE_BYTES = 50 * 1024 * 1024
BOMB_CHUNK_BYTES = 1024
_CHUNK = b" " * 65_536
_LONGER_THAN_ANY_DEADLINE_SECONDS = 3_600.0


def answers(status: int, body: bytes = b"{}", headers: Mapping[str, str] | None = None) -> Fault:
    """A whole answer that has nothing to do with the question."""

    async def fault(_request: httpx.Request, _good: CannedReply, provider: FakeProvider) -> httpx.Response:
        return provider.whole(CannedReply(body, status, {"content-type": "application/json", **(headers or {})}))

    return fault


login_page = answers(200, b"<!doctype html><title>Sign in</title><form>", {"content-type": "text/html; charset=utf-8"})
redirect = answers(302, b"", {"location": f"http://{OTHER_HOST}/login"})


async def truncated(_request: httpx.Request, good: CannedReply, provider: FakeProvider) -> httpx.Response:
    """The first half of the good answer, as if that were all."""
    body = good.body.rstrip()
    half = max(1, len(body) // 2)
    while b"\n" in body[half - 1 : half + 1]:  # between two JSON lines a cut could not be seen
        half += 1
    return provider.whole(CannedReply(body[:half], good.status, good.headers))


async def slow(request: httpx.Request, good: CannedReply, provider: FakeProvider) -> httpx.Response:
    """Accepts the request and says nothing."""
    await anyio.sleep(_LONGER_THAN_ANY_DEADLINE_SECONDS)
    return provider.whole(good)


async def trickling(_request: httpx.Request, good: CannedReply, provider: FakeProvider) -> httpx.Response:
    """Sends a blank a second, for ever: no single read takes long."""

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(int(_LONGER_THAN_ANY_DEADLINE_SECONDS)):
            await anyio.sleep(1)
            yield b" "

    return httpx.Response(200, headers=dict(good.headers), stream=PulledStream(provider, chunks()))


async def refused(_request: httpx.Request, _good: CannedReply, _provider: FakeProvider) -> httpx.Response:
    """Nobody listens."""
    raise httpx.ConnectError("connection refused")


async def cut_off(_request: httpx.Request, good: CannedReply, provider: FakeProvider) -> httpx.Response:
    """The connection breaks within the body."""

    async def chunks() -> AsyncIterator[bytes]:
        yield good.body[: len(good.body) // 2]
        raise httpx.ReadError("connection reset by peer")

    return httpx.Response(200, headers=dict(good.headers), stream=PulledStream(provider, chunks()))


async def huge(_request: httpx.Request, _good: CannedReply, provider: FakeProvider) -> httpx.Response:
    """``HUGE_BYTES`` of blanks."""

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(HUGE_BYTES // len(_CHUNK)):
            yield _CHUNK

    headers = {"content-type": "application/json"}
    return httpx.Response(200, headers=headers, stream=PulledStream(provider, chunks()))


async def gzip_bomb(_request: httpx.Request, _good: CannedReply, provider: FakeProvider) -> httpx.Response:
    """``HUGE_BYTES`` of blanks, a thousandth of that on the wire."""
    bomb = bomb_bytes()

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(bomb), BOMB_CHUNK_BYTES):
            yield bomb[start : start + BOMB_CHUNK_BYTES]

    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    return httpx.Response(200, headers=headers, stream=PulledStream(provider, chunks()))


@cache
def bomb_bytes() -> bytes:
    """``HUGE_BYTES`` of blanks as gzip."""
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    return b"".join(packer.compress(_CHUNK) for _ in range(HUGE_BYTES // len(_CHUNK))) + packer.flush()


def echoes(status: int, media_type: str, secret: str) -> Fault:
    """Repeats the credential it was sent, in body and header, as some error pages and proxies do."""

    async def fault(request: httpx.Request, _good: CannedReply, provider: FakeProvider) -> httpx.Response:
        said = f'{{"{secret}": "{request.headers.get("authorization", "")} {secret}"}}'
        headers = {"content-type": media_type, "location": f"/login?token={secret}", "x-echo": secret}
        return provider.whole(CannedReply(said.encode(), status, headers))

    return fault
