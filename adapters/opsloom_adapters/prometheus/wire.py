"""What Prometheus sends, as far as it is kept.

Source: https://prometheus.io/docs/prometheus/latest/querying/api/
"""

from collections.abc import Mapping
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AliasGenerator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_camel

T = TypeVar("T")


def _absent_when_null(value: Any) -> Any:
    return () if value is None else value


def _empty_when_null(value: Any) -> Any:
    return {} if value is None else value


Sentences = Annotated[tuple[str, ...], BeforeValidator(_absent_when_null)]
Labels = Annotated[Mapping[str, str], BeforeValidator(_empty_when_null)]
Sample = tuple[float, float]  # unix seconds and the value, which is sent as text: "0.5", "NaN", "+Inf"


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=AliasGenerator(validation_alias=to_camel))


class Envelope(_Wire, Generic[T]):
    """Around every answer. ``is_partial`` is said by clusters of VictoriaMetrics."""

    status: str
    data: T | None = None
    error: str = ""
    warnings: Sentences = ()
    infos: Sentences = ()
    is_partial: bool = False


class HeardSeries(_Wire):
    """``values`` of a range, ``value`` of an instant; native histograms have neither."""

    metric: Labels = Field(default_factory=dict)
    values: tuple[Sample, ...] = ()
    value: Sample | None = None
    histograms: tuple[Any, ...] = ()
    histogram: tuple[Any, ...] = ()


class SeriesData(_Wire):
    result_type: Literal["matrix", "vector"]
    result: tuple[HeardSeries, ...]


class ScalarData(_Wire):
    result_type: Literal["scalar"]
    result: Sample


class StringData(_Wire):
    result_type: Literal["string"]


AnyData = SeriesData | ScalarData | StringData
QueryData = Annotated[AnyData, Field(discriminator="result_type")]


class Metadata(_Wire):
    type: str = ""
    help: str = ""
    unit: str = ""


class ActiveAlert(_Wire):
    labels: Mapping[str, str]
    annotations: Labels = Field(default_factory=dict)
    state: str
    active_at: AwareDatetime
    value: str = ""


class Rule(_Wire):
    """``alerts`` may be left out by a rule that has none."""

    name: str = ""
    type: str = "alerting"
    query: str = ""
    health: str = ""
    alerts: Annotated[tuple[ActiveAlert, ...], BeforeValidator(_absent_when_null)] = ()


class RuleGroup(_Wire):
    rules: tuple[Rule, ...]


class RuleDiscovery(_Wire):
    groups: tuple[RuleGroup, ...]


class BuildInfo(_Wire):
    version: str = ""


QUERY: TypeAdapter[Envelope[QueryData]] = TypeAdapter(Envelope[QueryData])
NAMES: TypeAdapter[Envelope[tuple[str, ...]]] = TypeAdapter(Envelope[tuple[str, ...]])
METADATA: TypeAdapter[Envelope[dict[str, tuple[Metadata, ...]]]] = TypeAdapter(
    Envelope[dict[str, tuple[Metadata, ...]]]
)
RULES: TypeAdapter[Envelope[RuleDiscovery]] = TypeAdapter(Envelope[RuleDiscovery])
BUILD_INFO: TypeAdapter[Envelope[BuildInfo]] = TypeAdapter(Envelope[BuildInfo])
