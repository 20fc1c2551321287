"""Pages of Backstage."""

from urllib.parse import urlencode

from opsloom.adapter_api.dialects.backstage.entity_ref import EntityRef
from opsloom.adapter_api.dialects.backstage.links import page_of
from opsloom_adapters.backstage.config import BackstageConfig


def entity_page(ref: EntityRef, config: BackstageConfig) -> str:
    """The entity in Backstage."""
    return page_of(ref, _web_url(config))


def search_page(text: str | None, config: BackstageConfig) -> str:
    """The components in Backstage, of every owner, that ``text`` is searched in."""
    filters = {"filters[kind]": "component", "filters[user]": "all", **({"filters[text]": text} if text else {})}
    return f"{_web_url(config)}/catalog?{urlencode(filters)}"


def graph_page(roots: list[EntityRef], config: BackstageConfig) -> str:
    """The relations around ``roots`` in Backstage, or around nothing in particular."""
    chosen = urlencode([("rootEntityRefs[]", str(root)) for root in roots])
    return f"{_web_url(config)}/catalog-graph" + (f"?{chosen}" if chosen else "")


def _web_url(config: BackstageConfig) -> str:
    return config.web_url or config.base_url
