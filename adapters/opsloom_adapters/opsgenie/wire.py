"""What Opsgenie's REST API sends, as far as it is kept.

Source: https://docs.opsgenie.com/docs/alert-api and its neighbours, https://github.com/opsgenie/opsgenie-oas
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AfterValidator,
    AliasGenerator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
)
from pydantic.alias_generators import to_camel

T = TypeVar("T")


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _empty_when_null(value: Any) -> Any:
    return "" if value is None else value


def _none_when_null(value: Any) -> Any:
    return () if value is None else value


def _no_pairs_when_null(value: Any) -> Any:
    return {} if value is None else value


UtcTime = Annotated[AwareDatetime, AfterValidator(_utc)]
Text = Annotated[str, BeforeValidator(_empty_when_null)]
Pairs = Annotated[Mapping[str, Text], BeforeValidator(_no_pairs_when_null)]


class _Wire(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="ignore", defer_build=True, alias_generator=AliasGenerator(validation_alias=to_camel)
    )


class Responder(_Wire):
    """Whom an alert was routed to; Opsgenie tells the id only."""

    type: Text = ""
    id: Text = ""


class Named(_Wire):
    id: Text = ""
    name: Text = ""


class Report(_Wire):
    acknowledged_by: Text = ""
    closed_by: Text = ""


class Alert(_Wire):
    """An alert; ``description``, ``details`` and ``entity`` are sent of a single one only."""

    id: str = Field(min_length=1)
    tiny_id: Text = ""
    alias: Text = ""
    message: Text = ""
    status: str
    acknowledged: bool = False
    snoozed: bool = False
    snoozed_until: UtcTime | None = None
    tags: Annotated[tuple[str, ...], BeforeValidator(_none_when_null)] = ()
    count: int = 1
    created_at: UtcTime
    updated_at: UtcTime | None = None
    last_occurred_at: UtcTime | None = None
    source: Text = ""
    owner: Text = ""
    priority: Text = ""
    responders: Annotated[tuple[Responder, ...], BeforeValidator(_none_when_null)] = ()
    integration: Named = Named()
    report: Report | None = None
    entity: Text = ""
    description: Text = ""
    details: Pairs = Field(default_factory=dict)


class Note(_Wire):
    note: Text = ""


class User(_Wire):
    username: Text = ""


class Member(_Wire):
    user: User = User()


class Team(_Wire):
    id: str
    name: str
    description: Text = ""
    members: Annotated[tuple[Member, ...], BeforeValidator(_none_when_null)] = ()


class Service(_Wire):
    name: str
    description: Text = ""
    team_id: Text = ""


class Schedule(_Wire):
    id: str
    name: str
    enabled: bool = True
    owner_team: Named | None = None


class Period(_Wire):
    """Who is on call from when to when; a user, or an escalation or team by its name."""

    start_date: UtcTime
    end_date: UtcTime
    recipient: Named | None = None


class Rotation(_Wire):
    periods: Annotated[tuple[Period, ...], BeforeValidator(_none_when_null)] = ()


class FinalTimeline(_Wire):
    rotations: tuple[Rotation, ...]


class Timeline(_Wire):
    final_timeline: FinalTimeline


class Delay(_Wire):
    """Minutes, unless Opsgenie says otherwise."""

    time_amount: int
    time_unit: Text = "minutes"


class Rule(_Wire):
    delay: Delay
    recipient: Named
    notify_type: Text = ""


class Escalation(_Wire):
    id: str
    name: str
    owner_team: Named | None = None
    rules: Annotated[tuple[Rule, ...], BeforeValidator(_none_when_null)] = ()


class Paging(_Wire):
    """``next`` is the address of the page that follows, where one does."""

    next: Text = ""


class Reply(_Wire, Generic[T]):
    """Every answer is wrapped in ``data``."""

    data: T
    paging: Paging = Paging()


ALERTS: TypeAdapter[Reply[tuple[Alert, ...]]] = TypeAdapter(Reply[tuple[Alert, ...]])
ALERT: TypeAdapter[Reply[Alert]] = TypeAdapter(Reply[Alert])
NOTES: TypeAdapter[Reply[tuple[Note, ...]]] = TypeAdapter(Reply[tuple[Note, ...]])
TEAMS: TypeAdapter[Reply[tuple[Team, ...]]] = TypeAdapter(Reply[tuple[Team, ...]])
TEAM: TypeAdapter[Reply[Team]] = TypeAdapter(Reply[Team])
SERVICES: TypeAdapter[Reply[tuple[Service, ...]]] = TypeAdapter(Reply[tuple[Service, ...]])
SCHEDULES: TypeAdapter[Reply[tuple[Schedule, ...]]] = TypeAdapter(Reply[tuple[Schedule, ...]])
TIMELINE: TypeAdapter[Reply[Timeline]] = TypeAdapter(Reply[Timeline])
ESCALATIONS: TypeAdapter[Reply[tuple[Escalation, ...]]] = TypeAdapter(Reply[tuple[Escalation, ...]])
