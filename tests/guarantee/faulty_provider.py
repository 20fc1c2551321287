"""A loopback server that answers everything with one fault, and counts what it was asked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOGIN_PAGE = b"<!doctype html><html><form action=/login><input name=password></form></html>"


class FaultyProvider(ThreadingHTTPServer):
    """Answers with ``status`` and ``body``; ``None`` for the status means that it never answers."""

    daemon_threads = True

    def __init__(self, status: int | None, body: bytes = b"", media_type: str = "application/json") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.body, self.media_type = status, body, media_type
        self.requests: list[str] = []
        self.ended = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: FaultyProvider

    def do_GET(self) -> None:
        self.server.requests.append(self.path)
        if self.server.status is None:
            self.server.ended.wait(30)
            return
        self.send_response(self.server.status)
        self.send_header("Content-Type", self.server.media_type)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.do_GET()

    def log_message(self, *_arguments: object) -> None:
        pass


@contextmanager
def running(server: FaultyProvider) -> Iterator[FaultyProvider]:
    """Serve in a thread until the block ends."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
