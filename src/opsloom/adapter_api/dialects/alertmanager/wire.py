"""What an Alertmanager sends, as far as it is kept.

Source: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
"""

from collections.abc import Mapping

from pydantic import AwareDatetime, ConfigDict, Field, TypeAdapter

from opsloom.adapter_api.json_shapes import CamelWire, Labels, Many, Text, Texts


class ReceiverReference(CamelWire):
    name: Text = ""


class AlertState(CamelWire):
    state: str
    silenced_by: Texts = ()
    inhibited_by: Texts = ()
    muted_by: Texts = ()


class GettableAlert(CamelWire):
    fingerprint: str
    labels: Mapping[str, str]
    annotations: Labels = Field(default_factory=dict)
    status: AlertState
    starts_at: AwareDatetime
    ends_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None
    generator_url: Text = Field("", validation_alias="generatorURL")
    receivers: Many[ReceiverReference] = ()


class SilenceMatcher(CamelWire):
    name: str
    value: str
    is_regex: bool = False
    is_equal: bool = True


class SilenceStatus(CamelWire):
    state: str


class GettableSilence(CamelWire):
    id: str
    status: SilenceStatus
    matchers: tuple[SilenceMatcher, ...]
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    updated_at: AwareDatetime
    created_by: Text = ""
    comment: Text = ""


class CreatedSilence(CamelWire):
    silence_id: str = Field(validation_alias="silenceID", min_length=1)


ALERTS: TypeAdapter[list[GettableAlert]] = TypeAdapter(list[GettableAlert], config=ConfigDict(defer_build=True))
SILENCES: TypeAdapter[list[GettableSilence]] = TypeAdapter(list[GettableSilence], config=ConfigDict(defer_build=True))
SILENCE: TypeAdapter[GettableSilence] = TypeAdapter(GettableSilence)
CREATED_SILENCE: TypeAdapter[CreatedSilence] = TypeAdapter(CreatedSilence)
