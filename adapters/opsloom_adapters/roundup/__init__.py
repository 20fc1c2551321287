"""Roundup: the tickets of a Roundup issue tracker."""

from opsloom_adapters.roundup.adapter import RoundupAdapter

__all__ = ["RoundupAdapter"]
