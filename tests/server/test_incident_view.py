"""The incident view as a client of the protocol gets it."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from mcp import Client
from mcp.server.apps import Apps, ResourceCsp
from mcp.server.mcpserver import MCPServer

from opsloom.server.incident_view import INCIDENT_VIEW_URI, app_meta, incident_page, listed_view, view_contents
from tests.server.serving import ERAS, connected, demo

PAGE = incident_page()
POLICY = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', PAGE)


async def test_it_is_published_as_the_apps_extension_of_the_sdk_would_do() -> None:
    apps = Apps()
    no_domains = ResourceCsp(connect_domains=[], resource_domains=[], frame_domains=[], base_uri_domains=[])
    apps.add_html_resource(INCIDENT_VIEW_URI, PAGE, csp=no_domains, prefers_border=True)

    @apps.tool(resource_uri=INCIDENT_VIEW_URI, visibility=["model"])
    def investigate() -> str:
        return "the text"

    async with Client(MCPServer("reference", extensions=[apps])) as client:
        tool = (await client.list_tools()).tools[0]
        resource = (await client.list_resources()).resources[0]
        contents = (await client.read_resource(INCIDENT_VIEW_URI)).contents[0]

    assert app_meta() == tool.meta
    assert (listed_view().uri, listed_view().mime_type, listed_view().meta) == (
        resource.uri,
        resource.mime_type,
        resource.meta,
    )
    assert view_contents() == contents


def test_its_policy_allows_its_own_style_and_script_and_nothing_else() -> None:
    assert POLICY is not None
    directives = dict(directive.split(" ", 1) for directive in POLICY[1].split("; "))
    for element, directive in (("style", "style-src"), ("script", "script-src")):
        inline = re.findall(rf"<{element}[^>]*>(.*?)</{element}>", PAGE, re.DOTALL)
        assert [f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in inline] == [
            directives.pop(directive)
        ]
    assert directives == {
        "default-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }


def test_it_names_no_address_but_the_name_of_the_svg_language() -> None:
    assert re.findall(r"\w+://[^\"'\s]*", PAGE) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"\b(src|href|@import|url)\s*[=(]", PAGE)


@pytest.mark.parametrize("era", ERAS)
async def test_a_client_finds_the_page_beside_the_tool_that_it_shows(era: str, tmp_path: Path) -> None:
    async with connected(demo(tmp_path), era) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        listed = (await client.list_resources()).resources
        read = await client.read_resource(INCIDENT_VIEW_URI)
    assert tools["investigate"].meta == app_meta()
    assert all(tool.meta is None for name, tool in tools.items() if name != "investigate")
    assert listed_view() in listed
    assert read.contents == [view_contents()]
