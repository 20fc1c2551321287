"""What is around the answers of a Prometheus data source; for what is in them see ``dialects.prometheus.wire``.

Source: https://prometheus.io/docs/prometheus/latest/querying/api/
"""

from typing import Generic, Literal, TypeVar

from pydantic import TypeAdapter

from opsloom.adapter_api.dialects.prometheus.wire import Metadata, QueryData
from opsloom.adapter_api.json_shapes import CamelWire, Texts

T = TypeVar("T")


class Envelope(CamelWire, Generic[T]):
    """Around every answer."""

    status: Literal["success"]
    data: T
    warnings: Texts = ()


QUERY: TypeAdapter[Envelope[QueryData]] = TypeAdapter(Envelope[QueryData])
NAMES: TypeAdapter[Envelope[tuple[str, ...]]] = TypeAdapter(Envelope[tuple[str, ...]])
METADATA: TypeAdapter[Envelope[dict[str, tuple[Metadata, ...]]]] = TypeAdapter(
    Envelope[dict[str, tuple[Metadata, ...]]]
)
