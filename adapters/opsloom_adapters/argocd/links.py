"""Addresses in Argo CD's user interface."""

from urllib.parse import quote, urlencode

from opsloom_adapters.argocd.config import ArgocdConfig
from opsloom_adapters.argocd.identity import AppKey


def application_link(config: ArgocdConfig, key: AppKey, **panel: str) -> str:
    """An application; ``rollback="0"`` opens its history, ``operation="true"`` its last operation."""
    page = f"{_web_url(config)}/applications/{quote(key.namespace, safe='')}/{quote(key.name, safe='')}"
    return page + (f"?{urlencode(panel)}" if panel else "")


def applications_link(config: ArgocdConfig, **filters: str) -> str:
    """The list, with its filters: ``search`` (in names), ``labels``, ``proj``, ``health``."""
    given = {name: value for name, value in filters.items() if value}
    return f"{_web_url(config)}/applications" + (f"?{urlencode(given)}" if given else "")


def _web_url(config: ArgocdConfig) -> str:
    return config.web_url or config.base_url
