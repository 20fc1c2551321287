"""The settings of a Prometheus instance."""

from pydantic import Field

from opsloom.adapter_api.config import HttpConfig
from opsloom.adapter_api.dialects.labels import LabelName
from opsloom_adapters.prometheus.edge_metrics import EDGE_METRICS, EdgeMetric


class PrometheusConfig(HttpConfig):
    """Which labels say what; the first of ``service_labels`` that a series or alert has names its service."""

    service_labels: tuple[LabelName, ...] = Field(
        ("service", "app", "job"),
        min_length=1,
        description="labels that name the service of a series or alert, the first one present counts",
    )
    severity_label: LabelName = Field("severity", description="label that says how bad an alert is")
    team_label: LabelName = Field("team", description="label that names the team to which an alert belongs")
    scrape_interval_seconds: int = Field(
        15, ge=1, le=3_600, description="how often targets are scraped; rate() looks back at least 4 of them"
    )
    edge_metrics: tuple[EdgeMetric, ...] = Field(
        EDGE_METRICS, min_length=1, description="metrics that tell who calls whom; by default those of Tempo and Istio"
    )
