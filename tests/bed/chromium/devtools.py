"""Chromium's DevTools protocol over its pipe: JSON texts that end in a zero byte. No library is needed for it.

Source: https://chromedevtools.github.io/devtools-protocol/
"""

import json
import os
import select
import time
from typing import Any

from tests.bed.outcome import BrokenPartError

ANSWER_SECONDS = 30.0
_READ_BYTES = 65_536


class DevTools:
    """The tester's end of the pipe. Every event is kept in ``events``, in the order of arrival."""

    def __init__(self, read_number: int, write_number: int) -> None:
        self._reading = os.fdopen(read_number, "rb", buffering=0)
        self._writing = os.fdopen(write_number, "wb")
        self._unread = b""
        self._calls = 0
        self.events: list[dict[str, Any]] = []

    def call(self, method: str, session: str | None = None, **params: object) -> dict[str, Any]:
        """The result of ``method``, asked of the browser or of what ``session`` is attached to.

        :raises BrokenPartError: the browser refuses it, has gone, or does not answer in time.
        """
        self._calls += 1
        question = {"id": self._calls, "method": method, "params": params}
        self._writing.write(json.dumps(question | ({"sessionId": session} if session else {})).encode() + b"\0")
        self._writing.flush()
        deadline = time.monotonic() + ANSWER_SECONDS
        while (message := self._receive(deadline)).get("id") != self._calls:
            self.events.append(message)
        if "error" in message:
            raise BrokenPartError(f"{method}: {message['error']['message']}")
        result: dict[str, Any] = message["result"]
        return result

    def close(self) -> None:
        """Close both ends; the browser ends with them."""
        self._reading.close()
        self._writing.close()

    def _receive(self, deadline: float) -> dict[str, Any]:
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._reading], [], [], max(0.0, deadline - time.monotonic()))
            read = self._reading.read(_READ_BYTES) if ready else b""
            if not read:
                raise BrokenPartError("chromium has gone" if ready else "chromium does not answer")
            self._unread += read
        text, _, self._unread = self._unread.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        return message
