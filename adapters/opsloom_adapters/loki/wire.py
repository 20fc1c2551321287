"""What only the adapter ``loki`` asks for, as far as it is kept; for log entries see ``dialects.loki.wire``.

Source: https://grafana.com/docs/loki/latest/reference/loki-http-api/
"""

from typing import Literal

from pydantic import TypeAdapter

from opsloom.adapter_api.json_shapes import Many, Wire


class Pattern(Wire):
    """``samples`` are (unix seconds, entries of that form)."""

    pattern: str
    samples: tuple[tuple[int, int], ...]


class Patterns(Wire):
    status: Literal["success"]
    data: Many[Pattern]


class BuildInfo(Wire):
    version: str


PATTERNS: TypeAdapter[Patterns] = TypeAdapter(Patterns)
BUILD_INFO: TypeAdapter[BuildInfo] = TypeAdapter(BuildInfo)
