"""Addresses of Jaeger's own web pages."""

from urllib.parse import quote, urlencode

from opsloom.model.window import Window


def dependencies_link(web_url: str) -> str:
    """The graph of all services."""
    return f"{web_url}/dependencies"


def trace_link(web_url: str, trace: str, span: str) -> str:
    """One trace, with a span of it found."""
    return f"{web_url}/trace/{quote(trace, safe='')}?{urlencode({'uiFind': span})}"


def search_link(web_url: str, service: str, window: Window, limit: int) -> str:
    """The traces with a failed span of the service in this window; times are microseconds."""
    asked = {
        "service": service,
        "tags": '{"error":"true"}',
        "start": str(int(window.start.timestamp() * 1_000_000)),
        "end": str(int(window.end.timestamp() * 1_000_000)),
        "lookback": "custom",
        "limit": str(limit),
    }
    return f"{web_url}/search?{urlencode(asked, quote_via=quote)}"
