"""Alertmanager: the alerts that are being handled now, with their inhibitions, and silences, made and ended."""

from opsloom_adapters.alertmanager.adapter import AlertmanagerAdapter

__all__ = ["AlertmanagerAdapter"]
