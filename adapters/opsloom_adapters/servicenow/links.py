"""Addresses of ServiceNow's own pages."""

from urllib.parse import quote

from opsloom_adapters.servicenow.config import ServicenowConfig


def record_link(config: ServicenowConfig, table: str, sys_id: str) -> str:
    """The form of one row."""
    return f"{_site(config)}/{table}.do?sys_id={quote(sys_id, safe='')}"


def list_link(config: ServicenowConfig, table: str, query: str) -> str:
    """The list of the rows that fit an encoded query."""
    return f"{_site(config)}/{table}_list.do?sysparm_query={quote(query, safe='')}"


def _site(config: ServicenowConfig) -> str:
    return config.web_url or config.base_url
