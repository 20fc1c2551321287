"""What Grafana's own API sends, as far as it is kept.

Sources: https://grafana.com/docs/grafana/latest/developers/http_api/annotations/,
https://grafana.com/docs/grafana/latest/developers/http_api/data_source/,
https://grafana.com/docs/grafana/latest/developers/http_api/access_control/,
https://grafana.com/docs/grafana/latest/developers/http_api/other/; of the built-in Alertmanager
https://github.com/grafana/grafana/blob/main/pkg/services/ngalert/api/tooling/post.json
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AliasGenerator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_camel

_LAST_MILLISECOND = 253_402_300_799_000  # of the year 9999, where our calendar ends


def _absent_when_null(value: Any) -> Any:
    return () if value is None else value


def _empty_when_null(value: Any) -> Any:
    return {} if value is None else value


def _blank_when_null(value: Any) -> Any:
    return "" if value is None else value


Words = Annotated[tuple[str, ...], BeforeValidator(_absent_when_null)]
Labels = Annotated[Mapping[str, str], BeforeValidator(_empty_when_null)]
Text = Annotated[str, BeforeValidator(_blank_when_null)]
Milliseconds = Annotated[int, Field(ge=0, le=_LAST_MILLISECOND)]


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


class Annotation(_Wire):
    """``time`` and ``time_end`` are Unix times in milliseconds; the end is 0 or left out where there is none.

    ``alert_id`` and ``new_state`` are set on those that Grafana writes when an alert changes its state.
    """

    id: int
    time: Milliseconds
    time_end: Annotated[Milliseconds, BeforeValidator(lambda value: value or 0)] = 0
    text: Text = ""
    tags: Words = ()
    login: Text = ""
    dashboard_uid: Text = Field("", validation_alias="dashboardUID")
    panel_id: Annotated[int, BeforeValidator(lambda value: value or 0)] = 0
    alert_id: Annotated[int, BeforeValidator(lambda value: value or 0)] = 0
    new_state: Text = ""


class CreatedAnnotation(_Wire):
    id: int = Field(ge=1)


class DataSource(_Wire):
    uid: str
    type: str


class Health(_Wire):
    """``version`` is hidden from people who are not signed in, where that is so configured."""

    database: str
    version: Text = ""


class LoggedIn(_Wire):
    message: str


ALERTS: TypeAdapter[list[GettableAlert]] = TypeAdapter(list[GettableAlert], config=ConfigDict(defer_build=True))
SILENCES: TypeAdapter[list[GettableSilence]] = TypeAdapter(list[GettableSilence], config=ConfigDict(defer_build=True))
SILENCE: TypeAdapter[GettableSilence] = TypeAdapter(GettableSilence)
CREATED_SILENCE: TypeAdapter[CreatedSilence] = TypeAdapter(CreatedSilence)
ANNOTATIONS: TypeAdapter[list[Annotation]] = TypeAdapter(list[Annotation], config=ConfigDict(defer_build=True))
ANNOTATION: TypeAdapter[Annotation] = TypeAdapter(Annotation)
CREATED_ANNOTATION: TypeAdapter[CreatedAnnotation] = TypeAdapter(CreatedAnnotation)
DATA_SOURCES: TypeAdapter[list[DataSource]] = TypeAdapter(list[DataSource], config=ConfigDict(defer_build=True))
HEALTH: TypeAdapter[Health] = TypeAdapter(Health)
LOGGED_IN: TypeAdapter[LoggedIn] = TypeAdapter(LoggedIn)
PERMISSIONS: TypeAdapter[dict[str, object]] = TypeAdapter(dict[str, object])
