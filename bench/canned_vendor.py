"""A vendor on the loopback: the canned replies of an adapter's contract, each after a wait."""

import importlib
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Protocol

import httpx

from opsloom.adapter_api.contract_kit.fake_provider import CannedReply, FakeProvider, Replies


class Contract(Protocol):
    """What of an adapter's contract is needed here."""

    settings: Mapping[str, Any]
    replies: Replies


@dataclass(frozen=True)
class Vendor:
    """``answer`` makes what is sent instead of the good reply; ``None``: the good one."""

    kind: str
    seconds: float
    answer: CannedReply | None = None


def contract_of(kind: str) -> Contract:
    """The class in ``tests/contract`` that bears the adapter's name."""
    module = importlib.import_module(f"tests.contract.test_{kind}_contract")
    contract: Contract = getattr(module, f"Test{kind.capitalize()}")
    return contract


@contextmanager
def served(vendor: Vendor) -> Iterator[dict[str, Any]]:
    """Serve ``vendor``; gives the settings of an instance that asks it."""
    contract = contract_of(vendor.kind)
    base = httpx.URL(contract.settings["base_url"])
    provider = FakeProvider(contract.replies, str(base))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            time.sleep(vendor.seconds)
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            request = httpx.Request(self.command, base.join(self.path), headers=dict(self.headers), content=body)
            reply = vendor.answer or provider.good_reply(request)
            self.send_response(reply.status)
            for name, value in {**reply.headers, "content-length": str(len(reply.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        do_POST = do_GET  # noqa: N815 - the name that the base class looks for

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_address[1]}{base.path.rstrip('/')}"
        yield {**contract.settings, "base_url": address}
    finally:
        server.shutdown()
        server.server_close()
