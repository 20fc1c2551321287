"""Addresses of Prometheus's own web pages."""

from collections.abc import Sequence
from datetime import UTC
from urllib.parse import quote, urlencode

from opsloom.model.window import Window


def graph_link(web_url: str, expressions: str | Sequence[str], window: Window) -> str:
    """A graph of each expression over ``window``; Prometheus 3 and VictoriaMetrics redirect it to theirs."""
    asked: dict[str, str] = {}
    for place, expression in enumerate([expressions] if isinstance(expressions, str) else expressions):
        asked |= {
            f"g{place}.expr": expression,
            f"g{place}.range_input": f"{max(1, round(window.seconds))}s",
            f"g{place}.end_input": window.end.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
            f"g{place}.tab": "0",
        }
    return f"{web_url}/graph?" + urlencode(asked, quote_via=quote)


def alerts_link(web_url: str, name: str | None = None) -> str:
    """The list of alerting rules, searched for the alert's name where one is given."""
    return f"{web_url}/alerts" + (f"?search={quote(name, safe='')}" if name else "")
