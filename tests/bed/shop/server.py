"""The shop's process: one listener per service and a small constant load of its own.

``python -m tests.bed.shop.server DEPLOYED_FOLDER ADDRESSES_FILE``: reads the version of each service from
``DEPLOYED_FOLDER/<service>``, writes ``{service: address}`` when all listeners are open.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Semaphore, Thread

from tests.bed.loopback import HOST
from tests.bed.shop.exposition import CONTENT_TYPE
from tests.bed.shop.service import Service
from tests.bed.shop.world import SERVICES

REQUESTS_PER_SECOND = 10
_REQUESTS_AT_ONCE = 8


class ServiceServer(ThreadingHTTPServer):
    """Serves one service: ``/metrics`` for Prometheus, ``/version``, and ``/`` for a request to it."""

    daemon_threads = True

    def __init__(self, service: Service) -> None:
        super().__init__((HOST, 0), ServiceHandler)
        self.service = service

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{HOST}:{self.server_port}"


class ServiceHandler(BaseHTTPRequestHandler):
    """Answers GET."""

    server: ServiceServer

    def do_GET(self) -> None:
        """Answer with metrics, the running version, or what a request to the service gives."""
        service = self.server.service
        if self.path == "/metrics":
            self._answer(HTTPStatus.OK, CONTENT_TYPE, service.metrics())
        elif self.path == "/version":
            self._answer(HTTPStatus.OK, "text/plain", service.running().version)
        elif self.path == "/":
            status = service.handle()
            self._answer(status, "text/plain", status.phrase)
        else:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain", "nothing here")

    def _answer(self, status: HTTPStatus, content_type: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: a scrape a second would fill the log."""


def make_load(frontend: Service) -> None:
    """Send requests at a constant pace for ever; leave some out rather than have too many at once."""
    free = Semaphore(_REQUESTS_AT_ONCE)

    def request() -> None:
        try:
            frontend.handle()
        finally:
            free.release()

    with ThreadPoolExecutor(_REQUESTS_AT_ONCE) as workers:
        while True:
            if free.acquire(blocking=False):
                workers.submit(request)
            time.sleep(1 / REQUESTS_PER_SECOND)


def main(deployed: Path, addresses: Path) -> None:
    """Serve until ended."""
    services: dict[str, Service] = {}
    for name in SERVICES:
        services[name] = Service(name, deployed / name, services)
    servers = {name: ServiceServer(service) for name, service in services.items()}
    for server in servers.values():
        Thread(target=server.serve_forever, daemon=True).start()
    unfinished = addresses.with_suffix(".part")
    unfinished.write_text(json.dumps({name: server.url for name, server in servers.items()}), "utf-8")
    unfinished.rename(addresses)
    make_load(services["frontend"])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
