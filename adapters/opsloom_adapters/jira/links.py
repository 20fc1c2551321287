"""Addresses of Jira's own web pages."""

from urllib.parse import quote, urlencode

from opsloom_adapters.jira.config import JiraConfig


def ticket_link(config: JiraConfig, key: str) -> str:
    """The page of one issue."""
    return f"{config.site}/browse/{quote(key, safe='')}"


def tickets_link(config: JiraConfig, jql: str) -> str:
    """The list of the issues that ``jql`` finds."""
    return f"{config.site}/issues/?" + urlencode({"jql": jql}, quote_via=quote)
