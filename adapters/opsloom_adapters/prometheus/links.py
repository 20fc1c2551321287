"""Addresses of Prometheus's own web pages."""

from datetime import UTC
from urllib.parse import quote, urlencode

from opsloom.model.window import Window


def graph_link(web_url: str, expression: str, window: Window) -> str:
    """The graph of ``expression`` over ``window``; Prometheus 3 and VictoriaMetrics redirect it to theirs."""
    asked = {
        "g0.expr": expression,
        "g0.range_input": f"{max(1, round(window.seconds))}s",
        "g0.end_input": window.end.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        "g0.tab": "0",
    }
    return f"{web_url}/graph?" + urlencode(asked, quote_via=quote)


def alerts_link(web_url: str, name: str | None = None) -> str:
    """The list of alerting rules, searched for the alert's name where one is given."""
    return f"{web_url}/alerts" + (f"?search={quote(name, safe='')}" if name else "")
