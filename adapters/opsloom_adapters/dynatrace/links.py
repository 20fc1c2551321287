"""Addresses of Dynatrace's own web pages, the same in SaaS and Managed."""

from urllib.parse import quote

from opsloom_adapters.dynatrace.config import DynatraceConfig


def problem_link(config: DynatraceConfig, problem: str) -> str:
    """The page of one problem, as problem notifications link to it."""
    return f"{config.web_url or config.base_url}/#problems/problemdetails;pid={quote(problem, safe='')}"


def entity_link(config: DynatraceConfig, entity: str) -> str:
    """The page of one monitored entity."""
    return f"{config.web_url or config.base_url}/ui/entity/{quote(entity, safe='')}"
