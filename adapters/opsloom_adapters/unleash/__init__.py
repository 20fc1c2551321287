"""Unleash: feature flags, who switched them when, and switching one."""

from opsloom_adapters.unleash.adapter import UnleashAdapter

__all__ = ["UnleashAdapter"]
