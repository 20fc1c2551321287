"""What Opsgenie's REST API sends, as far as it is kept.

Source: https://docs.opsgenie.com/docs/alert-api and its neighbours, https://github.com/opsgenie/opsgenie-oas
"""

from collections.abc import Mapping
from typing import Annotated, Generic, TypeVar

from pydantic import (
    Field,
    TypeAdapter,
)

from opsloom.adapter_api.json_shapes import EMPTY_IF_NULL, CamelWire, Many, Text, Texts, UtcTime

T = TypeVar("T")


Pairs = Annotated[Mapping[str, Text], EMPTY_IF_NULL]


class Responder(CamelWire):
    """Whom an alert was routed to; Opsgenie tells the id only."""

    type: Text = ""
    id: Text = ""


class Named(CamelWire):
    id: Text = ""
    name: Text = ""


class Report(CamelWire):
    acknowledged_by: Text = ""
    closed_by: Text = ""


class Alert(CamelWire):
    """An alert; ``description``, ``details`` and ``entity`` are sent of a single one only."""

    id: str = Field(min_length=1)
    tiny_id: Text = ""
    alias: Text = ""
    message: Text = ""
    status: str
    acknowledged: bool = False
    snoozed: bool = False
    snoozed_until: UtcTime | None = None
    tags: Texts = ()
    count: int = 1
    created_at: UtcTime
    updated_at: UtcTime | None = None
    last_occurred_at: UtcTime | None = None
    source: Text = ""
    owner: Text = ""
    priority: Text = ""
    responders: Many[Responder] = ()
    integration: Named = Named()
    report: Report | None = None
    entity: Text = ""
    description: Text = ""
    details: Pairs = Field(default_factory=dict)


class Note(CamelWire):
    note: Text = ""


class User(CamelWire):
    username: Text = ""


class Member(CamelWire):
    user: User = User()


class Team(CamelWire):
    id: str
    name: str
    description: Text = ""
    members: Many[Member] = ()


class Service(CamelWire):
    name: str
    description: Text = ""
    team_id: Text = ""


class Schedule(CamelWire):
    id: str
    name: str
    enabled: bool = True
    owner_team: Named | None = None


class Period(CamelWire):
    """Who is on call from when to when; a user, or an escalation or team by its name."""

    start_date: UtcTime
    end_date: UtcTime
    recipient: Named | None = None


class Rotation(CamelWire):
    periods: Many[Period] = ()


class FinalTimeline(CamelWire):
    rotations: tuple[Rotation, ...]


class Timeline(CamelWire):
    final_timeline: FinalTimeline


class Delay(CamelWire):
    """Minutes, unless Opsgenie says otherwise."""

    time_amount: int
    time_unit: Text = "minutes"


class Rule(CamelWire):
    delay: Delay
    recipient: Named
    notify_type: Text = ""


class Escalation(CamelWire):
    id: str
    name: str
    owner_team: Named | None = None
    rules: Many[Rule] = ()


class Paging(CamelWire):
    """``next`` is the address of the page that follows, where one does."""

    next: Text = ""


class Reply(CamelWire, Generic[T]):
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
