"""What PagerDuty's REST API v2 sends, as far as it is kept.

Source: https://developer.pagerduty.com/api-reference/
"""

from collections.abc import Mapping
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AliasChoices, BeforeValidator, Field, TypeAdapter

from opsloom.adapter_api.json_shapes import Many, Text, UtcTime, Wire

T = TypeVar("T")


def _object_or_nothing(value: Any) -> Any:
    return value if isinstance(value, dict) else {}


Id = Annotated[str, Field(min_length=1)]
Details = Annotated[Mapping[str, Any], BeforeValidator(_object_or_nothing)]
"""Whatever a sender put there: an object, or a text that says nothing to a machine."""


class Reference(Wire):
    """Something that another record names; ``summary`` is what it is called."""

    id: Id
    type: Text = ""
    summary: Text = ""
    html_url: Text = ""


References = Many[Reference]


class Assignment(Wire):
    assignee: Reference


class AcknowledgedBy(Wire):
    acknowledger: Reference


class PendingAction(Wire):
    """What PagerDuty will do by itself: ``unacknowledge``, ``resolve``, ``urgency_change``, ``escalate``."""

    type: str
    at: UtcTime


class AlertCounts(Wire):
    all: int = 0
    triggered: int = 0


class Incident(Wire):
    id: Id
    incident_number: int | None = None
    title: Text = ""
    html_url: Text = ""
    status: str
    created_at: UtcTime
    updated_at: UtcTime | None = None
    resolved_at: UtcTime | None = None
    last_status_change_at: UtcTime | None = None
    incident_key: Text = ""
    service: Reference | None = None
    teams: References = ()
    assignments: Many[Assignment] = ()
    acknowledgements: Many[AcknowledgedBy] = ()
    escalation_policy: Reference | None = None
    priority: Reference | None = None
    urgency: Text = ""
    alert_counts: AlertCounts | None = None
    pending_actions: Many[PendingAction] = ()


class Alert(Wire):
    """What a monitoring tool sent; several make one incident."""

    summary: Text = ""
    severity: Text = ""
    status: Text = ""


class Channel(Wire):
    """How a log entry came about. A note's text is in ``content``, in older answers in ``summary``."""

    type: Text = ""
    content: Text = ""
    summary: Text = ""


class LogEntry(Wire):
    type: str
    created_at: UtcTime
    summary: Text = ""
    agent: Reference | None = None
    channel: Channel | None = None


class Note(Wire):
    content: str


class Service(Wire):
    id: Id
    name: str
    description: Text = ""
    html_url: Text = ""
    teams: References = ()
    escalation_policy: Reference | None = None


class Named(Wire):
    """A team, schedule or escalation policy in a search by its name."""

    id: Id
    name: str


class User(Named):
    email: Text = ""


class Member(Wire):
    user: Reference


class EscalationRule(Wire):
    """``targets`` are users and schedules; after the delay without an acknowledgement the next rule counts."""

    escalation_delay_in_minutes: int
    targets: tuple[Reference, ...]


class EscalationPolicy(Wire):
    id: Id
    escalation_rules: tuple[EscalationRule, ...]


class OnCall(Wire):
    """Without ``start`` and ``end`` somebody is on call for ever, named by the policy itself."""

    user: Reference
    schedule: Reference | None = None
    escalation_level: int
    start: UtcTime | None = None
    end: UtcTime | None = None


class Link(Wire):
    href: Text = ""


class ChangeEvent(Wire):
    summary: Text = ""
    timestamp: UtcTime
    html_url: Text = ""
    source: Text = ""
    services: References = ()
    integration: Reference | None = None
    links: Many[Link] = ()
    custom_details: Details = Field(default_factory=dict)


class ListedChangeEvent(ChangeEvent):
    id: Id


_LISTS = (
    *("incidents", "alerts", "log_entries", "notes", "services", "teams", "users", "schedules"),
    *("escalation_policies", "oncalls", "members", "change_events"),
)
_SINGLES = ("incident", "service", "escalation_policy", "change_event")


class Listed(Wire, Generic[T]):
    """One page of classic paging; its rows are under the name of their kind."""

    rows: tuple[T, ...] = Field(validation_alias=AliasChoices(*_LISTS))
    more: bool = False


class Single(Wire, Generic[T]):
    """One record, under the name of its kind."""

    row: T = Field(validation_alias=AliasChoices(*_SINGLES))


INCIDENTS = TypeAdapter(Listed[Incident])
INCIDENT = TypeAdapter(Single[Incident])
ALERTS = TypeAdapter(Listed[Alert])
LOG_ENTRIES = TypeAdapter(Listed[LogEntry])
NOTES = TypeAdapter(Listed[Note])
SERVICES = TypeAdapter(Listed[Service])
SERVICE = TypeAdapter(Single[Service])
NAMED = TypeAdapter(Listed[Named])
USERS = TypeAdapter(Listed[User])
MEMBERS = TypeAdapter(Listed[Member])
ESCALATION_POLICY = TypeAdapter(Single[EscalationPolicy])
ON_CALLS = TypeAdapter(Listed[OnCall])
CHANGE_EVENTS = TypeAdapter(Listed[ListedChangeEvent])
CHANGE_EVENT = TypeAdapter(Single[ChangeEvent])
