"""What Grafana's own API sends, as far as it is kept; for its built-in Alertmanager see ``dialects.alertmanager.wire``.

Sources: https://grafana.com/docs/grafana/latest/developers/http_api/annotations/,
https://grafana.com/docs/grafana/latest/developers/http_api/data_source/,
https://grafana.com/docs/grafana/latest/developers/http_api/access_control/,
https://grafana.com/docs/grafana/latest/developers/http_api/other/
"""

from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter

from opsloom.adapter_api.json_shapes import CamelWire, Text, Texts

_LAST_MILLISECOND = 253_402_300_799_000  # of the year 9999, where our calendar ends
Milliseconds = Annotated[int, Field(ge=0, le=_LAST_MILLISECOND)]


class Annotation(CamelWire):
    """``time`` and ``time_end`` are Unix times in milliseconds; the end is 0 or left out where there is none.

    ``alert_id`` and ``new_state`` are set on those that Grafana writes when an alert changes its state.
    """

    id: int
    time: Milliseconds
    time_end: Annotated[Milliseconds, BeforeValidator(lambda value: value or 0)] = 0
    text: Text = ""
    tags: Texts = ()
    login: Text = ""
    dashboard_uid: Text = Field("", validation_alias="dashboardUID")
    panel_id: Annotated[int, BeforeValidator(lambda value: value or 0)] = 0
    alert_id: Annotated[int, BeforeValidator(lambda value: value or 0)] = 0
    new_state: Text = ""


class CreatedAnnotation(CamelWire):
    id: int = Field(ge=1)


class DataSource(CamelWire):
    uid: str
    type: str


class Health(CamelWire):
    """``version`` is hidden from people who are not signed in, where that is so configured."""

    database: str
    version: Text = ""


class LoggedIn(CamelWire):
    message: str


ANNOTATIONS: TypeAdapter[list[Annotation]] = TypeAdapter(list[Annotation], config=ConfigDict(defer_build=True))
ANNOTATION: TypeAdapter[Annotation] = TypeAdapter(Annotation)
CREATED_ANNOTATION: TypeAdapter[CreatedAnnotation] = TypeAdapter(CreatedAnnotation)
DATA_SOURCES: TypeAdapter[list[DataSource]] = TypeAdapter(list[DataSource], config=ConfigDict(defer_build=True))
HEALTH: TypeAdapter[Health] = TypeAdapter(Health)
LOGGED_IN: TypeAdapter[LoggedIn] = TypeAdapter(LoggedIn)
PERMISSIONS: TypeAdapter[dict[str, object]] = TypeAdapter(dict[str, object])
