"""The answer of ``investigate`` as an MCP App: a page that a host may frame beside the text, which is complete without.

The page is one self-contained document. Its policy allows its own script and style, by their digests, and nothing
else: no request, no frame, no form, no parsing of text as HTML. The answer comes to it from the host by postMessage.

Source: SEP-1865, revision 2026-01-26 (https://github.com/modelcontextprotocol/ext-apps); ``mcp.server.apps``.
"""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any

from mcp.types import Resource, TextResourceContents

from opsloom import __version__

INCIDENT_VIEW_URI = "ui://opsloom/incident"
SHOWN_AS_PAGE = "investigate"
"""The tool whose answers it shows."""
_SCRIPTS = ("elements.js", "chart.js", "answer.js", "host.js")
# As mcp.server.apps has them, which a test compares: importing it costs every start the SDK's other server.
APPS_EXTENSION = "io.modelcontextprotocol/ui"
APP_MIME_TYPE = "text/html;profile=mcp-app"
_NO_DOMAINS: dict[str, list[str]] = {
    "connectDomains": [], "resourceDomains": [], "frameDomains": [], "baseUriDomains": []
}  # fmt: skip


def app_meta() -> dict[str, Any]:
    """``_meta`` of the tool whose answers the page shows. The page calls no tool, so none is visible to it."""
    return {"ui": {"resourceUri": INCIDENT_VIEW_URI, "visibility": ["model"]}}


def listed_view() -> Resource:
    """The page in ``resources/list``."""
    return Resource(
        uri=INCIDENT_VIEW_URI,
        name="incident view",
        description="page that shows an investigate answer: timeline, suspects, blast radius, whom to call",
        mime_type=APP_MIME_TYPE,
        _meta=_resource_meta(),
    )


def view_contents() -> TextResourceContents:
    """The page in ``resources/read``."""
    return TextResourceContents(
        uri=INCIDENT_VIEW_URI, mime_type=APP_MIME_TYPE, text=incident_page(), _meta=_resource_meta()
    )


@cache
def incident_page() -> str:
    """The whole document."""
    folder = files("opsloom.server") / "incident_page"
    style = (folder / "page.css").read_text("utf-8")
    script = "\n".join((folder / name).read_text("utf-8") for name in _SCRIPTS)
    return Template((folder / "page.html").read_text("utf-8")).substitute(
        version=__version__, policy=_policy(style, script), style=style, script=script
    )


def _policy(style: str, script: str) -> str:
    """Source: https://www.w3.org/TR/CSP3/ and https://www.w3.org/TR/trusted-types/."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {_digest(script)}",
            f"style-src {_digest(style)}",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _resource_meta() -> dict[str, Any]:
    return {"ui": {"csp": _NO_DOMAINS, "prefersBorder": True}}
