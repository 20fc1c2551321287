"""A fake host of MCP Apps: a page on loopback that frames a view and speaks the host's end of the protocol.

Source: SEP-1865, revision 2026-01-26 (https://github.com/modelcontextprotocol/ext-apps).
"""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.bed.chromium.page import Page
from tests.bed.loopback import HOST
from tests.bed.polling import wait_until

SHOWN_SECONDS = 2.0
_READY_SECONDS = 20.0
_PAGE = """<!doctype html><meta charset="utf-8"><title>host</title><link rel="icon" href="data:,">
<body style="margin:0">
<iframe sandbox="allow-scripts" style="border:0;width:100%;height:95vh"></iframe>
<script>
const received = [], frame = document.querySelector("iframe");
function send(message) { frame.contentWindow.postMessage({jsonrpc: "2.0", ...message}, "*"); }
addEventListener("message", ({source, data}) => {
  if (source !== frame.contentWindow) return;
  received.push(data);
  if (data.method === "ui/initialize") send({id: data.id, result: {protocolVersion: "2026-01-26",
    hostInfo: {name: "fake-host", version: "1"}, hostCapabilities: {}, hostContext: CONTEXT}});
});
frame.srcdoc = VIEW;
</script>
"""


class AppHost:
    """The host in ``page``. ``asked`` are the paths that anybody asked its server for."""

    def __init__(self, page: Page, url: str, asked: list[str]) -> None:
        self.page, self.url, self.asked = page, url, asked
        page.open(url)
        wait_until(self._ready, within_seconds=_READY_SECONDS, what="the view's handshake")

    def post(self, method: str, **message: object) -> None:
        """Send a message to the view."""
        self.page.evaluate(f"send({json.dumps({'method': method, **message})})")

    def show(self, result: Mapping[str, object]) -> None:
        """Post ``result`` of a tool, and return when the view has a headline.

        :raises TimeoutError: it does not, within two seconds.
        """
        self.post("ui/notifications/tool-result", params={"content": [], **result})
        self.wait_for("document.querySelector('h1') !== null")

    def wait_for(self, expression: str) -> None:
        """Ask the view again and again until ``expression`` is true.

        :raises TimeoutError: it is not, within two seconds.
        """
        wait_until(lambda: bool(self.view(expression)), within_seconds=SHOWN_SECONDS, what=expression)

    def ask(self, method: str) -> dict[str, Any]:
        """The view's answer to a request.

        :raises TimeoutError: there is none within two seconds.
        """
        ident = f"{method} {len(self.received())}"
        self.post(method, id=ident, params={})
        wait_until(lambda: bool(self._answers(ident)), within_seconds=SHOWN_SECONDS, what=f"the answer to {method}")
        return self._answers(ident)[0]

    def view(self, expression: str) -> Any:
        """The value of a JavaScript expression in the view."""
        return self.page.evaluate(expression, framed=True)

    def received(self) -> list[dict[str, Any]]:
        """The messages of the view."""
        messages: list[dict[str, Any]] = self.page.evaluate("typeof received === 'undefined' ? [] : received")
        return messages

    def _answers(self, ident: str) -> list[dict[str, Any]]:
        return [message for message in self.received() if message.get("id") == ident]

    def _ready(self) -> bool:
        return any(message.get("method") == "ui/notifications/initialized" for message in self.received())


@contextmanager
def hosting(page: Page, view: str, context: Mapping[str, object]) -> Iterator[AppHost]:
    """A host that frames the document ``view``, which has said that it is ready."""
    asked: list[str] = []
    text = _PAGE.replace("CONTEXT", json.dumps(context)).replace("VIEW", json.dumps(view).replace("<", "\\u003c"))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_arguments: object) -> None:
            """Say nothing on stderr."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield AppHost(page, f"http://{HOST}:{server.server_port}/", asked)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
