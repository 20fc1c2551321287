"""Dynatrace: problems, metrics, services with owners and calls, deployments; commenting on and closing problems."""

from opsloom_adapters.dynatrace.adapter import DynatraceAdapter

__all__ = ["DynatraceAdapter"]
