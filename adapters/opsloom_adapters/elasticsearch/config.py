"""The settings of an Elasticsearch or OpenSearch instance."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from opsloom.adapter_api.config import HttpConfig
from opsloom.adapter_api.credential import SecretHeader

FieldName = Annotated[str, StringConstraints(pattern=r"^[^\s,*]{1,200}$")]
"""Of a mapping, with its dots; no pattern of names."""


class ElasticsearchConfig(HttpConfig):
    """The fields are those of the Elastic Common Schema unless named otherwise."""

    index: str = Field(
        "logs-*", min_length=1, description="index, data stream, alias, or a pattern of them; several with commas"
    )
    token_scheme: Literal["ApiKey", "Bearer"] = Field("ApiKey", description="what kind of token it is")
    timestamp_field: FieldName = Field("@timestamp", description="date field of the entry's time")
    message_field: FieldName = Field("message", description="field of the message")
    level_field: FieldName = Field("log.level", description="field of the severity, a word")
    trace_id_field: FieldName = Field("trace.id", description="field of the trace id")
    service_fields: tuple[FieldName, ...] = Field(
        ("service.name",),
        min_length=1,
        max_length=4,
        description="fields that name the service; the first that an entry has counts",
    )
    attribute_fields: tuple[FieldName, ...] = Field(
        (
            "host.name",
            "kubernetes.namespace",
            "kubernetes.pod.name",
            "error.type",
            "http.response.status_code",
        ),
        max_length=20,
        description="fields that are shown of an entry besides",
    )
    data_view: str | None = Field(
        None, description="id of the Kibana data view that links open; the setting index where it is not given"
    )

    def read_headers(self) -> tuple[SecretHeader, ...]:
        """See :class:`HttpConfig`."""
        if self.token is None:
            return super().read_headers()
        return (SecretHeader("authorization", self.token, prefix=f"{self.token_scheme} "),)
