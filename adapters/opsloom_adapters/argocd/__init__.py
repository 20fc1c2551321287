"""Argo CD: what was deployed and how it stands, rollbacks and syncs."""

from opsloom_adapters.argocd.adapter import ArgocdAdapter

__all__ = ["ArgocdAdapter"]
