"""The ends of a program's pipes, for adapters that run one: filled and emptied so that neither side waits for ever.

A pipe that was not asked for is None, as in :class:`anyio.abc.Process`, and is taken for an empty one.
"""

from contextlib import suppress

import anyio
from anyio.abc import ByteReceiveStream, Process


async def feed(process: Process, data: bytes) -> None:
    """Write ``data`` to its standard input and close that."""
    if process.stdin is None:
        return
    with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):  # it need not read all; its exit status tells
        await process.stdin.send(data)
        await process.stdin.aclose()


async def keep_beginning(stream: ByteReceiveStream | None, kept: bytearray, max_bytes: int) -> None:
    """Read to the end, so that the program is never held up, and keep the first ``max_bytes`` in ``kept``."""
    if stream is None:
        return
    async for chunk in stream:
        kept += chunk[: max_bytes - len(kept)]


async def read_capped(stream: ByteReceiveStream | None, max_bytes: int) -> tuple[bytes, bool]:
    """The first ``max_bytes``, and whether that is all; what follows is not read."""
    body = bytearray()
    if stream is None:
        return b"", True
    async for chunk in stream:
        body += chunk
        if len(body) > max_bytes:
            return bytes(body[:max_bytes]), False
    return bytes(body), True
