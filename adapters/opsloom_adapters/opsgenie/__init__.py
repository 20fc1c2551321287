"""Opsgenie: its alerts, who is on call for which service, and what can be done to an alert."""

from opsloom_adapters.opsgenie.adapter import OpsgenieAdapter

__all__ = ["OpsgenieAdapter"]
