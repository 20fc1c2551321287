"""What a Prometheus data source sends through Grafana, as far as it is kept.

Source: https://prometheus.io/docs/prometheus/latest/querying/api/
"""

from collections.abc import Mapping
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AliasGenerator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_camel

T = TypeVar("T")


def _absent_when_null(value: Any) -> Any:
    return () if value is None else value


Sentences = Annotated[tuple[str, ...], BeforeValidator(_absent_when_null)]
Sample = tuple[float, float]  # unix seconds and the value, which is sent as text: "0.5", "NaN", "+Inf"


class _Wire(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="ignore", defer_build=True, alias_generator=AliasGenerator(validation_alias=to_camel)
    )


class Envelope(_Wire, Generic[T]):
    """Around every answer."""

    status: Literal["success"]
    data: T
    warnings: Sentences = ()


class HeardSeries(_Wire):
    """``values`` of a range, ``value`` of an instant; native histograms have neither."""

    metric: Mapping[str, str] = Field(default_factory=dict)
    values: tuple[Sample, ...] = ()
    value: Sample | None = None


class SeriesData(_Wire):
    result_type: Literal["matrix", "vector"]
    result: tuple[HeardSeries, ...]


class ScalarData(_Wire):
    result_type: Literal["scalar"]
    result: Sample


class StringData(_Wire):
    result_type: Literal["string"]


QueryData = Annotated[SeriesData | ScalarData | StringData, Field(discriminator="result_type")]


class Metadata(_Wire):
    type: str = ""
    help: str = ""
    unit: str = ""


QUERY: TypeAdapter[Envelope[QueryData]] = TypeAdapter(Envelope[QueryData])
NAMES: TypeAdapter[Envelope[tuple[str, ...]]] = TypeAdapter(Envelope[tuple[str, ...]])
METADATA: TypeAdapter[Envelope[dict[str, tuple[Metadata, ...]]]] = TypeAdapter(
    Envelope[dict[str, tuple[Metadata, ...]]]
)
