"""Redaction: secrets are taken out before anything is stored, logged or shown to a model.

Two passes: the secrets of our own configuration by exact match, also as they look in a URL or in JSON; then
the shapes of :mod:`opsloom.evidence.secret_patterns`. Each find becomes ``[redacted:NAME]``.
"""

import json
from typing import Any
from urllib.parse import quote, quote_plus

from opsloom.evidence.secret_patterns import PATTERNS

_KNOWN_SECRET_MIN_CHARS = 4


class Redactor:
    """Knows the secrets of this process and the shapes of all others."""

    def __init__(self) -> None:
        self._known: dict[bytes, None] = {}
        self._pattern: Any = None

    def know(self, secret: str) -> None:
        """Redact this very value from now on; shorter ones than 4 characters would garble everything."""
        if len(secret) < _KNOWN_SECRET_MIN_CHARS:
            return
        in_json = (json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False))
        for form in (secret, quote(secret, safe=""), quote_plus(secret), *in_json):
            self._known[form.encode()] = None

    def redact_bytes(self, data: bytes) -> tuple[bytes, int]:
        """The data without secrets, and how many were taken out."""
        count = 0
        for secret in sorted(self._known, key=len, reverse=True):
            found = data.count(secret)
            if found:
                data = data.replace(secret, b"[redacted:configured_secret]")
                count += found
        data, by_shape = self._shapes().subn(_label, data)
        return data, count + by_shape

    def redact(self, text: str) -> str:
        """The text without secrets."""
        return self.redact_bytes(text.encode("utf-8", "replace"))[0].decode("utf-8", "replace")

    def redact_value(self, value: Any) -> Any:
        """A copy of a JSON value in which no string, and no key, holds a secret."""
        if isinstance(value, str):
            return self.redact(value)
        if isinstance(value, dict):
            return {self.redact(str(key)): self.redact_member(str(key), item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.redact_value(item) for item in value]
        return value

    def redact_member(self, key: str, value: Any) -> Any:
        """A value without secrets; one may only be recognisable beside its key (``password: ...``)."""
        if isinstance(value, str) and self.redact(f"{key}: {value}") != f"{self.redact(key)}: {self.redact(value)}":
            return "[redacted:assignment]"
        return self.redact_value(value)

    def _shapes(self) -> Any:
        if self._pattern is None:
            import re2  # 5 ms that a start without provider traffic does not pay

            self._pattern = re2.compile("|".join(f"(?P<{name}>{shape})" for name, shape in PATTERNS.items()))
        return self._pattern


def _label(match: Any) -> bytes:
    return f"[redacted:{match.lastgroup}]".encode()
