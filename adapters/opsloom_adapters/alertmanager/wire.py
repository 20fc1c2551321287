"""What Alertmanager sends, as far as it is kept.

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


Words = Annotated[tuple[str, ...], BeforeValidator(_absent_when_null)]
Labels = Annotated[Mapping[str, str], BeforeValidator(_empty_when_null)]


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=AliasGenerator(validation_alias=to_camel))


class ReceiverReference(_Wire):
    name: str = ""


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
    generator_url: str | None = Field(None, validation_alias="generatorURL")
    receivers: tuple[ReceiverReference, ...] = ()


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
    created_by: str = ""
    comment: str = ""


class CreatedSilence(_Wire):
    silence_id: str = Field(validation_alias="silenceID", min_length=1)


class VersionInfo(_Wire):
    version: str = ""


class Status(_Wire):
    version_info: VersionInfo


ALERTS: TypeAdapter[list[GettableAlert]] = TypeAdapter(list[GettableAlert])
SILENCE: TypeAdapter[GettableSilence] = TypeAdapter(GettableSilence)
SILENCES: TypeAdapter[list[GettableSilence]] = TypeAdapter(list[GettableSilence])
CREATED_SILENCE: TypeAdapter[CreatedSilence] = TypeAdapter(CreatedSilence)
STATUS: TypeAdapter[Status] = TypeAdapter(Status)
