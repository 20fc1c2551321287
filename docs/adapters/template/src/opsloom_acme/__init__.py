"""Acme Alerts: reads and acknowledges alerts."""

from opsloom_acme.adapter import AcmeAdapter

__all__ = ["AcmeAdapter"]
