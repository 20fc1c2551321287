"""A webhook receiver on a real socket, which takes only what the check of the README finds genuine."""

import runpy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tests.adapters.notifier.asking import SECRET, shown_in_readme
from tests.bed.loopback import HOST


@dataclass
class Receiver:
    """``accepted`` are the bodies of genuine notifications; with ``hangs_up`` it reads them and answers nothing."""

    url: str = ""
    accepted: list[bytes] = field(default_factory=list)
    hangs_up: bool = False


@contextmanager
def receiving(folder: Path) -> Iterator[Receiver]:
    """A receiver that listens until the block ends; ``folder`` is for the code of the README."""
    code = folder / "receiver_of_the_readme.py"
    code.write_text(shown_in_readme("python"))
    is_from_opsloom = runpy.run_path(str(code))["is_from_opsloom"]
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            said = (self.headers["x-opsloom-timestamp"], self.headers["x-opsloom-signature"])
            genuine = is_from_opsloom(SECRET.encode(), *said, body)
            if genuine:
                receiver.accepted.append(body)
            if not receiver.hangs_up:
                self.send_response(202 if genuine else 401)
                self.send_header("content-length", "0")
                self.end_headers()

        def log_message(self, *_: object) -> None:
            """Tests are silent."""

    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        receiver.url = f"http://{HOST}:{server.server_address[1]}/opsloom"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
