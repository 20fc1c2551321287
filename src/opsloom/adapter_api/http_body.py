"""Reading the body of an answer, up to a cap that also holds for what is packed."""

import zlib
from typing import TYPE_CHECKING

from opsloom.model.limits import HTTP_BODY_MAX_BYTES

if TYPE_CHECKING:
    import httpx

ACCEPT_ENCODING = "gzip"
"""Sent with every request; the decoders of httpx unpack a whole chunk at once, whatever its size."""


async def read_capped(response: "httpx.Response") -> tuple[bytes, bool]:
    """The body up to ``HTTP_BODY_MAX_BYTES``, unpacked, and whether that is all of it.

    :raises httpx.DecodingError: it is packed in a way that nobody asked for, or cannot be unpacked to its end.
    """
    import httpx

    unpacker = _unpacker_for(response)
    body = bytearray()
    async for chunk in response.aiter_bytes() if response.is_stream_consumed else response.aiter_raw():
        try:
            body += unpacker.decompress(chunk, HTTP_BODY_MAX_BYTES + 1 - len(body)) if unpacker else chunk
        except zlib.error as error:
            raise httpx.DecodingError("the packed body is broken") from error
        if len(body) > HTTP_BODY_MAX_BYTES:
            return bytes(body[:HTTP_BODY_MAX_BYTES]), False
    if unpacker is not None and (not unpacker.eof or unpacker.unused_data):
        raise httpx.DecodingError("the packed body ends early, or goes on after its end")
    return bytes(body), True


def _unpacker_for(response: "httpx.Response") -> "zlib._Decompress | None":
    import httpx

    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if response.is_stream_consumed or encoding in ("", "identity"):
        return None  # consumed: a transport that hands over whole bodies, as in tests, has unpacked them
    if encoding not in ("gzip", "x-gzip"):
        raise httpx.DecodingError("unknown content encoding")
    return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
