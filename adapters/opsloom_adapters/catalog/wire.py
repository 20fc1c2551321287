"""The documents, as far as they are needed here.

Entities: https://backstage.io/docs/features/software-catalog/descriptor-format. On-call schedules and escalation
policies are opsloom's own (`apiVersion: opsloom/v1`): Backstage has no such kinds.
"""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator


def _text(value: object) -> object:
    """YAML turns `1.0` and `on` into what is no text."""
    return "" if value is None else str(value) if isinstance(value, bool | int | float) else value


def _without_nulls(value: object) -> object:
    if isinstance(value, list):
        return [item for item in value if item is not None]
    return () if value is None else value


def _empty_if_null(value: object) -> object:
    return {} if value is None else value


Text = Annotated[str, BeforeValidator(_text)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_without_nulls)]
TextByName = Annotated[Mapping[Text, Text], BeforeValidator(_empty_if_null)]


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class LinkWire(_Wire):
    """One of `metadata.links`."""

    url: Text
    title: Text = ""
    type: Text = ""


class Metadata(_Wire):
    """`metadata` of any document."""

    name: Annotated[str, BeforeValidator(_text), Field(min_length=1)]
    namespace: Text = ""
    title: Text = ""
    description: Text = ""
    annotations: TextByName = Field(default_factory=dict)
    labels: TextByName = Field(default_factory=dict)
    links: Annotated[tuple[LinkWire, ...], BeforeValidator(_without_nulls)] = ()


class Profile(_Wire):
    """`spec.profile` of a group or user."""

    display_name: Text = Field("", alias="displayName")
    email: Text = ""


class Spec(_Wire):
    """`spec` of all kinds of entities together."""

    type: Text = ""
    lifecycle: Text = ""
    owner: Text = ""
    system: Text = ""
    depends_on: Texts = Field((), alias="dependsOn")
    dependency_of: Texts = Field((), alias="dependencyOf")
    members: Texts = ()
    member_of: Texts = Field((), alias="memberOf")
    profile: Annotated[Profile, BeforeValidator(_empty_if_null)] = Profile()


class EntityWire(_Wire):
    """A Component, System, API, Resource, Group or User."""

    kind: str
    metadata: Metadata
    spec: Annotated[Spec, BeforeValidator(_empty_if_null)] = Spec()


class Shift(_Wire):
    """``user`` holds the pager while ``start <= t < end``."""

    user: str
    start: AwareDatetime = Field(alias="from")
    end: AwareDatetime = Field(alias="to")

    @model_validator(mode="after")
    def _has_a_length(self) -> Self:
        if self.start >= self.end:
            raise ValueError("from must lie before to")
        return self


class _ScheduleSpec(_Wire):
    team: str
    shifts: Annotated[tuple[Shift, ...], BeforeValidator(_without_nulls)] = ()


class ScheduleWire(_Wire):
    """An `OnCallSchedule`."""

    metadata: Metadata
    spec: _ScheduleSpec


class Step(_Wire):
    """``notify`` is told after so many minutes without an acknowledgement."""

    after_minutes: Annotated[int, Field(ge=0)]
    notify: str


class _PolicySpec(_Wire):
    team: str
    steps: tuple[Step, ...]


class PolicyWire(_Wire):
    """An `EscalationPolicy`."""

    metadata: Metadata
    spec: _PolicySpec
