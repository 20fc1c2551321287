"""The settings of an Alertmanager instance."""

from pydantic import Field

from opsloom.adapter_api.config import HttpConfig
from opsloom.adapter_api.dialects.labels import LabelName


class AlertmanagerConfig(HttpConfig):
    """Which labels say what; the first of ``service_labels`` that an alert has names its service."""

    service_labels: tuple[LabelName, ...] = Field(
        ("service", "app", "job"),
        min_length=1,
        description="labels that name the service of an alert, the first one present counts",
    )
    severity_label: LabelName = Field("severity", description="label that says how bad the alert is")
    team_label: LabelName = Field("team", description="label that names the team to which the alert belongs")
