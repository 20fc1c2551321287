"""PromQL about the edges of one metric; each answer has one series per pair of ends, side that counted and type."""

from collections.abc import Iterator, Sequence

from opsloom.adapter_api.dialects.prometheus.promql import quoted
from opsloom.model.errors import InvalidRequestError
from opsloom_adapters.prometheus.edge_metrics import EdgeMetric

# What stands in place of a name: Istio's words for an end that is not in the mesh.
NAMELESS = ("", "unknown", "PassthroughCluster", "InboundPassthroughCluster", "BlackHoleCluster")


def rates_of(metric: EdgeMetric, selector: str, service: str | None, range_seconds: int) -> str:
    """Requests per second of all edges that had any, as a mean of ``range_seconds``."""
    selected = " or ".join(f"rate({one}[{range_seconds}s])" for one in _selections(metric, selector, service))
    return f"sum by ({', '.join(labels_of(metric))}) ({selected}) > 0"


def times_of(
    metric: EdgeMetric, service: str | None, range_seconds: int, window_seconds: int, step_seconds: int
) -> str:
    """When each edge had a request in the ``range_seconds`` before, in unix seconds, at each step of the window.

    It stands in a function over time: ``min_over_time(...)`` is the first, ``max_over_time(...)`` the last.
    ``time()`` rather than ``timestamp()``, which VictoriaMetrics takes for the raw sample's.
    """
    rates = rates_of(metric, metric.requests, service, range_seconds)
    return f"(({rates}) * 0 + time())[{window_seconds}s:{step_seconds}s]"


def labels_of(metric: EdgeMetric) -> list[str]:
    """The labels that tell edges apart."""
    further = (label for label in (metric.type_label, metric.reporter_label) if label is not None)
    return [*metric.caller, *metric.callee, *further]


def _selections(metric: EdgeMetric, selector: str, service: str | None) -> Iterator[str]:
    """Disjoint for each end, so that a series is the edge of exactly the ends that our answer names."""
    if service is None:
        yield selector
        return
    if service in NAMELESS:
        raise InvalidRequestError("service must be the name of one; leave it out to ask for all services")
    name, _, matchers = selector.rstrip("}").partition("{")
    for end in (metric.caller, metric.callee):
        for own in _end_matchers(end, service):
            yield f"{name}{{{','.join(filter(None, (matchers, *own)))}}}"


def _end_matchers(labels: Sequence[str], service: str) -> Iterator[list[str]]:
    nameless = quoted("|".join(NAMELESS))
    for position, label in enumerate(labels):
        yield [*(f"{earlier}=~{nameless}" for earlier in labels[:position]), f"{label}={quoted(service)}"]
