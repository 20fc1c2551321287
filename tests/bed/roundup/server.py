"""Serves a Roundup tracker: ``python -m tests.bed.roundup.server TRACKER_HOME SOCKET_NUMBER``.

Roundup's own server refuses to run as root, which is what containers run as; its WSGI application does not.
"""

import socket
import sys
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from roundup.cgi.wsgi_handler import RequestDispatcher  # type: ignore[import-untyped]


def main(home: str, socket_number: int) -> None:
    """Serve on an open socket until ended."""
    listening = socket.socket(fileno=socket_number)
    server = WSGIServer(listening.getsockname(), WSGIRequestHandler, bind_and_activate=False)
    server.socket.close()
    server.socket = listening
    server.server_name, server.server_port = listening.getsockname()
    server.setup_environ()
    server.set_app(RequestDispatcher(home))
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
