"""What Unleash sends, as far as it is kept.

Source: https://docs.getunleash.io/reference/api/unleash; a server publishes its own at ``/docs/openapi.json``.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
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


def _empty_when_null(value: Any) -> Any:
    return "" if value is None else value


def _none_when_null(value: Any) -> Any:
    return () if value is None else value


Text = Annotated[str, BeforeValidator(_empty_when_null)]


class _Wire(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="ignore", alias_generator=AliasGenerator(validation_alias=to_camel), defer_build=True
    )


class Tag(_Wire):
    type: str
    value: str


Tags = Annotated[tuple[Tag, ...], BeforeValidator(_none_when_null)]


class ListedEnvironment(_Wire):
    name: str
    enabled: bool


class ListedFlag(_Wire):
    """A row of ``searchFeatures``."""

    name: str
    project: str
    type: Text = ""
    description: Text = ""
    stale: bool = False
    environments: tuple[ListedEnvironment, ...]
    tags: Tags = ()


class FlagPage(_Wire):
    """``total`` counts all that match."""

    features: tuple[ListedFlag, ...]
    total: int


class Strategy(_Wire):
    """Whom a flag reaches while it is on; a disabled one counts for nothing."""

    id: Text = ""
    name: str
    disabled: Annotated[bool, BeforeValidator(bool)] = False
    parameters: Mapping[str, JsonValue] = Field(default_factory=dict)
    constraints: tuple[JsonValue, ...] = ()
    segments: tuple[JsonValue, ...] = ()
    variants: tuple[JsonValue, ...] = ()


class FlagEnvironment(_Wire):
    """A flag in one environment; ``last_seen_at`` and the counts of evaluations move by themselves and are not kept."""

    name: str
    enabled: bool
    strategies: tuple[Strategy, ...] = ()
    variants: tuple[JsonValue, ...] = ()


class ParentFlag(_Wire):
    feature: str


class Flag(_Wire):
    """What ``getFeature`` tells. ``dependencies`` are flags that must be on for it, ``children`` those that need it."""

    name: str
    project: str
    archived: bool = False
    environments: tuple[FlagEnvironment, ...]
    dependencies: tuple[ParentFlag, ...] = ()
    children: tuple[str, ...] = ()


class ProjectEnvironment(_Wire):
    """``default_strategy`` is what a flag gets that is switched on without any, where the project has its own."""

    environment: str
    default_strategy: Strategy | None = None


class Project(_Wire):
    name: str
    environments: tuple[ProjectEnvironment, ...] = ()


class Event(_Wire):
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


class EventPage(_Wire):
    """``total`` counts all that match."""

    events: tuple[Event, ...]
    total: int


class GrantedPermission(_Wire):
    """Without a ``project`` it holds everywhere."""

    permission: str
    project: str | None = None


class Me(_Wire):
    permissions: tuple[GrantedPermission, ...]


class UiConfig(_Wire):
    version: str


FLAG_PAGE: TypeAdapter[FlagPage] = TypeAdapter(FlagPage)
FLAG: TypeAdapter[Flag] = TypeAdapter(Flag)
PROJECT: TypeAdapter[Project] = TypeAdapter(Project)
EVENT_PAGE: TypeAdapter[EventPage] = TypeAdapter(EventPage)
ME: TypeAdapter[Me] = TypeAdapter(Me)
UI_CONFIG: TypeAdapter[UiConfig] = TypeAdapter(UiConfig)
