"""The settings of a Loki instance."""

from collections.abc import Mapping
from typing import Self

from pydantic import Field, model_validator

from opsloom.adapter_api.config import HttpConfig
from opsloom.adapter_api.dialects.labels import LabelName

# The characters that Loki allows, and the one that joins several tenants.
# https://grafana.com/docs/loki/latest/operations/multi-tenancy/
TENANT = r"^[A-Za-z0-9!_.*'()|-]{1,500}$"


class LokiConfig(HttpConfig):
    """Whose logs, which labels say what, and where people look at them."""

    tenant: str | None = Field(
        None, pattern=TENANT, description="tenant that is read, sent as X-Scope-OrgID; several are joined by |"
    )
    service_labels: tuple[LabelName, ...] = Field(
        ("service_name",),
        min_length=1,
        max_length=4,
        description="stream labels that name the service, the first one present counts; each is a query of its own",
    )
    streams: Mapping[LabelName, str] = Field(
        default_factory=dict, description="labels that a stream must have to be read, such as { cluster = 'eu' }"
    )
    level_labels: tuple[LabelName, ...] = Field(
        ("detected_level", "level"),
        min_length=1,
        max_length=4,
        description="labels or structured metadata that tell the severity, the first one present counts",
    )
    trace_id_label: LabelName = Field("trace_id", description="label or structured metadata with the trace id")
    max_entries: int = Field(
        5_000, ge=2, description="max_entries_limit_per_query of the server: it refuses to be asked for more"
    )
    grafana_datasource: str | None = Field(
        None, min_length=1, description="uid of this Loki as a data source of the Grafana at web_url, for links"
    )

    @model_validator(mode="after")
    def _grafana_is_named_in_full(self) -> Self:
        if (self.web_url is None) != (self.grafana_datasource is None):
            raise ValueError("web_url (of Grafana) and grafana_datasource go together: Loki has no pages of its own")
        return self
