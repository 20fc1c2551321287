"""Addresses of Alertmanager's own web pages."""

from collections.abc import Sequence
from urllib.parse import quote, urlencode


def alerts_link(web_url: str, matchers: Sequence[str]) -> str:
    """The list of alerts, suppressed ones included, narrowed to ``matchers``."""
    shown = {"active": "true", "silenced": "true", "inhibited": "true"}
    narrowed = {"filter": "{" + ",".join(matchers) + "}"} if matchers else {}
    return f"{web_url}/#/alerts?" + urlencode(shown | narrowed, quote_via=quote)


def silence_link(web_url: str, silence: str) -> str:
    """The page of one silence."""
    return f"{web_url}/#/silences/{quote(silence, safe='')}"
