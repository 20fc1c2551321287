"""OpsOrch Core: alerts, incidents, metrics, logs, deploys, tickets and owners of whatever it is connected to."""

from opsloom_adapters.opsorch.adapter import OpsorchAdapter

__all__ = ["OpsorchAdapter"]
