"""Grafana: its alerts and silences, its annotations, and the metrics and logs of its data sources."""

from opsloom_adapters.grafana.adapter import GrafanaAdapter

__all__ = ["GrafanaAdapter"]
