"""What Loki sends, as far as it is kept.

Source: https://grafana.com/docs/loki/latest/reference/loki-http-api/
"""

from collections.abc import Mapping
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import Field, TypeAdapter

from opsloom.adapter_api.json_shapes import CamelWire, Texts

T = TypeVar("T")

_LAST_NANOSECOND = 253_402_300_799 * 10**9  # of the year 9999, where our calendar ends
Nanoseconds = Annotated[int, Field(ge=0, le=_LAST_NANOSECOND)]


class Envelope(CamelWire, Generic[T]):
    """Around every answer; its lists are left out where they are empty."""

    status: Literal["success"]
    data: T
    warnings: Texts = ()


class Stream(CamelWire):
    """``stream`` holds stream labels and structured metadata alike; ``values`` are (nanoseconds, line)."""

    stream: Mapping[str, str]
    values: tuple[tuple[Nanoseconds, str], ...]


class StreamsData(CamelWire):
    result_type: Literal["streams"]
    result: tuple[Stream, ...]


class Count(CamelWire):
    value: tuple[float, float]  # unix seconds, and the count, which is sent as text


class CountData(CamelWire):
    """No row where nothing was counted."""

    result_type: Literal["vector"]
    result: tuple[Count, ...]


class Labels(CamelWire):
    """``data`` is left out by a Loki that has none."""

    status: Literal["success"]
    data: Texts = ()


ENTRIES: TypeAdapter[Envelope[StreamsData]] = TypeAdapter(Envelope[StreamsData])
COUNT: TypeAdapter[Envelope[CountData]] = TypeAdapter(Envelope[CountData])
LABELS: TypeAdapter[Labels] = TypeAdapter(Labels)
