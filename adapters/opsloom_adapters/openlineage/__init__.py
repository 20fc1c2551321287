"""Jobs, the data sets between them and how their runs end, from the run events of OpenLineage."""

from opsloom_adapters.openlineage.adapter import OpenlineageAdapter

__all__ = ["OpenlineageAdapter"]
