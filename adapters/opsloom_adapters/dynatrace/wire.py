"""What Dynatrace's environment API v2 sends, as far as it is kept.

Source: https://docs.dynatrace.com/docs/dynatrace-api/environment-api
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AliasChoices,
    AliasGenerator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
)
from pydantic.alias_generators import to_camel

T = TypeVar("T")


def _empty_when_null(value: Any) -> Any:
    return "" if value is None else value


def _none_when_null(value: Any) -> Any:
    return () if value is None else value


def _nothing_when_null(value: Any) -> Any:
    return {} if value is None else value


def _moment(value: Any) -> Any:
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    try:
        return datetime.fromtimestamp(value / 1_000, UTC)
    except (OverflowError, OSError):
        raise ValueError("beyond the calendar") from None


def _moment_if_past(value: Any) -> Any:
    """-1 is the end of what goes on."""
    return None if value == -1 else _moment(value)


Text = Annotated[str, BeforeValidator(_empty_when_null)]
Id = Annotated[str, Field(min_length=1)]
Millis = Annotated[datetime, BeforeValidator(_moment)]
MillisOrOpen = Annotated[datetime | None, BeforeValidator(_moment_if_past)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_none_when_null)]


class _Wire(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="ignore", defer_build=True, alias_generator=AliasGenerator(validation_alias=to_camel)
    )


class EntityId(_Wire):
    id: Id
    type: Text = ""


class EntityStub(_Wire):
    """An entity that another record names; one that is gone has no name."""

    entity_id: EntityId
    name: Text = ""


Stubs = Annotated[tuple[EntityStub, ...], BeforeValidator(_none_when_null)]


class Named(_Wire):
    """A management zone or an alerting profile."""

    name: Text = ""


NamedList = Annotated[tuple[Named, ...], BeforeValidator(_none_when_null)]


class Tag(_Wire):
    key: str
    value: Text = ""
    string_representation: Text = ""


Tags = Annotated[tuple[Tag, ...], BeforeValidator(_none_when_null)]


class Comment(_Wire):
    """``context`` is free text that its sender chose."""

    id: Id
    content: Text = ""
    context: Text = ""
    author_name: Text = ""
    created_at_timestamp: Millis


class RecentComments(_Wire):
    comments: Annotated[tuple[Comment, ...], BeforeValidator(_none_when_null)] = ()


class Evidence(_Wire):
    display_name: Text = ""
    entity: EntityStub | None = None
    root_cause_relevant: bool = False


class EvidenceDetails(_Wire):
    details: Annotated[tuple[Evidence, ...], BeforeValidator(_none_when_null)] = ()


class Impact(_Wire):
    estimated_affected_users: int | None = None


class ImpactAnalysis(_Wire):
    impacts: Annotated[tuple[Impact, ...], BeforeValidator(_none_when_null)] = ()


class Problem(_Wire):
    """Evidence, impact and comments are there where they were asked for."""

    problem_id: Id
    display_id: Text = ""
    title: Text = ""
    status: str
    severity_level: Text = ""
    impact_level: Text = ""
    start_time: Millis
    end_time: MillisOrOpen = None
    root_cause_entity: EntityStub | None = None
    affected_entities: Stubs = ()
    impacted_entities: Stubs = ()
    management_zones: NamedList = ()
    problem_filters: NamedList = ()
    entity_tags: Tags = ()
    recent_comments: RecentComments | None = None
    evidence_details: EvidenceDetails | None = None
    impact_analysis: ImpactAnalysis | None = None


class DefaultAggregation(_Wire):
    type: Text = ""


class MetricDescriptor(_Wire):
    metric_id: Id
    display_name: Text = ""
    description: Text = ""
    unit: Text = ""
    default_aggregation: DefaultAggregation | None = None


class MetricSeries(_Wire):
    """``timestamps`` are the ends of time slots, in milliseconds. A dimension that is null holds all that is left."""

    dimension_map: Annotated[Mapping[str, str | None], BeforeValidator(_nothing_when_null)] = Field(
        default_factory=dict
    )
    timestamps: tuple[int, ...]
    values: tuple[float | None, ...]


class MetricResult(_Wire):
    metric_id: str
    data: tuple[MetricSeries, ...]
    warnings: Texts = ()


class MetricData(_Wire):
    result: tuple[MetricResult, ...]
    resolution: Text = ""
    warnings: Texts = ()


class ServiceProperties(_Wire):
    service_type: Text = ""


class Relationships(_Wire):
    calls: Annotated[tuple[EntityId, ...], BeforeValidator(_none_when_null)] = ()


class Entity(_Wire):
    """Tags, properties and relationships are there where they were asked for."""

    entity_id: Id
    display_name: str
    tags: Tags = ()
    properties: ServiceProperties = Field(default_factory=ServiceProperties)
    from_relationships: Relationships = Field(default_factory=Relationships)
    to_relationships: Relationships = Field(default_factory=Relationships)


class EventProperty(_Wire):
    key: str
    value: Text = ""


class Event(_Wire):
    event_id: Id
    event_type: str
    title: Text = ""
    start_time: Millis
    entity_id: EntityStub | None = None
    properties: Annotated[tuple[EventProperty, ...], BeforeValidator(_none_when_null)] = ()


_LISTS = ("problems", "comments", "metrics", "entities", "events")


class Listed(_Wire, Generic[T]):
    """One page; its rows are under the name of their kind."""

    rows: tuple[T, ...] = Field(validation_alias=AliasChoices(*_LISTS))
    next_page_key: str | None = None
    warnings: Texts = ()


PROBLEMS = TypeAdapter(Listed[Problem])
PROBLEM = TypeAdapter(Problem)
COMMENTS = TypeAdapter(Listed[Comment])
METRICS = TypeAdapter(Listed[MetricDescriptor])
METRIC = TypeAdapter(MetricDescriptor)
METRIC_DATA = TypeAdapter(MetricData)
ENTITIES = TypeAdapter(Listed[Entity])
EVENTS = TypeAdapter(Listed[Event])
EVENT = TypeAdapter(Event)
