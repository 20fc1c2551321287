"""What Prometheus sends, as far as it is kept; for series and metadata see ``dialects.prometheus.wire``.

Source: https://prometheus.io/docs/prometheus/latest/querying/api/
"""

from collections.abc import Mapping
from typing import Generic, TypeVar

from pydantic import AwareDatetime, Field, TypeAdapter

from opsloom.adapter_api.dialects.prometheus.wire import Metadata, QueryData
from opsloom.adapter_api.json_shapes import CamelWire, Labels, Many, Texts

T = TypeVar("T")


class Envelope(CamelWire, Generic[T]):
    """Around every answer. ``is_partial`` is said by clusters of VictoriaMetrics."""

    status: str
    data: T | None = None
    error: str = ""
    warnings: Texts = ()
    infos: Texts = ()
    is_partial: bool = False


class ActiveAlert(CamelWire):
    labels: Mapping[str, str]
    annotations: Labels = Field(default_factory=dict)
    state: str
    active_at: AwareDatetime
    value: str = ""


class Rule(CamelWire):
    """``alerts`` may be left out by a rule that has none."""

    name: str = ""
    type: str = "alerting"
    query: str = ""
    health: str = ""
    alerts: Many[ActiveAlert] = ()


class RuleGroup(CamelWire):
    rules: tuple[Rule, ...]


class RuleDiscovery(CamelWire):
    groups: tuple[RuleGroup, ...]


class BuildInfo(CamelWire):
    version: str = ""


QUERY: TypeAdapter[Envelope[QueryData]] = TypeAdapter(Envelope[QueryData])
NAMES: TypeAdapter[Envelope[tuple[str, ...]]] = TypeAdapter(Envelope[tuple[str, ...]])
METADATA: TypeAdapter[Envelope[dict[str, tuple[Metadata, ...]]]] = TypeAdapter(
    Envelope[dict[str, tuple[Metadata, ...]]]
)
RULES: TypeAdapter[Envelope[RuleDiscovery]] = TypeAdapter(Envelope[RuleDiscovery])
BUILD_INFO: TypeAdapter[Envelope[BuildInfo]] = TypeAdapter(Envelope[BuildInfo])
