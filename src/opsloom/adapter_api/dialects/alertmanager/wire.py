"""What an Alertmanager sends, as far as it is kept.

Source: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AliasGenerator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_camel


def _absent_when_null(value: Any) -> Any:
    return () if value is None else value


def _empty_when_null(value: Any) -> Any:
    return {} if value is None else value


def _blank_when_null(value: Any) -> Any:
    return "" if value is None else value


Words = Annotated[tuple[str, ...], BeforeValidator(_absent_when_null)]
Labels = Annotated[Mapping[str, str], BeforeValidator(_empty_when_null)]
Text = Annotated[str, BeforeValidator(_blank_when_null)]


class _Wire(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="ignore", defer_build=True, alias_generator=AliasGenerator(validation_alias=to_camel)
    )


class ReceiverReference(_Wire):
    name: Text = ""


class AlertState(_Wire):
    state: str
    silenced_by: Words = ()
    inhibited_by: Words = ()
    muted_by: Words = ()


class GettableAlert(_Wire):
    fingerprint: str
    labels: Mapping[str, str]
    annotations: Labels = Field(default_factory=dict)
    status: AlertState
    starts_at: AwareDatetime
    ends_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None
    generator_url: Text = Field("", validation_alias="generatorURL")
    receivers: Annotated[tuple[ReceiverReference, ...], BeforeValidator(_absent_when_null)] = ()


class SilenceMatcher(_Wire):
    name: str
    value: str
    is_regex: bool = False
    is_equal: bool = True


class SilenceStatus(_Wire):
    state: str


class GettableSilence(_Wire):
    id: str
    status: SilenceStatus
    matchers: tuple[SilenceMatcher, ...]
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    updated_at: AwareDatetime
    created_by: Text = ""
    comment: Text = ""


class CreatedSilence(_Wire):
    silence_id: str = Field(validation_alias="silenceID", min_length=1)


ALERTS: TypeAdapter[list[GettableAlert]] = TypeAdapter(list[GettableAlert], config=ConfigDict(defer_build=True))
SILENCES: TypeAdapter[list[GettableSilence]] = TypeAdapter(list[GettableSilence], config=ConfigDict(defer_build=True))
SILENCE: TypeAdapter[GettableSilence] = TypeAdapter(GettableSilence)
CREATED_SILENCE: TypeAdapter[CreatedSilence] = TypeAdapter(CreatedSilence)
