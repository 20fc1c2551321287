"""Prometheus and servers that speak its API: metrics, and the alerts of its own alerting rules."""

from opsloom_adapters.prometheus.adapter import PrometheusAdapter

__all__ = ["PrometheusAdapter"]
