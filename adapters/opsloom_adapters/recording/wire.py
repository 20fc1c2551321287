"""What the files of a recording hold, line by line; unknown fields are ignored, null counts as absent."""

from collections.abc import Mapping
from datetime import UTC
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from opsloom.model.deploys import ChangeKind

UtcTime = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]
Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
Texts = Annotated[tuple[str, ...], BeforeValidator(lambda value: () if value is None else value)]
Words = Annotated[Mapping[str, str], BeforeValidator(lambda value: {} if value is None else value)]


class Wire(BaseModel):
    """A lenient reading of one line or element."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", coerce_numbers_to_str=True, allow_inf_nan=False, defer_build=True
    )


class Header(Wire):
    """``recording.json``; ``now`` is the clock of the recording."""

    id: str = Field(min_length=1)
    now: UtcTime
    licence: Text = ""


class AlertLine(Wire):
    """A line of ``alerts.jsonl``."""

    id: str = Field(min_length=1)
    name: str
    starts_at: UtcTime
    ends_at: UtcTime | None = None
    updated_at: UtcTime | None = None
    status: Text = ""
    severity: Text = ""
    service: str | None = None
    team: str | None = None
    summary: Text = ""
    labels: Words = {}
    annotations: Words = {}
    signal: Text = ""
    metric: str | None = None
    threshold: float | None = None
    observed: float | None = None


class ChangeLine(Wire):
    """A line of ``changes.jsonl``."""

    id: str = Field(min_length=1)
    kind: ChangeKind
    at: UtcTime
    service: str | None = None
    environment: str | None = None
    status: Text = ""
    version: Text = ""
    previous_version: Text = ""
    commit: Text = ""
    actor: Text = ""
    title: Text = ""
    files: Texts = ()
    diff: Text = ""


class RollbackLine(Wire):
    """A line of ``rollbacks.jsonl``: what it does to the incident when ``service`` no longer runs ``change``."""

    change: str
    service: str
    heals: bool
    after_seconds: int = Field(ge=0)


class LogLine(Wire):
    """A line of ``logs.jsonl``."""

    at: UtcTime
    message: Text = ""
    service: str | None = None
    severity: Text = ""
    trace_id: str | None = None
    attributes: Words = {}


class TicketLine(Wire):
    """A line of ``tickets.jsonl``."""

    id: str = Field(min_length=1)
    key: Text = ""
    title: str
    status: Text = ""
    priority: Text = ""
    service: str | None = None
    assignee: Text = ""
    reporter: Text = ""
    created_at: UtcTime
    updated_at: UtcTime
    description: Text = ""


class MetricEntry(Wire):
    """An element of ``metrics.json``."""

    service: str
    metric: str
    kind: Text = ""
    unit: Text = ""
    help: Text = ""


class TopologyFile(Wire):
    """``topology.json``: edges are (caller, callee)."""

    edges: tuple[tuple[str, str], ...] = ()
    external: Texts = ()


class SpanLine(Wire):
    """A line of ``spans.jsonl``; ``status`` is OpenTelemetry's: unset, ok or error, in any case."""

    trace_id: str
    span_id: str
    parent_id: str | None = None
    service: str = Field(min_length=1)
    start: UtcTime
    status: Text = ""


class TitledLink(Wire):
    """A runbook, a dashboard, a chat channel."""

    title: Text = ""
    url: str


class ServiceEntry(Wire):
    """An element of ``services.json``; ``paths`` are folders of the repository."""

    name: str = Field(min_length=1)
    title: Text = ""
    description: Text = ""
    owner: str | None = None
    system: str | None = None
    tier: Text = ""
    lifecycle: Text = ""
    repository: Text = ""
    depends_on: Texts = ()
    runbooks: tuple[TitledLink, ...] = ()
    links: tuple[TitledLink, ...] = ()
    paths: Texts = ()


class TeamEntry(Wire):
    """An element of ``teams`` in ``teams.json``."""

    name: str
    title: Text = ""
    members: Texts = ()
    contacts: tuple[TitledLink, ...] = ()


class OnCallEntry(Wire):
    """An element of ``on_call`` in ``teams.json``: a shift, half-open."""

    team: str
    user: str
    schedule: Text = ""
    starts_at: UtcTime
    ends_at: UtcTime


class EscalationEntryStep(Wire):
    """One step of an escalation."""

    after_minutes: int = Field(ge=0)
    notify: str


class EscalationEntry(Wire):
    """An element of ``escalation`` in ``teams.json``."""

    team: str
    steps: tuple[EscalationEntryStep, ...] = ()


class TeamsFile(Wire):
    """``teams.json``."""

    teams: tuple[TeamEntry, ...] = ()
    on_call: tuple[OnCallEntry, ...] = ()
    escalation: tuple[EscalationEntry, ...] = ()
