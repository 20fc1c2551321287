"""Addresses of Opsgenie's own web pages; ``None`` where the settings do not tell the site."""

from urllib.parse import quote, urlencode

from opsloom_adapters.opsgenie.config import OpsgenieConfig


def alert_link(config: OpsgenieConfig, alert: str) -> str | None:
    """The page of one alert."""
    return f"{config.site}/alert/detail/{quote(alert, safe='')}/details" if config.site else None


def alerts_link(config: OpsgenieConfig, query: str) -> str | None:
    """The list of the alerts that ``query`` finds."""
    return f"{config.site}/alert/list?" + urlencode({"query": query}, quote_via=quote) if config.site else None
