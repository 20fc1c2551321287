"""What only the adapter ``loki`` asks for, as far as it is kept; for log entries see ``dialects.loki.wire``.

Source: https://grafana.com/docs/loki/latest/reference/loki-http-api/
"""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Pattern(_Wire):
    """``samples`` are (unix seconds, entries of that form)."""

    pattern: str
    samples: tuple[tuple[int, int], ...]


class Patterns(_Wire):
    status: Literal["success"]
    data: Annotated[tuple[Pattern, ...], BeforeValidator(lambda value: () if value is None else value)]


class BuildInfo(_Wire):
    version: str


PATTERNS: TypeAdapter[Patterns] = TypeAdapter(Patterns)
BUILD_INFO: TypeAdapter[BuildInfo] = TypeAdapter(BuildInfo)
