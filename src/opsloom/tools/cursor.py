"""Cursors: where a list goes on. One belongs to one question and carries its window, so that time does not
move between pages; a row that appears meanwhile shifts nothing, because a cursor names a place and no number."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import CURSOR_MAX_CHARS
from opsloom.model.window import Window

SortKey = tuple[float | str, ...]


@dataclass(frozen=True)
class Cursor:
    """After the row with ``key``; ``passed`` rows were shown up to there."""

    window: Window
    key: SortKey
    passed: int

    def encode(self, question: Mapping[str, Any]) -> str:
        """As text; ``question`` are the arguments that the cursor is good for."""
        times = [self.window.start.isoformat(), self.window.end.isoformat()]
        text = json.dumps([times, list(self.key), self.passed, _digest(question)], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, question: Mapping[str, Any]) -> "Cursor":
        """Read one.

        :raises InvalidRequestError: it is none of ours, or belongs to other arguments.
        """
        try:
            if len(text) > CURSOR_MAX_CHARS:
                raise ValueError
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            (start, end), key, passed, digest = json.loads(raw)
            window = Window(start=datetime.fromisoformat(start), end=datetime.fromisoformat(end))
            cursor = cls(window, tuple(key), int(passed))
            if cursor.passed < 0 or not window.start < window.end:
                raise ValueError
        except (ValueError, TypeError):
            raise InvalidRequestError("cursor must be the 'next' of an earlier answer, unchanged") from None
        if digest != _digest(question):
            raise InvalidRequestError(
                "cursor belongs to a question with other arguments; repeat them unchanged, or omit cursor"
            )
        return cursor


def _digest(question: Mapping[str, Any]) -> str:
    text = json.dumps(question, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
