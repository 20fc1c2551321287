"""Serving over stdin and stdout.

Some clients ask ``server/discover`` and then shake hands with ``initialize`` on the same pipe. The SDK's runner takes
the first request for the choice of an era and refuses the second, so a discover that comes before any other request
is answered here, without choosing.
"""

import os
import signal
import sys
from typing import NoReturn

import anyio
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage
from mcp.types import DiscoverResult, JSONRPCRequest, JSONRPCResponse
from mcp.types.version import LATEST_MODERN_VERSION, MODERN_PROTOCOL_VERSIONS

from opsloom.model.errors import OpsloomError
from opsloom.server.runtime import Runtime

_VERSION_KEY = "io.modelcontextprotocol/protocolVersion"
_SERVER_INFO_KEY = "io.modelcontextprotocol/serverInfo"


async def serve_stdio(server: Server[Runtime]) -> None:
    """Serve one client until it closes stdin, or until SIGINT or SIGTERM; either way the log is closed properly."""
    async with stdio_server() as (incoming, outgoing):
        send, receive = anyio.create_memory_object_stream[SessionMessage | Exception](0)

        async def answer_early_discovery() -> None:
            era_is_open = False
            async with send:
                async for item in incoming:
                    request = item.message if isinstance(item, SessionMessage) else None
                    if not era_is_open and isinstance(request, JSONRPCRequest):
                        if _is_discovery(request):
                            await outgoing.send(_discovery(server, request))
                            continue
                        era_is_open = True
                    await send.send(item)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(answer_early_discovery)
            with anyio.CancelScope() as serving:
                tasks.start_soon(_stop_on_signal, serving)
                try:
                    await server.run(receive, outgoing, server.create_initialization_options())
                except OpsloomError as error:
                    print(f"opsloom: {error}", file=sys.stderr, flush=True)  # noqa: T201 - stderr is not the protocol
                    _leave(2)
            if serving.cancelled_caught:
                _leave(0)
            tasks.cancel_scope.cancel()


def _leave(code: int) -> NoReturn:
    """End at once; the log is closed. A thread still blocks on stdin, and an ordinary end would wait for it until the
    client's next line, which may never come."""
    os._exit(code)


async def _stop_on_signal(scope: anyio.CancelScope) -> None:
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for _ in signals:
            scope.cancel()
            return


def _is_discovery(request: JSONRPCRequest) -> bool:
    version = ((request.params or {}).get("_meta") or {}).get(_VERSION_KEY)
    return request.method == "server/discover" and version in MODERN_PROTOCOL_VERSIONS


def _discovery(server: Server[Runtime], request: JSONRPCRequest) -> SessionMessage:
    result = DiscoverResult(
        supported_versions=list(MODERN_PROTOCOL_VERSIONS),
        instructions=server.instructions,
        capabilities=server.get_capabilities(protocol_version=LATEST_MODERN_VERSION),
        _meta={_SERVER_INFO_KEY: server.server_info_stamp},
    )
    shown = result.model_dump(by_alias=True, mode="json", exclude_none=True)
    return SessionMessage(JSONRPCResponse(jsonrpc="2.0", id=request.id, result=shown))
