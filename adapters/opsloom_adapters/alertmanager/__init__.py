"""Alertmanager: the alerts that are being handled now, with their silences and inhibitions."""

from opsloom_adapters.alertmanager.adapter import AlertmanagerAdapter

__all__ = ["AlertmanagerAdapter"]
