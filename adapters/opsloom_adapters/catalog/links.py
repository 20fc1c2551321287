"""Where a person sees an entity."""

from opsloom.adapter_api.dialects.backstage import links
from opsloom_adapters.catalog.catalog import Entity
from opsloom_adapters.catalog.config import CatalogConfig

# https://backstage.io/docs/features/software-catalog/well-known-annotations
_VIEW_URL = "backstage.io/view-url"


def page_of(entity: Entity, config: CatalogConfig) -> str | None:
    """Its page in Backstage, or the one that it names itself."""
    if config.web_url is None:
        return links.web_address(entity.metadata.annotations.get(_VIEW_URL, ""))
    return links.page_of(entity.ref, config.web_url)
