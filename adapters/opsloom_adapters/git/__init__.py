"""Deploys, changes and CODEOWNERS from a local git repository."""

from opsloom_adapters.git.adapter import GitAdapter

__all__ = ["GitAdapter"]
