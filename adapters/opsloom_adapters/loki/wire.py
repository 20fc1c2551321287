"""What Loki sends, as far as it is kept.

Source: https://grafana.com/docs/loki/latest/reference/loki-http-api/
"""

from collections.abc import Mapping
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AliasGenerator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_camel

T = TypeVar("T")

_LAST_NANOSECOND = 253_402_300_799 * 10**9  # of the year 9999, where our calendar ends


def _absent_when_null(value: Any) -> Any:
    return () if value is None else value


Nanoseconds = Annotated[int, Field(ge=0, le=_LAST_NANOSECOND)]
Sentences = Annotated[tuple[str, ...], BeforeValidator(_absent_when_null)]


class _Wire(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="ignore", defer_build=True, alias_generator=AliasGenerator(validation_alias=to_camel)
    )


class Envelope(_Wire, Generic[T]):
    """Around every answer; its lists are left out where they are empty."""

    status: Literal["success"]
    data: T
    warnings: Sentences = ()


class Stream(_Wire):
    """``stream`` holds stream labels and structured metadata alike; ``values`` are (nanoseconds, line)."""

    stream: Mapping[str, str]
    values: tuple[tuple[Nanoseconds, str], ...]


class StreamsData(_Wire):
    result_type: Literal["streams"]
    result: tuple[Stream, ...]


class Count(_Wire):
    value: tuple[float, float]  # unix seconds, and the count, which is sent as text


class CountData(_Wire):
    """No row where nothing was counted."""

    result_type: Literal["vector"]
    result: tuple[Count, ...]


class Pattern(_Wire):
    """``samples`` are (unix seconds, entries of that form)."""

    pattern: str
    samples: tuple[tuple[int, int], ...]


class Patterns(_Wire):
    status: Literal["success"]
    data: Annotated[tuple[Pattern, ...], BeforeValidator(_absent_when_null)]


class Labels(_Wire):
    """``data`` is left out by a Loki that has none."""

    status: Literal["success"]
    data: Sentences = ()


class BuildInfo(_Wire):
    version: str


ENTRIES: TypeAdapter[Envelope[StreamsData]] = TypeAdapter(Envelope[StreamsData])
COUNT: TypeAdapter[Envelope[CountData]] = TypeAdapter(Envelope[CountData])
PATTERNS: TypeAdapter[Patterns] = TypeAdapter(Patterns)
LABELS: TypeAdapter[Labels] = TypeAdapter(Labels)
BUILD_INFO: TypeAdapter[BuildInfo] = TypeAdapter(BuildInfo)
