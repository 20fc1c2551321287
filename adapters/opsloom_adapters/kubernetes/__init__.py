"""Kubernetes: rollouts, events, pods and Deployments in trouble, owners; rollbacks, restarts and scaling."""

from opsloom_adapters.kubernetes.adapter import KubernetesAdapter

__all__ = ["KubernetesAdapter"]
