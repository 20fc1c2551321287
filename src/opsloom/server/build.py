"""The server: tools, resources, prompts and the audit middleware on the SDK's low-level ``Server``.

The low-level server is used rather than ``MCPServer`` because we check arguments, publish schemas and shape errors
ourselves; see docs/decisions/0002-low-level-server.md.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from mcp.server.lowlevel import Server
from mcp.server.subscriptions import InMemorySubscriptionBus, ListenHandler, SubscriptionBus

from opsloom import __version__
from opsloom.server import action_resources, completion, prompts, resources
from opsloom.server.configuration import Configuration
from opsloom.server.handlers import ToolHandlers
from opsloom.server.incident_view import APPS_EXTENSION
from opsloom.server.instructions import instructions_for
from opsloom.server.middleware import AuditMiddleware
from opsloom.server.runtime import Runtime, open_runtime


def build_server(configuration: Configuration) -> Server[Runtime]:
    """A server over ``configuration``; it opens the workspace when it runs, and no provider before it is asked."""

    @asynccontextmanager
    async def lifespan(_server: Server[Runtime]) -> AsyncIterator[Runtime]:
        async with open_runtime(configuration, bus) as runtime:
            yield runtime

    bus = InMemorySubscriptionBus()
    return _assemble(configuration, lifespan, bus)


def _assemble(configuration: Configuration, lifespan: Any, bus: SubscriptionBus) -> Server[Runtime]:
    tools = configuration.served_tools()
    handlers = ToolHandlers(tools)
    server: Server[Runtime] = Server(
        "opsloom",
        version=__version__,
        title="opsloom",
        instructions=instructions_for(read_only=configuration.read_only),
        lifespan=lifespan,
        on_list_tools=handlers.list_tools,
        on_call_tool=handlers.call_tool,
        on_list_resources=resources.list_resources,
        on_list_resource_templates=resources.list_templates,
        on_read_resource=resources.read_resource,
        on_subscribe_resource=action_resources.subscribe,
        on_unsubscribe_resource=action_resources.unsubscribe,
        on_subscriptions_listen=ListenHandler(bus),
        on_list_prompts=prompts.list_prompts,
        on_get_prompt=prompts.get_prompt,
        on_completion=completion.complete,
    )
    server.extensions[APPS_EXTENSION] = {}
    server.middleware.insert(0, AuditMiddleware(tools))
    return server
