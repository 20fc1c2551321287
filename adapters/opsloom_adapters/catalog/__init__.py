"""Services, owners, on-call and escalation from files: Backstage entities beside opsloom's own documents."""

from opsloom_adapters.catalog.adapter import CatalogAdapter

__all__ = ["CatalogAdapter"]
