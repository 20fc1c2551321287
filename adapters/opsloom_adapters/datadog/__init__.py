"""Datadog: monitors, metrics, logs, deploys, incidents, owners and SLOs; downtimes, incidents and events are made."""

from opsloom_adapters.datadog.adapter import DatadogAdapter

__all__ = ["DatadogAdapter"]
