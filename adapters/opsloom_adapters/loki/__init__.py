"""Grafana Loki: log entries by service, text and severity."""

from opsloom_adapters.loki.adapter import LokiAdapter

__all__ = ["LokiAdapter"]
