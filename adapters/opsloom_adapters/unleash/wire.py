"""What Unleash sends, as far as it is kept.

Source: https://docs.getunleash.io/reference/api/unleash; a server publishes its own at ``/docs/openapi.json``.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import (
    AwareDatetime,
    BeforeValidator,
    Field,
    JsonValue,
    TypeAdapter,
)

from opsloom.adapter_api.json_shapes import CamelWire, Many, Text


class Tag(CamelWire):
    type: str
    value: str


Tags = Many[Tag]


class ListedEnvironment(CamelWire):
    name: str
    enabled: bool


class ListedFlag(CamelWire):
    """A row of ``searchFeatures``."""

    name: str
    project: str
    type: Text = ""
    description: Text = ""
    stale: bool = False
    environments: tuple[ListedEnvironment, ...]
    tags: Tags = ()


class FlagPage(CamelWire):
    """``total`` counts all that match."""

    features: tuple[ListedFlag, ...]
    total: int


class Strategy(CamelWire):
    """Whom a flag reaches while it is on; a disabled one counts for nothing."""

    id: Text = ""
    name: str
    disabled: Annotated[bool, BeforeValidator(bool)] = False
    parameters: Mapping[str, JsonValue] = Field(default_factory=dict)
    constraints: tuple[JsonValue, ...] = ()
    segments: tuple[JsonValue, ...] = ()
    variants: tuple[JsonValue, ...] = ()


class FlagEnvironment(CamelWire):
    """A flag in one environment; ``last_seen_at`` and the counts of evaluations move by themselves and are not kept."""

    name: str
    enabled: bool
    strategies: tuple[Strategy, ...] = ()
    variants: tuple[JsonValue, ...] = ()


class ParentFlag(CamelWire):
    feature: str


class Flag(CamelWire):
    """What ``getFeature`` tells. ``dependencies`` are flags that must be on for it, ``children`` those that need it."""

    name: str
    project: str
    archived: bool = False
    environments: tuple[FlagEnvironment, ...]
    dependencies: tuple[ParentFlag, ...] = ()
    children: tuple[str, ...] = ()


class ProjectEnvironment(CamelWire):
    """``default_strategy`` is what a flag gets that is switched on without any, where the project has its own."""

    environment: str
    default_strategy: Strategy | None = None


class Project(CamelWire):
    name: str
    environments: tuple[ProjectEnvironment, ...] = ()


class Event(CamelWire):
    """An entry of the event log. ``tags`` are those that the flag had then."""

    id: int
    type: str
    created_by: Text
    created_at: AwareDatetime
    feature_name: str | None = None
    project: str | None = None
    environment: str | None = None
    data: JsonValue = None
    pre_data: JsonValue = None
    tags: Tags = ()


class EventPage(CamelWire):
    """``total`` counts all that match."""

    events: tuple[Event, ...]
    total: int


class GrantedPermission(CamelWire):
    """Without a ``project`` it holds everywhere."""

    permission: str
    project: str | None = None


class Me(CamelWire):
    permissions: tuple[GrantedPermission, ...]


class UiConfig(CamelWire):
    version: str


FLAG_PAGE: TypeAdapter[FlagPage] = TypeAdapter(FlagPage)
FLAG: TypeAdapter[Flag] = TypeAdapter(Flag)
PROJECT: TypeAdapter[Project] = TypeAdapter(Project)
EVENT_PAGE: TypeAdapter[EventPage] = TypeAdapter(EventPage)
ME: TypeAdapter[Me] = TypeAdapter(Me)
UI_CONFIG: TypeAdapter[UiConfig] = TypeAdapter(UiConfig)
