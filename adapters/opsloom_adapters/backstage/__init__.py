"""Backstage: services, their owners and systems, and declared dependencies, from its software catalog."""

from opsloom_adapters.backstage.adapter import BackstageAdapter

__all__ = ["BackstageAdapter"]
