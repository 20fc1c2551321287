"""The settings of a journald instance."""

from typing import Annotated

from pydantic import Field, StringConstraints

from opsloom.adapter_api.config import HttpConfig

FieldName = Annotated[str, StringConstraints(pattern=r"^_?[A-Z][A-Z0-9_]*$", max_length=64)]
"""A journal field that can be matched; those that begin with two underscores cannot."""


class JournaldConfig(HttpConfig):
    """Which fields say what; the first of ``service_fields`` that an entry has names its service."""

    service_fields: tuple[FieldName, ...] = Field(
        ("SYSLOG_IDENTIFIER", "_SYSTEMD_UNIT"),
        min_length=1,
        max_length=4,
        description="fields that name the service of an entry; asking for a service asks once per field",
    )
    trace_id_field: FieldName = Field("TRACE_ID", description="field that holds the trace id of an entry")
