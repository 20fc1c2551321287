"""A provider that answers from the author's canned replies, well or with a fault, and remembers all it heard."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import httpx


@dataclass(frozen=True)
class CannedReply:
    """A good answer in the vendor's published shape."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "application/json"})


Canned = CannedReply | bytes | str | dict[str, Any] | list[Any]
"""A whole reply, its body, or what its body says in JSON."""
Replies = Mapping[str, Canned | Callable[[httpx.Request], Canned]]
"""``"GET /path"`` -> reply. The path counts from ``base_url``, ``*`` stands for anything, the first match wins."""
Fault = Callable[[httpx.Request, CannedReply, "FakeProvider"], Awaitable[httpx.Response]]
"""Answers a request badly; it is given the good reply, too."""


class FakeProvider(httpx.AsyncBaseTransport):
    """Replaces the network. From request ``after`` on, ``fault`` answers: always, or (``once``) one time.

    ``requests`` are all that arrived, ``whole_answers`` those answers that were sent to their end,
    ``unforeseen`` the requests without a canned reply, ``pulled_bytes`` what was read of an endless answer.
    """

    def __init__(
        self,
        replies: Replies,
        base_url: str,
        *,
        fault: Fault | None = None,
        after: int = 0,
        once: bool = False,
    ) -> None:
        self._replies = replies
        self._base = httpx.URL(base_url)
        self._fault = fault
        self._after = after
        self._once = once
        self.requests: list[httpx.Request] = []
        self.whole_answers: list[tuple[int, bytes]] = []
        self.unforeseen: list[str] = []
        self.pulled_bytes = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        index = len(self.requests)
        self.requests.append(request)
        good = self.good_reply(request)
        if self._fault is not None and (index == self._after if self._once else index >= self._after):
            return await self._fault(request, good, self)
        return self.whole(good)

    def whole(self, reply: CannedReply) -> httpx.Response:
        """Send ``reply`` to its end."""
        self.whole_answers.append((reply.status, reply.body))
        return httpx.Response(reply.status, headers=dict(reply.headers), content=reply.body)

    def name_of(self, request: httpx.Request) -> str:
        """``"GET /path"``, the path as it counts from ``base_url``."""
        return f"{request.method} {request.url.path.removeprefix(self._base.path.rstrip('/'))}"

    def good_reply(self, request: httpx.Request) -> CannedReply:
        """The canned reply for ``request``, a 404 if there is none."""
        name = self.name_of(request)
        for pattern, canned in self._replies.items():
            if fnmatchcase(name, pattern):
                return as_reply(canned(request) if callable(canned) else canned)
        self.unforeseen.append(name)
        return CannedReply(b'{"error": "not found"}', status=404)


def as_reply(canned: Canned) -> CannedReply:
    """The whole reply that an author meant."""
    if isinstance(canned, CannedReply):
        return canned
    if isinstance(canned, bytes):
        return CannedReply(canned)
    return CannedReply((canned if isinstance(canned, str) else json.dumps(canned)).encode())


class PulledStream(httpx.AsyncByteStream):
    """A body that is made while it is read; it counts into ``pulled_bytes`` what was read of it."""

    def __init__(self, provider: FakeProvider, chunks: AsyncIterator[bytes]) -> None:
        self._provider = provider
        self._chunks = chunks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._chunks:
            self._provider.pulled_bytes += len(chunk)
            yield chunk
