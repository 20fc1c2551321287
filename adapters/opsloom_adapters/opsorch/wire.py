"""What OpsOrch Core sends, as far as it is kept.

Source: https://github.com/OpsOrch/opsorch-core/tree/main/schema. It is a Go program: a list that was never made is
null, and a time that was never set is the beginning of the year 1.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    AliasGenerator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    TypeAdapter,
)
from pydantic.alias_generators import to_camel

T = TypeVar("T")
NEVER = datetime(1, 1, 1, tzinfo=UTC)


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # the beginning of the year 1, east of Greenwich
        return NEVER


def _nothing_when_null(value: Any) -> Any:
    return () if value is None else value


def _empty_when_null(value: Any) -> Any:
    return {} if value is None else value


def _as_entries(value: Any) -> Any:
    """Earlier versions of OpsOrch send the list without the object around it."""
    return {"entries": value} if value is None or isinstance(value, list) else value


Time = Annotated[AwareDatetime, AfterValidator(_utc)]
Many = Annotated[tuple[T, ...], BeforeValidator(_nothing_when_null)]
Bag = Annotated[dict[str, JsonValue], BeforeValidator(_empty_when_null)]
Tags = Annotated[dict[str, str], BeforeValidator(_empty_when_null)]


class _Wire(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        defer_build=True,
        alias_generator=AliasGenerator(validation_alias=to_camel),
    )


class Health(_Wire):
    status: Literal["ok"]


class _Trouble(_Wire):
    """What OpsOrch says of an alert and of an incident alike."""

    id: str
    title: str
    description: str = ""
    status: str
    severity: str
    service: str = ""
    url: str = ""
    created_at: Time
    updated_at: Time
    fields: Bag = Field(default_factory=dict)


class Alert(_Trouble):
    pass


class Incident(_Trouble):
    pass


class TimelineEntry(_Wire):
    id: str
    at: Time
    kind: str
    body: str
    actor: Bag = Field(default_factory=dict)


class Ticket(_Wire):
    id: str
    key: str = ""
    title: str
    description: str = ""
    status: str
    assignees: Many[str] = ()
    reporter: str = ""
    url: str = ""
    created_at: Time
    updated_at: Time
    fields: Bag = Field(default_factory=dict)


class Deployment(_Wire):
    id: str
    service: str = ""
    environment: str = ""
    version: str = ""
    status: str
    started_at: Time
    finished_at: Time = NEVER
    url: str = ""
    actor: Bag = Field(default_factory=dict)
    fields: Bag = Field(default_factory=dict)
    metadata: Bag = Field(default_factory=dict)


class Service(_Wire):
    id: str
    name: str
    url: str = ""
    tags: Tags = Field(default_factory=dict)


class Team(_Wire):
    id: str
    name: str
    url: str = ""


class TeamMember(_Wire):
    id: str
    name: str = ""
    email: str = ""
    handle: str = ""


class LogEntry(_Wire):
    timestamp: Time
    message: str
    severity: str = ""
    service: str = ""
    labels: Tags = Field(default_factory=dict)
    fields: Bag = Field(default_factory=dict)


class LogEntries(_Wire):
    entries: Many[LogEntry]
    url: str = ""


class MetricDescriptor(_Wire):
    name: str
    type: str = ""
    description: str = ""
    unit: str = ""


class MetricDescriptors(_Wire):
    metrics: Many[MetricDescriptor]


class MetricPoint(_Wire):
    timestamp: Time
    value: float


class MetricSeries(_Wire):
    name: str
    service: str = ""
    labels: Bag = Field(default_factory=dict)
    points: Many[MetricPoint]
    url: str = ""


HEALTH: TypeAdapter[Health] = TypeAdapter(Health)
ALERT: TypeAdapter[Alert] = TypeAdapter(Alert)
INCIDENT: TypeAdapter[Incident] = TypeAdapter(Incident)
TICKET: TypeAdapter[Ticket] = TypeAdapter(Ticket)
DEPLOYMENT: TypeAdapter[Deployment] = TypeAdapter(Deployment)
TEAM: TypeAdapter[Team] = TypeAdapter(Team)

_DEFERRED = ConfigDict(defer_build=True)
ALERTS: TypeAdapter[Many[Alert]] = TypeAdapter(Many[Alert], config=_DEFERRED)
INCIDENTS: TypeAdapter[Many[Incident]] = TypeAdapter(Many[Incident], config=_DEFERRED)
TIMELINE: TypeAdapter[Many[TimelineEntry]] = TypeAdapter(Many[TimelineEntry], config=_DEFERRED)
TICKETS: TypeAdapter[Many[Ticket]] = TypeAdapter(Many[Ticket], config=_DEFERRED)
DEPLOYMENTS: TypeAdapter[Many[Deployment]] = TypeAdapter(Many[Deployment], config=_DEFERRED)
SERVICES: TypeAdapter[Many[Service]] = TypeAdapter(Many[Service], config=_DEFERRED)
MEMBERS: TypeAdapter[Many[TeamMember]] = TypeAdapter(Many[TeamMember], config=_DEFERRED)
SERIES: TypeAdapter[Many[MetricSeries]] = TypeAdapter(Many[MetricSeries], config=_DEFERRED)
METRICS: TypeAdapter[MetricDescriptors] = TypeAdapter(MetricDescriptors)
LOG_ENTRIES: TypeAdapter[LogEntries] = TypeAdapter(Annotated[LogEntries, BeforeValidator(_as_entries)])
