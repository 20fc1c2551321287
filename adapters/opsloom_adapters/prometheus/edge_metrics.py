"""Which metrics tell who calls whom, and how: by default those of Tempo and Istio, any other by settings."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from opsloom.adapter_api.dialects.labels import LabelName

Selector = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z_:][a-zA-Z0-9_:]*(\{[^{}]+\})?$")]


class EdgeMetric(BaseModel):
    """A counter of requests with a label for each end.

    Of several labels for an end the first one that names somebody counts. A callee that only a later one names is seen
    only from its clients.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    requests: Selector = Field(description="counter of requests, with matchers if need be")
    failed: tuple[Selector, ...] = Field((), description="counters of failed ones that do not overlap; they are added")
    caller: tuple[LabelName, ...] = Field(min_length=1, description="labels that name the caller")
    callee: tuple[LabelName, ...] = Field(min_length=1, description="labels that name the callee")
    type_label: LabelName | None = Field(None, description="label with the type of connection, in Tempo's words")
    reporter_label: LabelName | None = Field(
        None, description="label that tells which end counted; the end that counted more is believed"
    )


SERVICE_GRAPH = EdgeMetric(
    requests="traces_service_graph_request_total",
    failed=("traces_service_graph_request_failed_total",),
    caller=("client",),
    callee=("server",),
    type_label="connection_type",
)
"""Tempo's metrics-generator and the collector's connector of the same name.

Source: https://grafana.com/docs/tempo/latest/metrics-from-traces/service_graphs/
"""

ISTIO = EdgeMetric(
    requests="istio_requests_total",
    # No answer at all is code 0. A failed gRPC call is HTTP 200: UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL,
    # UNAVAILABLE and DATA_LOSS are the callee's fault, as OpenTelemetry counts server spans.
    failed=(
        'istio_requests_total{response_code=~"0|5.."}',
        'istio_requests_total{response_code!~"0|5..",grpc_response_status=~"2|4|12|13|14|15"}',
    ),
    caller=("source_canonical_service", "source_workload"),
    callee=("destination_canonical_service", "destination_service_name"),
    reporter_label="reporter",
)
"""Source: https://istio.io/latest/docs/reference/config/metrics/"""

EDGE_METRICS = (SERVICE_GRAPH, ISTIO)
