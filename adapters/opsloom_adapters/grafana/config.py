"""The settings of a Grafana instance."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StringConstraints

from opsloom.adapter_api.config import HttpConfig
from opsloom.adapter_api.dialects.labels import LabelName
from opsloom.model.deploys import ChangeKind

Tag = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Uid = Annotated[str, StringConstraints(min_length=1, max_length=100)]

_CHANGE_TAGS: Mapping[str, ChangeKind] = {
    "deploy": ChangeKind.DEPLOY,
    "deployment": ChangeKind.DEPLOY,
    "release": ChangeKind.DEPLOY,
    "rollback": ChangeKind.ROLLBACK,
    "config": ChangeKind.CONFIG,
    "flag": ChangeKind.FLAG,
}


class GrafanaConfig(HttpConfig):
    """Which labels and tags say what, and which data sources are read."""

    org_id: int | None = Field(None, ge=1, description="organization of the token, for links where there are several")
    service_labels: tuple[LabelName, ...] = Field(
        ("service", "app", "job"),
        min_length=1,
        description="labels that name the service of an alert or a series, the first one present counts",
    )
    severity_label: LabelName = Field("severity", description="label that says how bad an alert is")
    team_label: LabelName = Field("team", description="label that names the team to which an alert belongs")
    prometheus_uid: Uid | None = Field(
        None, description="uid of the Prometheus data source; not needed where there is only one"
    )
    scrape_interval_seconds: int = Field(
        15, ge=1, le=3_600, description="how often targets are scraped; rate() looks back at least 4 of them"
    )
    loki_uid: Uid | None = Field(None, description="uid of the Loki data source; not needed where there is only one")
    log_service_labels: tuple[LabelName, ...] = Field(
        ("service_name",),
        min_length=1,
        max_length=4,
        description="stream labels of Loki that name the service, the first one present counts",
    )
    log_level_label: LabelName = Field(
        "detected_level", description="label or structured metadata of Loki that tells the severity"
    )
    log_trace_id_label: LabelName = Field("trace_id", description="label or structured metadata with the trace id")
    change_tags: Mapping[Tag, ChangeKind] = Field(
        _CHANGE_TAGS, min_length=1, description="tags of annotations that are changes, and what kind of change each is"
    )
    service_tag: Tag = Field("service", description="key of the tag that names the service, as in service:checkout")
    environment_tag: Tag = Field("env", description="key of the tag that names the environment, as in env:prod")
    version_tag: Tag = Field("version", description="key of the tag that names the version, as in version:1.4.2")
    event_tags: tuple[Tag, ...] = Field(("opsloom",), description="tags of every annotation that is made")
    events_dashboard: Uid | None = Field(
        None, description="uid of a dashboard that shows annotations without one of their own, for links"
    )

    @property
    def people_url(self) -> str:
        """Where people open Grafana."""
        return self.web_url or self.base_url
