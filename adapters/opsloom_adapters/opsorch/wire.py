"""What OpsOrch Core sends, as far as it is kept.

Source: https://github.com/OpsOrch/opsorch-core/tree/main/schema. It is a Go program: a list that was never made is
null, and a time that was never set is the beginning of the year 1.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    TypeAdapter,
)

from opsloom.adapter_api.json_shapes import EMPTY_IF_NULL, CamelWire, Many, Texts

T = TypeVar("T")
NEVER = datetime(1, 1, 1, tzinfo=UTC)


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # the beginning of the year 1, east of Greenwich
        return NEVER


def _as_entries(value: Any) -> Any:
    """Earlier versions of OpsOrch send the list without the object around it."""
    return {"entries": value} if value is None or isinstance(value, list) else value


Time = Annotated[AwareDatetime, AfterValidator(_utc)]
Bag = Annotated[dict[str, JsonValue], EMPTY_IF_NULL]
Tags = Annotated[dict[str, str], EMPTY_IF_NULL]


class Health(CamelWire):
    status: Literal["ok"]


class _Trouble(CamelWire):
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


class TimelineEntry(CamelWire):
    id: str
    at: Time
    kind: str
    body: str
    actor: Bag = Field(default_factory=dict)


class Ticket(CamelWire):
    id: str
    key: str = ""
    title: str
    description: str = ""
    status: str
    assignees: Texts = ()
    reporter: str = ""
    url: str = ""
    created_at: Time
    updated_at: Time
    fields: Bag = Field(default_factory=dict)


class Deployment(CamelWire):
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


class Service(CamelWire):
    id: str
    name: str
    url: str = ""
    tags: Tags = Field(default_factory=dict)


class Team(CamelWire):
    id: str
    name: str
    url: str = ""


class TeamMember(CamelWire):
    id: str
    name: str = ""
    email: str = ""
    handle: str = ""


class LogEntry(CamelWire):
    timestamp: Time
    message: str
    severity: str = ""
    service: str = ""
    labels: Tags = Field(default_factory=dict)
    fields: Bag = Field(default_factory=dict)


class LogEntries(CamelWire):
    entries: Many[LogEntry]
    url: str = ""


class MetricDescriptor(CamelWire):
    name: str
    type: str = ""
    description: str = ""
    unit: str = ""


class MetricDescriptors(CamelWire):
    metrics: Many[MetricDescriptor]


class MetricPoint(CamelWire):
    timestamp: Time
    value: float


class MetricSeries(CamelWire):
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
