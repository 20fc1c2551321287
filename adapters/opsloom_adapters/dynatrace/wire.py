"""What Dynatrace's environment API v2 sends, as far as it is kept.

Source: https://docs.dynatrace.com/docs/dynatrace-api/environment-api
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AliasChoices,
    BeforeValidator,
    Field,
    TypeAdapter,
)

from opsloom.adapter_api.json_shapes import EMPTY_IF_NULL, CamelWire, Many, Text, Texts

T = TypeVar("T")


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


Id = Annotated[str, Field(min_length=1)]
Millis = Annotated[datetime, BeforeValidator(_moment)]
MillisOrOpen = Annotated[datetime | None, BeforeValidator(_moment_if_past)]


class EntityId(CamelWire):
    id: Id
    type: Text = ""


class EntityStub(CamelWire):
    """An entity that another record names; one that is gone has no name."""

    entity_id: EntityId
    name: Text = ""


Stubs = Many[EntityStub]


class Named(CamelWire):
    """A management zone or an alerting profile."""

    name: Text = ""


NamedList = Many[Named]


class Tag(CamelWire):
    key: str
    value: Text = ""
    string_representation: Text = ""


Tags = Many[Tag]


class Comment(CamelWire):
    """``context`` is free text that its sender chose."""

    id: Id
    content: Text = ""
    context: Text = ""
    author_name: Text = ""
    created_at_timestamp: Millis


class RecentComments(CamelWire):
    comments: Many[Comment] = ()


class Evidence(CamelWire):
    display_name: Text = ""
    entity: EntityStub | None = None
    root_cause_relevant: bool = False


class EvidenceDetails(CamelWire):
    details: Many[Evidence] = ()


class Impact(CamelWire):
    estimated_affected_users: int | None = None


class ImpactAnalysis(CamelWire):
    impacts: Many[Impact] = ()


class Problem(CamelWire):
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


class DefaultAggregation(CamelWire):
    type: Text = ""


class MetricDescriptor(CamelWire):
    metric_id: Id
    display_name: Text = ""
    description: Text = ""
    unit: Text = ""
    default_aggregation: DefaultAggregation | None = None


class MetricSeries(CamelWire):
    """``timestamps`` are the ends of time slots, in milliseconds. A dimension that is null holds all that is left."""

    dimension_map: Annotated[Mapping[str, str | None], EMPTY_IF_NULL] = Field(default_factory=dict)
    timestamps: tuple[int, ...]
    values: tuple[float | None, ...]


class MetricResult(CamelWire):
    metric_id: str
    data: tuple[MetricSeries, ...]
    warnings: Texts = ()


class MetricData(CamelWire):
    result: tuple[MetricResult, ...]
    resolution: Text = ""
    warnings: Texts = ()


class ServiceProperties(CamelWire):
    service_type: Text = ""


class Relationships(CamelWire):
    calls: Many[EntityId] = ()


class Entity(CamelWire):
    """Tags, properties and relationships are there where they were asked for."""

    entity_id: Id
    display_name: str
    tags: Tags = ()
    properties: ServiceProperties = Field(default_factory=ServiceProperties)
    from_relationships: Relationships = Field(default_factory=Relationships)
    to_relationships: Relationships = Field(default_factory=Relationships)


class EventProperty(CamelWire):
    key: str
    value: Text = ""


class Event(CamelWire):
    event_id: Id
    event_type: str
    title: Text = ""
    start_time: Millis
    entity_id: EntityStub | None = None
    properties: Many[EventProperty] = ()


_LISTS = ("problems", "comments", "metrics", "entities", "events")


class Listed(CamelWire, Generic[T]):
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
